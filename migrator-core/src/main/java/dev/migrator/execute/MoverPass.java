package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.event.RefText;
import dev.migrator.event.StepText;
import dev.migrator.execute.ClaimTransfer.Look;
import dev.migrator.execute.ClaimTransfer.Place;
import dev.migrator.execute.ClaimTransfer.Refused;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.Origin;
import dev.migrator.model.Owner;
import dev.migrator.mover.Pass;
import dev.migrator.mover.Peer;
import dev.migrator.mover.Result;
import dev.migrator.mover.Side;
import dev.migrator.mover.Values;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One pass of the mover of one claim: its Jobs in both clusters, what they need, and their end.
 *
 * <p>Crash: Jobs go on without us, and the next process finds them by their names and marks. What
 * failed, and what ended without a word, is deleted and begins anew; movers begin where they were.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>;
 * docs/adr/0053
 *
 * @param node on which the source's pod must run; empty for any
 * @param noted annotations of the Jobs
 */
record MoverPass(
    Run run,
    ClaimTransfer transfer,
    Step.OnObject step,
    StepLog log,
    PlannedObject planned,
    ClaimCopy copy,
    Pass pass,
    String node,
    Map<String, String> noted) {

  /** The Job of a side, as it is now, if this run made it. */
  Optional<Manifest> job(Side side) {
    return live(place(side), job(side, Optional.empty())).filter(found -> run.made(found, planned));
  }

  /** How long the Jobs of these sides worked; empty where a cluster does not say. */
  Optional<Duration> worked(List<Side> sides) {
    Duration all = Duration.ZERO;
    for (Side side : sides) {
      Optional<Duration> one = job(side).flatMap(CopyJob::worked);
      if (one.isEmpty()) {
        return one;
      }
      boolean isLonger = one.get().compareTo(all) > 0;
      all = copy.mover().together() ? (isLonger ? one.get() : all) : all.plus(one.get());
    }
    return Optional.of(all);
  }

  /** That it failed, with the mover's own words. */
  Refused failed(String why) {
    return new Refused(
        run.failed(
            ErrorCode.M2113,
            StepText.doing(step) + " by mover " + copy.mover().name() + " failed",
            why,
            run.resume() + "   (when that is mended)",
            "migrator rollback " + run.id()));
  }

  /**
   * Has the Jobs of these sides do their work, and says what each says of it. What an attempt
   * before has left is to be {@linkplain EarlierAttempt gone}.
   */
  Map<Side, Result> copied(List<Side> sides) throws Refused {
    if (copy.mover().together()) {
      Map<Side, Manifest> jobs = new EnumMap<>(Side.class);
      Manifest receiver = begun(Side.TARGET, Optional.empty());
      jobs.put(Side.TARGET, receiver);
      Optional<Manifest> sender = job(Side.SOURCE);
      jobs.put(
          Side.SOURCE,
          sender.isPresent() ? sender.get() : begun(Side.SOURCE, Optional.of(peer(receiver))));
      return ended(jobs);
    }
    Map<Side, Result> results = new EnumMap<>(Side.class);
    for (Side side : sides) {
      results.putAll(ended(Map.of(side, begun(side, Optional.empty()))));
    }
    return results;
  }

  private Manifest begun(Side side, Optional<Peer> peer) throws Refused {
    Optional<Manifest> found = job(side);
    if (found.isPresent()) {
      return found.get();
    }
    // Safeguard: two-pods-of-a-mover
    awaitEndOfPods(side);
    if (side == Side.TARGET) {
      Refused.with(new UnfilledClaim(run).inUse(planned));
    }
    for (Manifest object : copy.mover().objects(side, values(side, peer))) {
      Manifest made = transfer.create(step, place(side), planned, object);
      log.waits(run.clock().now(), RefText.of(made.ref()) + " is there");
    }
    return transfer.create(step, place(side), planned, job(side, peer));
  }

  /** Waits until no pod of this transfer runs any more: its Job may be gone before it is. */
  private void awaitEndOfPods(Side side) throws Refused {
    Manifest job = job(side, Optional.empty());
    Boolean unused =
        transfer.await(
            step,
            log,
            Optional.of(run.plan().settings().limits().readyTimeout()),
            () ->
                podsOfTransfer(place(side), job).stream()
                    .filter(pod -> !CopyJob.hasEnded(pod))
                    .findFirst()
                    .map(
                        pod ->
                            Look.<Boolean>notYet(
                                "at the %s, %s of an attempt before has not ended"
                                    .formatted(name(side), RefText.of(pod.ref()))))
                    .orElseGet(() -> Look.seen(true)));
  }

  /** Waits until all have ended well, or one has not. */
  private Map<Side, Result> ended(Map<Side, Manifest> jobs) throws Refused {
    MoverWait wait = new MoverWait(run, copy.mover());
    Map<Side, CopyJob> ends =
        transfer.await(
            step,
            log,
            Optional.empty(),
            () -> {
              Map<Side, CopyJob> states = new EnumMap<>(Side.class);
              for (Map.Entry<Side, Manifest> job : jobs.entrySet()) {
                Optional<Manifest> live = live(place(job.getKey()), job.getValue());
                states.put(
                    job.getKey(),
                    live.isPresent()
                        ? state(job.getKey(), live.get())
                        : new CopyJob.Broken(RefText.of(job.getValue().ref()) + " is gone"));
              }
              return wait.look(states);
            });
    Map<Side, Result> results = new EnumMap<>(Side.class);
    List<String> broken = new ArrayList<>();
    ends.forEach(
        (side, end) -> {
          switch (end) {
            case CopyJob.Done done -> results.put(side, done.result());
            case CopyJob.Broken failed -> broken.add("at the " + name(side) + ": " + failed.why());
            case CopyJob.Working working -> {}
          }
        });
    if (!broken.isEmpty()) {
      throw failed(String.join("; ", broken));
    }
    return results;
  }

  private String name(Side side) {
    return place(side).side().name();
  }

  private Peer peer(Manifest receiver) throws Refused {
    List<Manifest> objects =
        copy.mover().objects(Side.TARGET, values(Side.TARGET, Optional.empty()));
    return transfer.await(
        step,
        log,
        Optional.of(run.plan().settings().limits().readyTimeout()),
        () -> {
          Optional<Manifest> service =
              objects.stream()
                  .filter(object -> object.kind().equals("Service"))
                  .flatMap(object -> live(transfer.target(), object).stream())
                  .findFirst();
          Optional<Manifest> pod =
              pods(transfer.target(), receiver).stream().filter(MoverPass::isReady).findFirst();
          Optional<Peer> peer =
              service.isPresent() && pod.isPresent()
                  ? Peer.of(copy.with(), service.get(), pod.get())
                  : Optional.empty();
          return peer.map(Look::seen)
              .orElseGet(
                  () ->
                      switch (receiving(receiver)) {
                        case CopyJob.Working working ->
                            Look.notYet("at the target, " + working.words());
                        case CopyJob.Broken broken -> Look.never("at the target: " + broken.why());
                        case CopyJob.Done done ->
                            Look.notYet("nobody knows yet how the source reaches the target");
                      });
        });
  }

  private CopyJob receiving(Manifest receiver) {
    return live(transfer.target(), receiver)
        .map(now -> state(Side.TARGET, now))
        .orElseGet(() -> new CopyJob.Broken(RefText.of(receiver.ref()) + " is gone"));
  }

  /** The Job of a side, as it is created. */
  Manifest job(Side side, Optional<Peer> peer) {
    Manifest job = copy.mover().job(side, pass, values(side, peer));
    return job.edit(
        tree ->
            noted.forEach(
                (name, value) ->
                    tree.withObjectProperty("metadata")
                        .withObjectProperty("annotations")
                        .put(name, value)));
  }

  private Values values(Side side, Optional<Peer> peer) {
    Values values = copy.values(side, side == Side.SOURCE ? node : "");
    return peer.map(values::withPeer).orElse(values);
  }

  Place place(Side side) {
    return side == Side.SOURCE ? transfer.source() : transfer.target();
  }

  private static Optional<Manifest> live(Place place, Manifest object) {
    return place.side().get(object.ref(), object.apiVersion());
  }

  /** How this Job of a side stands. */
  CopyJob state(Side side, Manifest job) {
    return CopyJob.of(copy.mover(), job, pods(place(side), job));
  }

  private static List<Manifest> pods(Place place, Manifest job) {
    return podsOfTransfer(place, job).stream()
        .filter(pod -> Owner.uids(pod).contains(job.uid()))
        .toList();
  }

  /** Those of any Job of the same transfer in this cluster. */
  private static List<Manifest> podsOfTransfer(Place place, Manifest job) {
    return WholeList.all(
        place.side().cluster(),
        place.side().requireType("Pod", "v1"),
        ListQuery.inNamespace(job.namespace())
            .withLabelSelector(
                Origin.TRANSFER + "=" + job.labels().getOrDefault(Origin.TRANSFER, "")));
  }

  private static boolean isReady(Manifest pod) {
    for (JsonNode condition : pod.at("status", "conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }
}
