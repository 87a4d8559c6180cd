package dev.migrator.execute;

import dev.migrator.check.SnapshotClasses;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.event.RefText;
import dev.migrator.execute.ClaimTransfer.Look;
import dev.migrator.execute.ClaimTransfer.Refused;
import dev.migrator.migration.VolumeRule;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Quantity;
import dev.migrator.model.ResourceType;
import dev.migrator.model.SnapshotNames;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Carries the data of a claim as a snapshot: taken at the source, made known at the target, from
 * which its provisioner makes a volume.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/volume-snapshots/">Volume
 * Snapshots</a>; docs/adr/0052
 */
final class SnapshotTransfer implements DataTransfer {

  /** Details of the outcome of a capture. */
  private static final String CONTENT = "content";

  private final Run run;
  private final ClaimTransfer transfer;
  private final UnfilledClaim unfilled;

  SnapshotTransfer(Run run, ClaimTransfer transfer) {
    this.run = run;
    this.transfer = transfer;
    this.unfilled = new UnfilledClaim(run);
  }

  /** Takes it, when nobody uses the volume any more where its users are stopped. */
  @Override
  public StepResult capture(Step.OnObject step, StepLog log) {
    return transfer.result(
        step,
        () -> {
          PlannedObject planned = run.planned(step.object());
          Manifest claim = transfer.claimAtSource(planned);
          Manifest volume = transfer.volumeAtSource(claim);
          String called = SnapshotNames.of(planned.uid());
          Refused.with(
              unfilled.before(
                  planned,
                  List.of(
                      SnapshotObjects.snapshot(run.atTarget(planned).namespace(), called),
                      SnapshotObjects.content(called))));
          transfer.atRest(step, log, claim, volume);
          Manifest taken = taken(step, planned, claim, volume, log);
          Manifest content =
              run.source()
                  .find(SnapshotObjects.content(SnapshotObjects.contentOf(taken).orElseThrow()))
                  .filter(found -> SnapshotObjects.handle(found).isPresent())
                  .orElseThrow(
                      () -> transfer.noLonger(planned.ref(), "its snapshot has no content"));
          Map<String, String> details = new TreeMap<>();
          details.put(CONTENT, content.name());
          details.put(
              WrittenSinceCapture.STOPPED_AT,
              taken.annotations().getOrDefault(SnapshotObjects.STOPPED_AT, ""));
          return StepResult.done("snapshot " + taken.name() + " is ready", details);
        });
  }

  private Manifest taken(
      Step.OnObject step, PlannedObject planned, Manifest claim, Manifest volume, StepLog log)
      throws Refused {
    String driver = volume.at("spec", "csi", "driver").asText("");
    Optional<String> named = snapshotClass(planned.ref());
    Optional<Manifest> chosen = SnapshotClasses.choose(classes(run.source()), driver, named);
    if (chosen.isEmpty()) {
      throw transfer.noLonger(
          planned.ref(),
          "the source has no VolumeSnapshotClass of %s, or several and no default"
              .formatted(driver));
    }
    Manifest body =
        SnapshotObjects.toTake(
            claim, chosen.map(Manifest::name), transfer.stoppedAt(step.object()));
    Manifest sent = transfer.create(step, transfer.source(), planned, body);
    Manifest taken = ready(step, log, run.source(), sent.ref());
    String asked =
        run.definition(planned).at("spec", "resources", "requests", "storage").asText("");
    // Safeguard: snapshot-larger-than-claim
    Optional<String> tooLarge =
        SnapshotObjects.restoreSize(taken).filter(size -> bytes(size).compareTo(bytes(asked)) > 0);
    if (tooLarge.isPresent()) {
      throw transfer.noLonger(
          planned.ref(),
          "its snapshot is restored to no less than %s, and the target's claim asks for %s"
              .formatted(tooLarge.get(), asked));
    }
    return taken;
  }

  private static BigDecimal bytes(String quantity) {
    return Quantity.parse(quantity).orElse(BigDecimal.ZERO);
  }

  /** Has the target know it; its provisioner makes the volume when the claim is used. */
  @Override
  public StepResult fill(Step.OnObject step, StepLog log) {
    return transfer.result(
        step,
        () -> {
          PlannedObject planned = run.planned(step.object());
          ObjectRef there = run.atTarget(planned);
          String name =
              run.journal()
                  .state()
                  .details(StepId.of(Verb.CAPTURE, planned.ref()))
                  .getOrDefault(CONTENT, "");
          Manifest content =
              run.source()
                  .find(SnapshotObjects.content(name))
                  .orElseThrow(() -> transfer.noLonger(planned.ref(), "its snapshot is gone"));
          Optional<String> chosen =
              SnapshotClasses.choose(
                      classes(run.target()),
                      content.at("spec", "driver").asText(""),
                      snapshotClass(planned.ref()))
                  .map(Manifest::name);
          String called = SnapshotNames.of(planned.uid());
          Manifest imported =
              transfer.create(
                  step,
                  transfer.target(),
                  planned,
                  SnapshotObjects.toImport(there, called, content, chosen));
          Manifest snapshot =
              transfer.create(
                  step,
                  transfer.target(),
                  planned,
                  SnapshotObjects.imported(there, imported.name(), chosen));
          Manifest known = ready(step, log, run.target(), snapshot.ref());
          Refused.with(unfilled.after(planned, known));
          return StepResult.done("the target has snapshot " + known.name());
        });
  }

  private Optional<String> snapshotClass(ObjectRef claim) {
    return VolumeRule.snapshotClass(
        run.plan().settings().data().volumes(), claim.namespace(), claim.name());
  }

  private static List<Manifest> classes(ClusterSide side) {
    Optional<ResourceType> type = side.type(SnapshotNames.CLASS, SnapshotNames.API_VERSION);
    return type.map(found -> WholeList.all(side.cluster(), found, ListQuery.all()))
        .orElse(List.of());
  }

  private Manifest ready(Step.OnObject step, StepLog log, ClusterSide side, ObjectRef snapshot)
      throws Refused {
    return transfer.await(
        step,
        log,
        Optional.of(run.plan().settings().limits().readyTimeout()),
        () -> {
          Optional<Manifest> live = side.find(snapshot);
          if (live.isEmpty()) {
            return Look.never(RefText.of(snapshot) + " is gone from the " + side.name());
          }
          return SnapshotObjects.contentOf(live.get()).isPresent()
              ? Look.seen(live.get())
              : Look.notYet(
                  SnapshotObjects.error(live.get())
                      .orElse("the snapshot is not ready at the " + side.name()));
        });
  }
}
