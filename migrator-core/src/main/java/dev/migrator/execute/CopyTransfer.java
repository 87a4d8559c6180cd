package dev.migrator.execute;

import dev.migrator.event.RefText;
import dev.migrator.execute.ClaimTransfer.Refused;
import dev.migrator.lifecycle.CopiedData;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.mover.Pass;
import dev.migrator.mover.Result;
import dev.migrator.mover.Side;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
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

  /** Copies what there is by now; nothing is compared, since it is written to meanwhile. */
  StepResult precopy(Step.OnObject step, StepLog log) {
    return transfer.result(
        step,
        () -> {
          PlannedObject planned = run.planned(step.object());
          Manifest claim = transfer.claimAtSource(planned);
          Refused.with(unfilled.before(planned, List.of(run.atTarget(planned))));
          List<Manifest> users = podsOf(claim);
          if (!users.isEmpty() && has(claim, "ReadWriteOncePod")) {
            return new StepResult.NotNeeded(
                "one pod alone may mount it: it is copied in the pause");
          }
          List<Side> sides = List.of(Side.SOURCE, Side.TARGET);
          MoverPass pass = pass(step, log, planned, Pass.HOT, node(claim, users), Map.of());
          new EarlierAttempt(pass).remove(sides);
          Result read = of(pass.copied(sides), Side.SOURCE);
          return StepResult.done("copied ahead: " + words(read), timed(pass, sides, read));
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
          Refused.with(unfilled.before(planned, List.of(run.atTarget(planned))));
          List<Side> both = List.of(Side.SOURCE, Side.TARGET);
          MoverPass last = pass(step, log, planned, Pass.FINAL, "", Map.of());
          new EarlierAttempt(last).remove(both);
          // Then nothing wrote any more.
          boolean hasBegun = last.job(Side.SOURCE).isPresent();
          if (!hasBegun) {
            transfer.atRest(step, log, claim, volume);
          }
          boolean isQuiet =
              hasBegun
                  || transfer.carried().isCapturedAtRest(step.object())
                  || transfer.users(claim, volume).isEmpty();
          MoverPass pass =
              pass(
                  step,
                  log,
                  planned,
                  isQuiet ? Pass.FINAL : Pass.HOT,
                  isQuiet ? "" : node(claim, podsOf(claim)),
                  Map.of(SnapshotObjects.STOPPED_AT, transfer.stoppedAt(step.object())));
          if (!isQuiet) {
            // What was copied ahead lacks what was written since.
            new EarlierAttempt(pass).remove(both);
          }
          Map<Side, Result> results =
              pass.copied(pass.copy().mover().together() ? both : List.of(Side.SOURCE));
          if (results.containsKey(Side.TARGET)) {
            requireSame(pass, both, of(results, Side.SOURCE), of(results, Side.TARGET));
          }
          return captured(pass, results);
        });
  }

  private StepResult captured(MoverPass pass, Map<Side, Result> results) {
    Map<String, String> details =
        timed(pass, List.copyOf(results.keySet()), of(results, Side.SOURCE));
    details.put(CopiedData.PASS, pass.pass().name());
    pass.job(Side.SOURCE)
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
          Result read = result(captured);
          MoverPass pass =
              pass(
                  step,
                  log,
                  planned,
                  Pass.valueOf(captured.getOrDefault(CopiedData.PASS, Pass.FINAL.name())),
                  "",
                  Map.of());
          if (pass.copy().mover().together()) {
            return StepResult.done("the target has " + words(read), details(read));
          }
          new EarlierAttempt(pass).remove(List.of(Side.TARGET));
          Result written = of(pass.copied(List.of(Side.TARGET)), Side.TARGET);
          requireSame(pass, List.of(Side.TARGET), read, written);
          return StepResult.done(
              "the target has " + words(written), timed(pass, List.of(Side.TARGET), written));
        });
  }

  /**
   * @param sides whose Jobs begin anew when the run is resumed
   */
  private static void requireSame(MoverPass pass, List<Side> sides, Result read, Result written)
      throws Refused {
    // Safeguard: copy-not-compared
    if (pass.pass() == Pass.FINAL && !read.isSameAs(written)) {
      new EarlierAttempt(pass).discard(sides);
      throw pass.failed(
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

  private MoverPass pass(
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
    return new MoverPass(
        run,
        transfer,
        step,
        log,
        planned,
        ClaimCopy.of(run.plan().settings(), run.id(), planned, key),
        pass,
        node,
        noted);
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
  private static Map<String, String> timed(MoverPass pass, List<Side> sides, Result result) {
    Map<String, String> details = details(result);
    pass.worked(sides)
        .ifPresent(time -> details.put(CopiedData.SECONDS, Long.toString(time.toSeconds())));
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
