package dev.migrator.execute;

import dev.migrator.graph.Reference;
import dev.migrator.graph.References;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.TargetNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an object needs at the target by name, and not only when it is there: read from what will be
 * created, in which the migration file may have changed any name.
 *
 * <p>Source: docs/adr/0028
 */
public final class NeedsAtTarget {

  private NeedsAtTarget() {}

  /**
   * One of them.
   *
   * @param there what it is called at the target
   * @param here what it is called at the source; empty when only the migration file names it
   */
  public record Need(ObjectRef there, Optional<ObjectRef> here) {}

  /**
   * In the order of the fields.
   *
   * @param atSource the object as it was
   * @param wanted what is to be created
   */
  public static List<Need> of(Manifest atSource, Manifest wanted, Migration.Mappings mappings) {
    Map<ObjectRef, ObjectRef> here = new HashMap<>();
    for (ObjectRef ref : named(atSource)) {
      here.put(there(ref, atSource, wanted, mappings), ref);
    }
    return named(wanted).stream()
        .map(there -> new Need(there, Optional.ofNullable(here.get(there))))
        .toList();
  }

  /** What is beside the object goes with it, also where its namespace has two homes. */
  private static ObjectRef there(
      ObjectRef ref, Manifest atSource, Manifest wanted, Migration.Mappings mappings) {
    return !ref.isClusterScoped() && ref.namespace().equals(atSource.namespace())
        ? ref.inNamespace(wanted.namespace())
        : TargetNames.of(ref, mappings);
  }

  private static List<ObjectRef> named(Manifest object) {
    List<ObjectRef> named = new ArrayList<>();
    for (Reference reference : References.of(object)) {
      if (reference instanceof Reference.ToObject to && to.strength() != Reference.Strength.WEAK) {
        named.add(to.target());
      }
    }
    return named;
  }
}
