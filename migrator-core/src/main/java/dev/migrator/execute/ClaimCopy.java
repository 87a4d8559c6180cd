package dev.migrator.execute;

import dev.migrator.migration.Migration;
import dev.migrator.migration.VolumeRule;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.mover.Marks;
import dev.migrator.mover.Mover;
import dev.migrator.mover.Pass;
import dev.migrator.mover.Side;
import dev.migrator.mover.Values;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The mover of one claim, and what it is told in either cluster. Pure.
 *
 * <p>Source: docs/adr/0053
 *
 * @param with its parameters
 * @param key a secret of this transfer, 64 hex digits
 */
record ClaimCopy(
    Mover mover,
    Map<String, String> with,
    ObjectRef atSource,
    ObjectRef atTarget,
    String name,
    String run,
    String key) {

  /** In place of a key, where only the names of objects matter. */
  static final String NO_KEY = "0".repeat(64);

  /**
   * What the plan says of the claim.
   *
   * @param run id
   * @param key as the record has it
   */
  static ClaimCopy of(Migration settings, String run, PlannedObject claim, String key) {
    VolumeRule rule =
        VolumeRule.remembered(
                settings.data().volumes(), claim.ref().namespace(), claim.ref().name())
            .orElseThrow(
                () -> new IllegalStateException("nobody says how " + claim.ref() + " travels"));
    String named = rule.mover().orElse("");
    SortedMap<String, String> files =
        new TreeMap<>(settings.data().movers().getOrDefault(named, Map.of()));
    String digest = Digest.of(Json.object().put("run", run).put("claim", claim.uid())).hex();
    return new ClaimCopy(
        Mover.of(named, files),
        rule.toldToMover(),
        claim.ref(),
        TargetNames.of(claim.ref(), claim.apiVersion(), settings.mappings()),
        "migrator-" + digest.substring(0, 10),
        run,
        key);
  }

  /**
   * What the mover is told.
   *
   * @param node on which its pod must run; empty for any
   */
  Values values(Side side, String node) {
    ObjectRef claim = side == Side.SOURCE ? atSource : atTarget;
    return new Values(
        name,
        claim.namespace(),
        claim.name(),
        atSource.namespace() + "/" + atSource.name(),
        run,
        new Marks(
            Map.of("app.kubernetes.io/managed-by", "migrator", Origin.TRANSFER, name), Map.of()),
        node,
        Optional.empty(),
        key,
        with);
  }

  /** Everything that it may have made in a cluster, in the order in which it is deleted. */
  List<Manifest> made(Side side) {
    Values values = values(side, "");
    List<Manifest> made = new ArrayList<>();
    for (Pass pass : Pass.values()) {
      made.add(mover.job(side, pass, values));
    }
    made.addAll(mover.objects(side, values).reversed());
    return made;
  }

  /** Names the transfer and never prints its key. */
  @Override
  public String toString() {
    return "ClaimCopy[" + name + " of " + atSource + "]";
  }
}
