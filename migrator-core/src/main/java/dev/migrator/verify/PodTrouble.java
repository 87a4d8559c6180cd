package dev.migrator.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Why pods are not ready, in the words of their kubelet or scheduler. */
final class PodTrouble {

  /** Every container waits like this for a moment; it explains nothing. */
  private static final Set<String> USUAL = Set.of("ContainerCreating", "PodInitializing", "");

  private PodTrouble() {}

  /**
   * The reason that most pods give; of equally frequent ones the first in the alphabet. Empty when
   * none gives any.
   */
  static Optional<String> mostTelling(Collection<Manifest> pods) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    pods.forEach(pod -> of(pod).ifPresent(reason -> counts.merge(reason, 1, Integer::sum)));
    Optional<String> best = Optional.empty();
    int most = 0;
    for (var each : counts.entrySet()) {
      if (each.getValue() > most) {
        most = each.getValue();
        best = Optional.of(each.getKey());
      }
    }
    return best;
  }

  /** Why this pod is not ready: containers first, then scheduling, then its phase. */
  static Optional<String> of(Manifest pod) {
    if (StatusFields.isTrue(pod, "Ready")
        || StatusFields.text(pod, "status", "phase").equals("Succeeded")) {
      return Optional.empty();
    }
    List<String> reasons = new ArrayList<>();
    Stream.of("initContainerStatuses", "containerStatuses")
        .forEach(
            field ->
                pod.at("status", field)
                    .forEach(status -> container(status).ifPresent(reasons::add)));
    if (!reasons.isEmpty()) {
      return Optional.of(reasons.getFirst());
    }
    Optional<StatusFields.Condition> scheduled = StatusFields.condition(pod, "PodScheduled");
    if (scheduled.isPresent() && scheduled.get().isFalse()) {
      return Optional.of(scheduled.get().words());
    }
    if (StatusFields.text(pod, "status", "phase").equals("Failed")) {
      String reason = StatusFields.oneLine(StatusFields.text(pod, "status", "reason"));
      return Optional.of(reason.isEmpty() ? "pod failed" : reason);
    }
    return Optional.empty();
  }

  private static Optional<String> container(JsonNode status) {
    JsonNode waiting = status.at("/state/waiting");
    String reason = StatusFields.oneLine(waiting.path("reason").asText());
    if (!USUAL.contains(reason)) {
      String message = StatusFields.oneLine(waiting.path("message").asText());
      return Optional.of(message.isEmpty() ? reason : reason + ": " + message);
    }
    JsonNode terminated = status.at("/state/terminated");
    int exitCode = terminated.path("exitCode").asInt(0);
    if (exitCode != 0) {
      String why = StatusFields.oneLine(terminated.path("reason").asText("Error"));
      return Optional.of(
          why
              + ": container "
              + StatusFields.oneLine(status.path("name").asText())
              + " exited with "
              + exitCode);
    }
    return Optional.empty();
  }
}
