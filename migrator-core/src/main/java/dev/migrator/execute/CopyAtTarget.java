package dev.migrator.execute;

import dev.migrator.model.Manifest;
import dev.migrator.verify.Comparison;
import dev.migrator.verify.Difference;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What can be told of a copy at the target by itself, beside what it was made from. */
final class CopyAtTarget {

  /** Removing these takes with it what is in them. */
  static final Set<String> HOLDERS =
      Set.of("Namespace", "CustomResourceDefinition.apiextensions.k8s.io");

  private CopyAtTarget() {}

  /**
   * What somebody changed in it, in words; empty when it is as the run made it.
   *
   * @param definition as it was to be sent
   * @param atSource what that was made from
   */
  static Optional<String> changed(Manifest definition, Manifest atSource, Manifest live) {
    if (HOLDERS.contains(live.ref().groupKind())) {
      // What is in it says whether it stays.
      return Optional.empty();
    }
    Manifest inert = SuspensionFields.of(atSource).inert(definition);
    List<Difference> differences =
        Comparison.compare(definition, live).stream().filter(CopyAtTarget::matters).toList();
    // A paused rollout is created unpaused, and the run may have stopped before it was paused
    // again.
    boolean unchanged =
        differences.isEmpty()
            || Stream.of(inert, PausedRollouts.starting(definition), PausedRollouts.starting(inert))
                .anyMatch(
                    form ->
                        Comparison.compare(form, live).stream().noneMatch(CopyAtTarget::matters));
    return unchanged
        ? Optional.empty()
        : Optional.of("was changed at the target: " + differences.getFirst());
  }

  /** Autoscalers and people scale; a rollback need not stop for that. */
  private static boolean matters(Difference difference) {
    return !difference.path().equals("spec.replicas");
  }

  /** Whether it is in a form in which it does nothing: some kinds have none. */
  static boolean isHeld(Manifest atSource, Manifest live) {
    SuspensionFields inertia = SuspensionFields.of(atSource);
    // Safeguard: restored-beside-work
    return !inertia.fields().isEmpty() && inertia.isInert(live);
  }
}
