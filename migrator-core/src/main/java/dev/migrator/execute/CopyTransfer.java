package dev.migrator.execute;

import dev.migrator.cluster.Deletion;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.event.RefText;
import dev.migrator.event.StepText;
import dev.migrator.execute.ClaimTransfer.Look;
import dev.migrator.execute.ClaimTransfer.Place;
import dev.migrator.execute.ClaimTransfer.Refused;
import dev.migrator.lifecycle.CopiedData;
import dev.migrator.model.Amount;
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
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Carries the data of a claim by a mover: Jobs in both clusters that read all of its files at the
 * source, and write them to the target's claim. Once ahead, while the source works; then once more,
 * for what has changed since, when nothing writes any more: that pass is compared on both sides.
 *
 * <p>Crash: Jobs go on without us, and the next process finds them by their names and marks. What
 * failed, and what ended without a word, is deleted and begins anew; movers begin where they were.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>;
 * docs/adr/0053
 */
final class CopyTransfer implements DataTransfer {

  private final Run run;
  private final ClaimTransfer transfer;
  private final UnfilledClaim unfilled;
  private final DiskUse use;

  CopyTransfer(Run run, ClaimTransfer transfer) {
    this.run = run;
    this.transfer = transfer;
    this.unfilled = new UnfilledClaim(run);
    this.use = new DiskUse(run.source(), new SharedLists(run.source().cluster(), run.clock()));
  }

  /** One pass of one claim. */
  private record Work(
      Step.OnObject step,
      StepLog log,
      PlannedObject planned,
      ClaimCopy copy,
      Pass pass,
      String node,
      Map<String, String> noted) {}

  /** Copies what there is by now; nothing is compared, since it is written to meanwhile. */
  StepResult precopy(Step.OnObject step, StepLog log) {
    return transfer.result(
        step,
        () -> {
          PlannedObject planned = run.planned(step.object());
          Manifest claim = transfer.claimAtSource(planned);
          Refused.with(unfilled.before(planned, List.of()));
          List<Manifest> users = podsOf(claim);
          if (!users.isEmpty() && has(claim, "ReadWriteOncePod")) {
            return new StepResult.NotNeeded(
                "one pod alone may mount it: it is copied in the pause");
          }
          Work work = work(step, log, planned, Pass.HOT, node(claim, users), Map.of());
          List<Side> sides = List.of(Side.SOURCE, Side.TARGET);
          Result read = of(copied(work, sides), Side.SOURCE);
          return StepResult.done("copied ahead: " + words(read), timed(work, sides, read));
        });
  }

  @Override
  public StepResult capture(Step.OnObject step, StepLog log) {
    return transfer.result(
        step,
        () -> {
          PlannedObject planned = run.planned(step.object());
          Manifest claim = transfer.claimAtSource(planned);
          Manifest volume = transfer.volumeAtSource(claim);
          Refused.with(unfilled.before(planned, List.of()));
          boolean hasBegun = hasBegun(step, log, planned);
          if (!hasBegun) {
            transfer.atRest(step, log, claim, volume);
          }
          boolean isQuiet =
              hasBegun
                  || transfer.carried().isCapturedAtRest(step.object())
                  || transfer.users(claim, volume).isEmpty();
          Work work =
              work(
                  step,
                  log,
                  planned,
                  isQuiet ? Pass.FINAL : Pass.HOT,
                  isQuiet ? "" : node(claim, podsOf(claim)),
                  Map.of(SnapshotObjects.STOPPED_AT, transfer.stoppedAt(step.object())));
          Map<Side, Result> results =
              copied(
                  work,
                  work.copy().mover().together()
                      ? List.of(Side.SOURCE, Side.TARGET)
                      : List.of(Side.SOURCE));
          if (results.containsKey(Side.TARGET)) {
            requireSame(work, of(results, Side.SOURCE), of(results, Side.TARGET));
          }
          return captured(work, results);
        });
  }

