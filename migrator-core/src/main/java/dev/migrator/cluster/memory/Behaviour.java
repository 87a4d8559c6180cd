package dev.migrator.cluster.memory;

import dev.migrator.model.Manifest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the program in a simulated pod behaves, by annotations on the pod or on the object that
 * controls it, and how slow the storage of a volume is.
 *
 * <p>{@code sim.migrator.dev/duration-seconds}: how long a pod runs that ends (2). {@code
 * sim.migrator.dev/exit-code}: how it ends (0). {@code sim.migrator.dev/last-words}: what it says
 * then. {@code sim.migrator.dev/termination-seconds}: how long it takes to go when it is deleted
 * (1), at most its grace period. {@code sim.migrator.dev/stuck}: {@code Terminating}, {@code
 * ImagePullBackOff} or {@code Unready}. On a claim to be provisioned, or on a volume: {@code
 * sim.migrator.dev/detach-seconds}, from the last pod's end to the end of the attachment (3).
 */
record Behaviour(Map<String, String> annotations) {

  private static final String PREFIX = "sim.migrator.dev/";
  private static final String DETACH = "detach-seconds";

  static Behaviour of(ApiServer api, Manifest pod) {
    Map<String, String> annotations = new HashMap<>();
    Labels.controller(pod)
        .flatMap(api.storage()::byUid)
        .ifPresent(owner -> annotations.putAll(owner.annotations()));
    annotations.putAll(pod.annotations());
    return new Behaviour(annotations);
  }

  static Behaviour of(Optional<Map<String, String>> annotations) {
    return new Behaviour(annotations.orElse(Map.of()));
  }

  /** What a claim says of its volume to come. */
  static Optional<Map.Entry<String, String>> detach(Map<String, String> claim) {
    return Optional.ofNullable(claim.get(PREFIX + DETACH)).map(v -> Map.entry(PREFIX + DETACH, v));
  }

  Duration detach() {
    return seconds(DETACH, "3");
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

  /** What it leaves as its termination message. */
  String lastWords() {
    return annotations.getOrDefault(PREFIX + "last-words", "");
  }

  boolean isStuck(String how) {
    return how.equals(annotations.get(PREFIX + "stuck"));
  }

  private Duration seconds(String name, String otherwise) {
    return Duration.ofSeconds(Long.parseLong(annotations.getOrDefault(PREFIX + name, otherwise)));
  }
}
