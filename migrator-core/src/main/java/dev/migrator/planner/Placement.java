package dev.migrator.planner;

import dev.migrator.graph.Dependency;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Activity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * In which part of the move each object is created, so that nothing waits for something that comes
 * after it.
 *
 * <p>The protection alone says copy, hand over or last. Dependencies move an object in two ways:
 * what tolerates everything is copied early where a loss- or duplicate-intolerant object needs it
 * (copying it early harms nobody), and a loss-intolerant object that cannot be without a
 * duplicate-intolerant one is created after that one is (it stays at the source meanwhile, so
 * nothing is lost). What validates others comes after everything that it may refuse ({@link
 * Validations}): what the source has admitted must not be refused on the way.
 *
 * <p>Shape: after placement, no object needs one of a later place, but for soft dependencies that
 * are then left out.
 */
final class Placement {

  /** Where an object is created, in order. */
  enum Place {
    /** Before the gate. */
    COPY,
    /** Deleted at the source first. */
    HAND_OVER,
    /** Loss-intolerant, after the gate, because it needs what is handed over. */
    DEFERRED,
    /** After what is handed over; what validates, after what it may refuse. */
    LAST
  }

  private static final Set<String> MOUNTED =
      Set.of("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount");

  private static final Set<String> VALIDATING =
      Set.of(
          "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
          "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io");

  private final Map<ObjectRef, Place> places = new HashMap<>();
  private final Map<ObjectRef, Dependency> causes = new HashMap<>();

  private Placement() {}

  /**
   * @param carried claims whose data comes by steps of its own
   */
  static Placement of(
      Map<ObjectRef, Protection> protections,
      Map<ObjectRef, List<Dependency>> dependencies,
      Set<ObjectRef> carried) {
    Placement placement = new Placement();
    protections.forEach(
        (ref, p) ->
            placement.places.put(
                ref, first(carried.contains(ref) && p == Protection.NONE ? Protection.LOSS : p)));
    placement.promote(dependencies);
    placement.carryInThePause(dependencies, carried);
    placement.defer(dependencies);
    placement.places.replaceAll(
        (ref, place) -> validates(ref) && place != Place.HAND_OVER ? Place.LAST : place);
    return placement;
  }

  Place of(ObjectRef ref) {
    return Optional.ofNullable(places.get(ref))
        .orElseThrow(() -> new IllegalStateException(ref + " is not placed"));
  }

  /** The dependency that moved the object from where its protection alone would put it. */
  Optional<Dependency> cause(ObjectRef ref) {
    return Optional.ofNullable(causes.get(ref));
  }

  /**
   * True where the dependant is created after what it needs; false for a soft dependency on
   * something that comes later.
   */
  boolean holds(Dependency dependency) {
    return of(dependency.to()).compareTo(of(dependency.from())) <= 0
        || (of(dependency.from()) == Place.HAND_OVER && of(dependency.to()) == Place.DEFERRED);
  }

  /** True for what may refuse other objects from the moment that it exists. */
  static boolean validates(ObjectRef ref) {
    return VALIDATING.contains(ref.groupKind());
  }

  /** Hard, or something without which the pods of a workload do not start. */
  static boolean isBinding(Dependency dependency) {
    return dependency.strength() == Strength.HARD
        || (Activity.runs(dependency.from()) && MOUNTED.contains(dependency.to().groupKind()));
  }

  private static Place first(Protection protection) {
    return switch (protection) {
      case LOSS -> Place.COPY;
      case DUPLICATION -> Place.HAND_OVER;
      case NONE -> Place.LAST;
    };
  }

  private void promote(Map<ObjectRef, List<Dependency>> dependencies) {
    Deque<ObjectRef> open = new ArrayDeque<>();
    places.forEach(
        (ref, place) -> {
          if (place != Place.LAST) {
            open.add(ref);
          }
        });
    // Sorted, so that the first cause found is the same on every machine.
    List<ObjectRef> sorted = new ArrayList<>(open);
    sorted.sort(null);
    open.clear();
    open.addAll(sorted);
    while (!open.isEmpty()) {
      for (Dependency d : dependencies.getOrDefault(open.remove(), List.of())) {
        boolean pulls = isBinding(d) || !Activity.runs(d.to());
        if (pulls && places.get(d.to()) == Place.LAST) {
          places.put(d.to(), Place.COPY);
          causes.put(d.to(), d);
          open.add(d.to());
        }
      }
    }
  }

  /** What is taken in the pause of a user comes with it, and so do its other users. */
  private void carryInThePause(
      Map<ObjectRef, List<Dependency>> dependencies, Set<ObjectRef> carried) {
    for (List<Dependency> some : dependencies.values()) {
      for (Dependency d : some) {
        if (carried.contains(d.to()) && places.get(d.from()) == Place.HAND_OVER) {
          places.put(d.to(), Place.DEFERRED);
        }
      }
    }
  }

  private void defer(Map<ObjectRef, List<Dependency>> dependencies) {
    Map<ObjectRef, List<Dependency>> dependants = new HashMap<>();
    dependencies
        .values()
        .forEach(
            ds ->
                ds.forEach(d -> dependants.computeIfAbsent(d.to(), k -> new ArrayList<>()).add(d)));
    List<ObjectRef> late =
        places.keySet().stream()
            .filter(ref -> places.get(ref) == Place.HAND_OVER || places.get(ref) == Place.DEFERRED)
            .sorted()
            .toList();
    Deque<ObjectRef> open = new ArrayDeque<>(late);
    while (!open.isEmpty()) {
      for (Dependency d : dependants.getOrDefault(open.remove(), List.of())) {
        if (isBinding(d) && places.get(d.from()) == Place.COPY) {
          places.put(d.from(), Place.DEFERRED);
          causes.put(d.from(), d);
          open.add(d.from());
        }
      }
    }
  }
}