  /** Whether the source's last pass was begun: then nothing wrote any more. */
  private boolean hasBegun(Step.OnObject step, StepLog log, PlannedObject planned) throws Refused {
    Work work = work(step, log, planned, Pass.FINAL, "", Map.of());
    return live(transfer.source(), job(work, Side.SOURCE, Optional.empty()))
        .filter(found -> run.made(found, planned))
        .isPresent();
  }

  private StepResult captured(Work work, Map<Side, Result> results) throws Refused {
    Map<String, String> details =
        timed(work, List.copyOf(results.keySet()), of(results, Side.SOURCE));
    details.put(CopiedData.PASS, work.pass().name());
    live(transfer.source(), job(work, Side.SOURCE, Optional.empty()))
        .map(job -> job.annotations().getOrDefault(SnapshotObjects.STOPPED_AT, ""))
        .ifPresent(stopped -> details.put(WrittenSinceCapture.STOPPED_AT, stopped));
    return StepResult.done("read " + words(of(results, Side.SOURCE)), details);
  }

  @Override
  public StepResult fill(Step.OnObject step, StepLog log) {
    return transfer.result(
        step,
        () -> {
          PlannedObject planned = run.planned(step.object());
          Map<String, String> captured =
              run.journal().state().details(StepId.of(Verb.CAPTURE, planned.ref()));
          Pass pass = Pass.valueOf(captured.getOrDefault(CopiedData.PASS, Pass.FINAL.name()));
          Result read = result(captured);
          Work work = work(step, log, planned, pass, "", Map.of());
          if (work.copy().mover().together()) {
            return StepResult.done("the target has " + words(read), details(read));
          }
          Result written = of(copied(work, List.of(Side.TARGET)), Side.TARGET);
          requireSame(work, read, written);
          return StepResult.done(
              "the target has " + words(written), timed(work, List.of(Side.TARGET), written));
        });
  }

  private void requireSame(Work work, Result read, Result written) throws Refused {
    // Safeguard: copy-not-compared
    if (work.pass() == Pass.FINAL && !read.isSameAs(written)) {
      throw failed(
          work,
          "what the target has is not what the source has: "
              + words(written)
              + " ("
              + written.digest()
              + "), and at the source "
              + words(read)
              + " ("
              + read.digest()
              + ")");
    }
  }

  private Refused failed(Work work, String why) {
    return new Refused(
        run.failed(
            ErrorCode.M2113,
            StepText.doing(work.step()) + " by mover " + work.copy().mover().name() + " failed",
            why,
            "mend that, then: " + run.resume(),
            "migrator rollback " + run.id()));
  }

  private Work work(
      Step.OnObject step,
      StepLog log,
      PlannedObject planned,
      Pass pass,
      String node,
      Map<String, String> noted)
      throws Refused {
    String purpose = "mover/" + run.id() + "/" + planned.uid();
    String key =
        run.key()
            .map(held -> held.derive(purpose))
            .orElseThrow(
                () ->
                    new Refused(
                        run.failed(
                            ErrorCode.M2113,
                            "the data of " + RefText.of(planned.ref()) + " cannot be copied",
                            "the plan's key, a file beside the plan, is not here")));
    return new Work(
        step,
        log,
        planned,
        ClaimCopy.of(run.plan().settings(), run.id(), planned, key),
        pass,
        node,
        noted);
  }

  /** Has the Jobs of these sides do their work, and says what each says of it. */
  private Map<Side, Result> copied(Work work, List<Side> sides) throws Refused {
    beginAnew(work, sides);
    Map<Side, Result> results = new EnumMap<>(Side.class);
    if (work.copy().mover().together()) {
      Manifest receiver = begun(work, Side.TARGET, Optional.empty());
      if (!(state(work, Side.TARGET, receiver) instanceof CopyJob.Done)) {
        begun(work, Side.SOURCE, Optional.of(peer(work, receiver)));
      }
    }
    for (Side side : sides) {
      results.put(side, ended(work, side, begun(work, side, Optional.empty())));
    }
    return results;
  }

