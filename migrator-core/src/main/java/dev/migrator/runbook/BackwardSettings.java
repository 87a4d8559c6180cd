package dev.migrator.runbook;

import dev.migrator.migration.Migration;
import dev.migrator.migration.Migration.GatePolicy;
import dev.migrator.migration.Migration.Mappings;
import dev.migrator.migration.Original;
import dev.migrator.migration.VolumeRule;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.TargetNames;
import dev.migrator.verify.Reversal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings of a way back. Names that lead back to one name only are mapped the other way round;
 * where two became one, each object is sent home by its own name. Images are not mapped at all:
 * what they were is in the vault.
 *
 * <p>Source: docs/adr/0046
 */
final class BackwardSettings {

  private final Plan forward;
  private final Migration settings;
  private final Map<String, Set<String>> homes = new TreeMap<>();

  /** Namespaces that the source has and that did not move: a text may mean these. */
  private final Set<String> stayed = new TreeSet<>();

  BackwardSettings(Plan forward) {
    this.forward = forward;
    this.settings = forward.settings();
    Mappings mappings = settings.mappings();
    Set<String> namespaces = new TreeSet<>(mappings.namespaces().keySet());
    for (PlannedObject object : forward.objects()) {
      ObjectRef ref = object.ref();
      namespaces.add(ref.groupKind().equals("Namespace") ? ref.name() : ref.namespace());
    }
    namespaces.forEach(
        from -> homes.computeIfAbsent(mappings.namespace(from), to -> new TreeSet<>()).add(from));
    forward.leftOut().stream()
        .map(LeftOut::ref)
        .filter(ref -> ref.groupKind().equals("Namespace") && !namespaces.contains(ref.name()))
        .forEach(ref -> stayed.add(ref.name()));
  }

  /** Whether the plan is the way back of what the other moved. */
  static boolean isWayBack(Plan plan, Plan forward) {
    return plan.source().uid().equals(forward.target().uid())
        && plan.target().uid().equals(forward.source().uid())
        && plan.settings().name().equals(name(forward.settings()));
  }

  private static String name(Migration settings) {
    return settings.name() + "-back";
  }

  /**
   * For these objects.
   *
   * @param back what goes back, as it is called where it is now
   * @param originals what each was
   */
  Migration of(Set<ObjectRef> back, Map<ObjectRef, Original> originals) {
    Migration.Classification classes = settings.classification();
    return new Migration(
        name(settings),
        new Migration.Scope(Migration.Filter.everything(), "", Migration.Filter.everything()),
        new Migration.Classification(
            noLabel(classes.label()), false, rules(back), Optional.of(Protection.LOSS)),
        mappings(Map.of()).withOriginals(originals),
        List.of(),
        gates(),
        // Written for the way there, they may do harm on the way back.
        Map.of(),
        settings.handover(),
        settings.limits(),
        data());
  }

  /** What a command says of the way there opens no gate on the way back: a person does. */
  private Map<String, GatePolicy> gates() {
    Map<String, GatePolicy> gates = new TreeMap<>();
    settings
        .gates()
        .forEach(
            (gate, policy) ->
                gates.put(
                    gate,
                    switch (policy) {
                      case GatePolicy.Manual manual -> manual;
                      case GatePolicy.Auto auto -> auto;
                      case GatePolicy.Command command -> new GatePolicy.Manual();
                    }));
    return gates;
  }

  /**
   * What was said of claims holds for them under the name that their namespace has now, if no
   * others have come to it; what was said of one claim always, as no other of its name has come.
   */
  private Migration.Data data() {
    List<VolumeRule> volumes =
        settings.data().volumes().stream()
            .map(
                rule -> {
                  String there = settings.mappings().namespace(rule.match().namespace());
                  return isSeveral(there) && !rule.isOfOneClaim() ? rule : rule.inNamespace(there);
                })
            .toList();
    // Another cluster is the target, and gives addresses of its own.
    return settings.data().withVolumes(volumes).withServiceRanges(List.of());
  }

