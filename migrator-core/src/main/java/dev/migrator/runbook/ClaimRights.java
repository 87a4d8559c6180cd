package dev.migrator.runbook;

import dev.migrator.cluster.Access;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Activity;
import java.util.List;
import java.util.stream.Stream;

/** What keeping the claims of volumes at the source, when their owner is deleted, asks for. */
final class ClaimRights {

  private ClaimRights() {}

  /** They are looked for; those of a StatefulSet are also set free. */
  static List<Access> of(ObjectRef owner) {
    Stream<String> verbs =
        Activity.isStatefulSet(owner)
            ? Stream.of("list", "patch")
            : Activity.mayOwnClaims(owner) ? Stream.of("list") : Stream.of();
    return verbs.map(verb -> new Access(verb, "", "persistentvolumeclaims", "", "")).toList();
  }
}
