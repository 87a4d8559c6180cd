package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.mover.Mover;
import dev.migrator.mover.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How a mover's Job stands, by what the cluster says of it and of its pods. Pure.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>;
 * docs/adr/0053
 */
sealed interface CopyJob {

  /**
   * It works, or waits to.
   *
   * @param running its pod that runs
   */
  record Working(String words, Optional<ObjectRef> running) implements CopyJob {}

  /** It ended well, and said what it copied. */
  record Done(Result result) implements CopyJob {}

  /** It ended otherwise, or nobody knows what it copied: it has to begin anew. */
  record Broken(String why) implements CopyJob {}

  /**
   * @param pods of the Job
   */
  static CopyJob of(Mover mover, Manifest job, Collection<Manifest> pods) {
    if (is(job, "Complete")) {
      return pods.stream()
          .filter(pod -> phase(pod).equals("Succeeded"))
          .flatMap(pod -> said(pod).flatMap(mover::result).stream())
          .findFirst()
          .<CopyJob>map(Done::new)
          .orElseGet(() -> new Broken("job/" + job.name() + " ended, and what it said is gone"));
    }
    Optional<String> failure = condition(job, "Failed").or(() -> condition(job, "FailureTarget"));
    if (failure.isPresent()) {
      return new Broken(
          pods.stream()
              .flatMap(pod -> said(pod).flatMap(mover::failure).stream())
              .findFirst()
              .orElse("job/" + job.name() + ": " + failure.get()));
    }
    Optional<String> before =
        pods.stream()
            .filter(pod -> phase(pod).equals("Failed"))
            .flatMap(pod -> said(pod).flatMap(mover::failure).stream())
            .findFirst();
    return new Working(
        "job/"
            + job.name()
            + ": "
            + words(pods)
            + before.map(why -> "; one failed before: " + why).orElse(""),
        pods.stream().filter(pod -> phase(pod).equals("Running")).map(Manifest::ref).findFirst());
  }

  /** How long it worked, by its cluster's clock; empty where the cluster does not say. */
  static Optional<Duration> worked(Manifest job) {
    try {
      return Optional.of(
          Duration.between(
              Instant.parse(job.at("status", "startTime").asText("")),
              Instant.parse(job.at("status", "completionTime").asText(""))));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Whether the pod writes no more. */
  static boolean hasEnded(Manifest pod) {
    return List.of("Succeeded", "Failed").contains(phase(pod));
  }

  private static String words(Collection<Manifest> pods) {
    List<Manifest> open = pods.stream().filter(pod -> !hasEnded(pod)).toList();
    if (open.isEmpty()) {
      return "it has no pod yet";
    }
    Manifest pod = open.getFirst();
    return "pod/" + pod.name() + " " + waiting(pod).orElseGet(() -> "is " + phase(pod));
  }

  private static Optional<String> waiting(Manifest pod) {
    for (JsonNode condition : pod.at("status", "conditions")) {
      if (condition.path("type").asText().equals("PodScheduled")
          && condition.path("status").asText().equals("False")) {
        return Optional.of(
            "is not scheduled: "
                + condition.path("message").asText(condition.path("reason").asText()));
      }
    }
    for (JsonNode container : pod.at("status", "containerStatuses")) {
      JsonNode waiting = container.path("state").path("waiting");
      if (waiting.has("reason")) {
        return Optional.of("does not start: " + waiting.path("reason").asText());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> said(Manifest pod) {
    for (JsonNode container : pod.at("status", "containerStatuses")) {
      String message = container.path("state").path("terminated").path("message").asText("");
      if (container.path("name").asText().equals(Mover.CONTAINER) && !message.isEmpty()) {
        return Optional.of(message);
      }
    }
    return Optional.empty();
  }

  private static String phase(Manifest pod) {
    return pod.at("status", "phase").asText("Pending");
  }

  private static boolean is(Manifest job, String type) {
    return condition(job, type).isPresent();
  }

  private static Optional<String> condition(Manifest job, String type) {
    for (JsonNode condition : job.at("status", "conditions")) {
      if (condition.path("type").asText().equals(type)
          && condition.path("status").asText().equals("True")) {
        return Optional.of(
            condition
                .path("message")
                .asText(condition.path("reason").asText("no reason is given")));
      }
    }
    return Optional.empty();
  }
}