  /** What failed before is deleted: a Job that has ended does not go on. */
  private void beginAnew(Work work, List<Side> sides) throws Refused {
    boolean isBroken = false;
    for (Side side : sides) {
      Optional<Manifest> found =
          live(place(side), job(work, side, Optional.empty()))
              .filter(job -> run.made(job, work.planned()));
      isBroken |= found.isPresent() && state(work, side, found.get()) instanceof CopyJob.Broken;
    }
    if (isBroken) {
      for (Side side : sides) {
        removed(work, side);
      }
    }
  }

  private void removed(Work work, Side side) throws Refused {
    Manifest job = job(work, side, Optional.empty());
    Boolean gone =
        transfer.await(
            work.step(),
            work.log(),
            Optional.of(run.plan().settings().limits().readyTimeout()),
            () -> {
              Optional<Manifest> live = live(place(side), job);
              if (live.filter(found -> run.made(found, work.planned())).isEmpty()) {
                return Look.seen(true);
              }
              if (!live.get().isBeingDeleted()) {
                run.intend(
                    work.step(), live.get().uid(), live.get().resourceVersion(), Optional.empty());
                Optional<Manifest> unused =
                    place(side)
                        .side()
                        .cluster()
                        .delete(
                            place(side).side().requireType("Job", job.apiVersion()),
                            job.ref(),
                            Deletion.background(live.get().uid(), live.get().resourceVersion()));
              }
              return Look.notYet(RefText.of(job.ref()) + " of an attempt that failed is not gone");
            });
  }

  private Manifest begun(Work work, Side side, Optional<Peer> peer) throws Refused {
    Manifest job = job(work, side, peer);
    Optional<Manifest> found =
        live(place(side), job).filter(live -> run.made(live, work.planned()));
    if (found.isPresent()) {
      return found.get();
    }
    for (Manifest object : work.copy().mover().objects(side, values(work, side, peer))) {
      Manifest made = transfer.create(work.step(), place(side), work.planned(), object);
      work.log().waits(run.clock().now(), RefText.of(made.ref()) + " is there");
    }
    return transfer.create(work.step(), place(side), work.planned(), job);
  }

  private Result ended(Work work, Side side, Manifest job) throws Refused {
    CopyJob end =
        transfer.await(
            work.step(),
            work.log(),
            Optional.empty(),
            () -> {
              Optional<Manifest> live = live(place(side), job);
              if (live.isEmpty()) {
                return Look.never(
                    RefText.of(job.ref()) + " is gone from the " + place(side).side().name());
              }
              CopyJob state = state(work, side, live.get());
              return state instanceof CopyJob.Working(String words)
                  ? Look.notYet("at the " + place(side).side().name() + ", " + words)
                  : Look.seen(state);
            });
    return switch (end) {
      case CopyJob.Done(Result result) -> result;
      case CopyJob.Broken(String why) ->
          throw failed(work, "at the " + place(side).side().name() + ": " + why);
      case CopyJob.Working(String words) -> throw new IllegalStateException(words);
    };
  }

  private Peer peer(Work work, Manifest receiver) throws Refused {
    List<Manifest> objects =
        work.copy().mover().objects(Side.TARGET, values(work, Side.TARGET, Optional.empty()));
    return transfer.await(
        work.step(),
        work.log(),
        Optional.of(run.plan().settings().limits().readyTimeout()),
        () -> {
          Optional<Manifest> service =
              objects.stream()
                  .filter(object -> object.kind().equals("Service"))
                  .flatMap(object -> live(transfer.target(), object).stream())
                  .findFirst();
          Optional<Manifest> pod =
              pods(transfer.target(), receiver).stream()
                  .filter(one -> one.at("status", "phase").asText("").equals("Running"))
                  .findFirst();
          Optional<Peer> peer =
              service.isPresent() && pod.isPresent()
                  ? Peer.of(told(work), service.get(), pod.get())
                  : Optional.empty();
          return peer.map(Look::seen)
              .orElseGet(
                  () ->
                      state(work, Side.TARGET, receiver) instanceof CopyJob.Working(String words)
                          ? Look.notYet("at the target, " + words)
                          : Look.notYet("nobody knows yet how the source reaches the target"));
        });
  }

