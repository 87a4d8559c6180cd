package dev.migrator.it.audit;

import dev.migrator.it.audit.ClusterHistory.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The promise that work which must not be duplicated never was: neither it nor anything that it
 * made was active in both clusters at one moment, and no slot of a CronJob ran twice.
 */
public final class NeverTwice {

  /**
   * One object that must never be twice, under its name at the source and at the target.
   *
   * <p>Shape: the two names differ where a namespace is mapped.
   */
  public record Moved(Work source, Work target) {}

  private final ClusterHistory source;
  private final ClusterHistory target;

  public NeverTwice(ClusterHistory source, ClusterHistory target) {
    this.source = source;
    this.target = target;
  }

  /** Every breach of the promise, in words that name both moments. Empty when it was kept. */
  public List<String> breaches(Collection<Moved> moved) {
    List<String> breaches = new ArrayList<>();
    for (Moved one : moved) {
      for (Span here : source.activity(one.source())) {
        for (Span there : target.activity(one.target())) {
          if (here.overlaps(there)) {
            breaches.add("in both clusters: at the source " + here + ", at the target " + there);
          }
        }
      }
      if (one.source().resource().equals("cronjobs")) {
        breaches.addAll(slotsRunTwice(one));
      }
    }
    return breaches;
  }

  private List<String> slotsRunTwice(Moved cronJob) {
    List<String> twice = new ArrayList<>();
    Map<String, List<String>> here = source.made(cronJob.source(), "jobs");
    Map<String, List<String>> there = target.made(cronJob.target(), "jobs");
    here.forEach(
        (job, uids) -> {
          List<String> all = new ArrayList<>(uids);
          all.addAll(there.getOrDefault(job, List.of()));
          if (all.size() > 1) {
            twice.add("slot " + job + " of " + cronJob.source() + " ran as " + all);
          }
        });
    there.forEach(
        (job, uids) -> {
          if (uids.size() > 1) {
            twice.add("slot " + job + " of " + cronJob.target() + " ran at the target as " + uids);
          }
        });
    return twice;
  }
}