  /**
   * As {@link #of} without originals; a name that may have been two gets {@link Reversal#UNKNOWN}.
   */
  Migration asking() {
    Map<String, String> unknown = new HashMap<>();
    homes.keySet().stream()
        .filter(there -> isSeveral(there) || stayed.contains(there))
        .forEach(there -> unknown.put(there, Reversal.UNKNOWN));
    return settings.withMappings(mappings(unknown), List.of());
  }

  private static List<Migration.Rule> rules(Set<ObjectRef> back) {
    List<Migration.Rule> rules = new ArrayList<>();
    back.stream()
        .sorted()
        .forEach(
            ref ->
                rules.add(
                    new Migration.Rule(
                        ref.group(),
                        ref.kind(),
                        ref.namespace(),
                        ref.name(),
                        "",
                        Protection.DUPLICATION)));
    return rules;
  }

  /**
   * A label of the target's object must not make a copy of what was handed over: both would work.
   * So that the rules alone decide, also when the plan is made again, the label has a key that no
   * object carries.
   */
  private static Migration.LabelNames noLabel(Migration.LabelNames names) {
    return new Migration.LabelNames(
        "migrator.dev/handed-back", names.loss(), names.duplication(), names.none());
  }

  private Mappings mappings(Map<String, String> unknown) {
    Map<String, String> namespaces = new HashMap<>(unknown);
    homes.forEach(
        (there, from) -> {
          String only = from.iterator().next();
          if (from.size() == 1 && !only.equals(there)) {
            namespaces.putIfAbsent(there, only);
          }
        });
    return new Mappings(
        namespaces,
        inverse(settings.mappings().storageClasses()),
        inverse(settings.mappings().ingressClasses()),
        Map.of());
  }

  /** Without those to which two lead. */
  private static Map<String, String> inverse(Map<String, String> names) {
    Map<String, Set<String>> from = new TreeMap<>();
    names.forEach((here, there) -> from.computeIfAbsent(there, n -> new TreeSet<>()).add(here));
    Map<String, String> inverse = new HashMap<>();
    from.forEach(
        (there, all) -> {
          if (all.size() == 1) {
            inverse.put(there, all.iterator().next());
          }
        });
    return inverse;
  }

  private boolean isSeveral(String there) {
    return homes.getOrDefault(there, Set.of()).size() > 1;
  }

  /**
   * What each object of the move is called at home, by its name at the target: those only of which
   * no mapping can tell it.
   */
  Map<ObjectRef, ObjectRef> unserved() {
    Mappings back = mappings(Map.of());
    Map<ObjectRef, ObjectRef> unserved = new TreeMap<>();
    for (PlannedObject object : forward.objects()) {
      ObjectRef there = there(object);
      boolean isShared = isShared(object.ref(), there);
      if (!isShared && !isHome(TargetNames.of(there, back), object.ref())) {
        unserved.put(there, ofGroup(object.ref(), there));
      }
    }
    return unserved;
  }

  /** A Namespace that was two is the home of neither. */
  private boolean isShared(ObjectRef ref, ObjectRef there) {
    return ref.groupKind().equals("Namespace") && isSeveral(there.name());
  }

  private static boolean isHome(ObjectRef named, ObjectRef home) {
    return named.namespace().equals(home.namespace()) && named.name().equals(home.name());
  }

  private static ObjectRef ofGroup(ObjectRef home, ObjectRef there) {
    return new ObjectRef(there.group(), home.kind(), home.namespace(), home.name());
  }

  /** What an object of the move is called at the target. */
  ObjectRef there(PlannedObject object) {
    return TargetNames.of(object.ref(), object.apiVersion(), settings.mappings());
  }

  /** What it was called, in the group that it has now. */
  ObjectRef home(PlannedObject object) {
    return ofGroup(object.ref(), there(object));
  }
}