  private Manifest job(Work work, Side side, Optional<Peer> peer) {
    Manifest job = work.copy().mover().job(side, work.pass(), values(work, side, peer));
    return job.edit(
        tree ->
            work.noted()
                .forEach(
                    (name, value) ->
                        tree.withObjectProperty("metadata")
                            .withObjectProperty("annotations")
                            .put(name, value)));
  }

  private Values values(Work work, Side side, Optional<Peer> peer) {
    Values values = work.copy().values(side, told(work), side == Side.SOURCE ? work.node() : "");
    return peer.map(values::withPeer).orElse(values);
  }

  private Map<String, String> told(Work work) {
    return ClaimCopy.rule(run.plan().settings(), work.planned().ref()).toldToMover();
  }

  private Place place(Side side) {
    return side == Side.SOURCE ? transfer.source() : transfer.target();
  }

  private static Optional<Manifest> live(Place place, Manifest object) {
    return place.side().get(object.ref(), object.apiVersion());
  }

  private CopyJob state(Work work, Side side, Manifest job) {
    return CopyJob.of(work.copy().mover(), job, pods(place(side), job));
  }

  private static List<Manifest> pods(Place place, Manifest job) {
    return WholeList.all(
            place.side().cluster(),
            place.side().requireType("Pod", "v1"),
            ListQuery.inNamespace(job.namespace())
                .withLabelSelector(
                    Origin.TRANSFER + "=" + job.labels().getOrDefault(Origin.TRANSFER, "")))
        .stream()
        .filter(pod -> Owner.uids(pod).contains(job.uid()))
        .toList();
  }

  /** The pods that have the source's claim mounted and run, without those of movers. */
  private List<Manifest> podsOf(Manifest claim) {
    return use.podsOfOthers(claim.ref()).stream()
        .filter(pod -> pod.at("status", "phase").asText("").equals("Running"))
        .toList();
  }

  /** A disk that one node has at a time is read there. */
  private static String node(Manifest claim, List<Manifest> users) {
    boolean isForManyNodes = has(claim, "ReadWriteMany") || has(claim, "ReadOnlyMany");
    return users.isEmpty() || isForManyNodes
        ? ""
        : users.getFirst().at("spec", "nodeName").asText("");
  }

  private static boolean has(Manifest claim, String accessMode) {
    for (var mode : claim.at("spec", "accessModes")) {
      if (mode.asText().equals(accessMode)) {
        return true;
      }
    }
    return false;
  }

  private static Result of(Map<Side, Result> results, Side side) {
    return Optional.ofNullable(results.get(side)).orElseThrow();
  }

  /** With how long the Jobs worked, each by the clock of its own cluster. */
  private Map<String, String> timed(Work work, List<Side> sides, Result result) {
    Map<String, String> details = details(result);
    Duration all = Duration.ZERO;
    for (Side side : sides) {
      Optional<Duration> worked =
          live(place(side), job(work, side, Optional.empty())).flatMap(CopyJob::worked);
      if (worked.isEmpty()) {
        return details;
      }
      boolean isLonger = worked.get().compareTo(all) > 0;
      all =
          work.copy().mover().together() ? (isLonger ? worked.get() : all) : all.plus(worked.get());
    }
    details.put(CopiedData.SECONDS, Long.toString(all.toSeconds()));
    return details;
  }

  private static Map<String, String> details(Result result) {
    Map<String, String> details = new TreeMap<>();
    details.put(CopiedData.FILES, Long.toString(result.files()));
    details.put(CopiedData.BYTES, Long.toString(result.bytes()));
    details.put(CopiedData.SKIPPED, Long.toString(result.skipped()));
    details.put(CopiedData.DIGEST, result.digest());
    return details;
  }

  private static Result result(Map<String, String> details) {
    return CopiedData.of(details)
        .map(said -> new Result(said.files(), said.bytes(), said.skipped(), said.digest()))
        .orElseGet(() -> new Result(-1, -1, 0, ""));
  }

  private static String words(Result result) {
    return Amount.of(result.files(), "file") + ", " + Amount.bytes(result.bytes());
  }
}
