package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.execute.Descendants.Found;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Jobs of which no pod could ever be created: a ServiceAccount is missing, a quota is full. They
 * never end, and there is nothing to wait for: after a while they may be suspended, and move.
 *
 * <p>Source: kubernetes {@code pkg/controller/job}: {@code syncJob}
 */
final class PodlessJobs {

  /** So long no pod must have been there: one that is about to be made is waited for. */
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** Events are read again after this time only: a namespace may have many. */
  private static final Duration FRESH = Duration.ofSeconds(30);

  private record Said(Instant at, String why) {}

  private final Run run;
  private final Map<ObjectRef, Instant> since = new ConcurrentHashMap<>();
  private final Map<ObjectRef, Said> said = new ConcurrentHashMap<>();

  PodlessJobs(Run run) {
    this.run = run;
  }

  /**
   * Whether it has been without a pod for so long that it may be suspended. Its controller must
   * have seen it, or it may just not have begun.
   */
  boolean mayBeSuspended(Manifest job, Found found) {
    if (!isPodless(job, found)) {
      since.remove(job.ref());
      return false;
    }
    Instant now = run.clock().now();
    Instant first = since.computeIfAbsent(job.ref(), k -> now);
    return job.has("status", "startTime") && !first.plus(IDLE).isAfter(now);
  }

  /** Nothing of it exists, and nothing of it ever ended. */
  private static boolean isPodless(Manifest job, Found found) {
    return found.any().isEmpty()
        && Descendants.isQuiet(job)
        && job.at("status", "succeeded").asInt(0) == 0
        && job.at("status", "failed").asInt(0) == 0
        && job.at("status", "uncountedTerminatedPods").isEmpty()
        && !job.at("spec", "suspend").asBoolean(false);
  }

  /** Why it has no pod, in the words of its conditions and Events; empty when it is not so. */
  Optional<String> why(Manifest job, Found found) {
    if (!isPodless(job, found)) {
      return Optional.empty();
    }
    Instant now = run.clock().now();
    Said known = said.get(job.ref());
    if (known == null || known.at().plus(FRESH).isBefore(now)) {
      String words = condition(job).or(() -> event(job)).orElse("no reason is given");
      known = new Said(now, words);
      said.put(job.ref(), known);
    }
    return Optional.of("no pod of it was ever created: " + known.why());
  }

  private static Optional<String> condition(Manifest job) {
    for (JsonNode condition : job.at("status", "conditions")) {
      if (condition.path("status").asText().equals("True")
          && !condition.path("message").asText().isEmpty()) {
        return Optional.of(condition.path("message").asText());
      }
    }
    return Optional.empty();
  }

  /** What its controller said last; nothing where Events may not be read. */
  private Optional<String> event(Manifest job) {
    String[] last = {"", ""};
    try {
      run.source()
          .type("Event", "v1")
          .ifPresent(
              type ->
                  WholeList.each(
                      run.source().cluster(),
                      type,
                      ListQuery.inNamespace(job.namespace()),
                      event -> {
                        String time =
                            event.at("lastTimestamp").asText(event.at("eventTime").asText(""));
                        if (event.at("involvedObject", "uid").asText().equals(job.uid())
                            && event.at("type").asText().equals("Warning")
                            && time.compareTo(last[0]) >= 0) {
                          last[0] = time;
                          last[1] = event.at("message").asText();
                        }
                      }));
    } catch (ClusterException e) {
      return Optional.empty();
    }
    return last[1].isEmpty() ? Optional.empty() : Optional.of(last[1]);
  }
}
