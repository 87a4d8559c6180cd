package dev.migrator.cluster.memory;

import dev.migrator.model.Manifest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How the program in a simulated pod behaves, by annotations on the pod or on the object that
 * controls it.
 *
 * <p>{@code sim.migrator.dev/duration-seconds}: how long a pod runs that ends (2). {@code
 * sim.migrator.dev/exit-code}: how it ends (0). {@code sim.migrator.dev/termination-seconds}: how
 * long it takes to go when it is deleted (1), at most its grace period. {@code
 * sim.migrator.dev/stuck}: {@code Terminating}, {@code ImagePullBackOff} or {@code Unready}.
 */
record Behaviour(Map<String, String> annotations) {

  private static final String PREFIX = "sim.migrator.dev/";

  static Behaviour of(ApiServer api, Manifest pod) {
    Map<String, String> annotations = new HashMap<>();
    Labels.controller(pod)
        .flatMap(api.storage()::byUid)
        .ifPresent(owner -> annotations.putAll(owner.annotations()));
    annotations.putAll(pod.annotations());
    return new Behaviour(annotations);
  }

  Duration duration() {
    return seconds("duration-seconds", "2");
  }

  Duration termination() {
    return seconds("termination-seconds", "1");
  }

  int exitCode() {
    return Integer.parseInt(annotations.getOrDefault(PREFIX + "exit-code", "0"));
  }

  boolean isStuck(String how) {
    return how.equals(annotations.get(PREFIX + "stuck"));
  }

  private Duration seconds(String name, String otherwise) {
    return Duration.ofSeconds(Long.parseLong(annotations.getOrDefault(PREFIX + name, otherwise)));
  }
}
