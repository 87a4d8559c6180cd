package dev.migrator.check;

import dev.migrator.check.LimitRanges.Effect;
import dev.migrator.check.LimitRanges.Refusal;
import dev.migrator.model.Amount;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Tells what LimitRanges refuse and fill in of what will be created. */
public final class LimitRangeViolations implements Check {

  private static final FindingCode CODE = FindingCode.LIMIT_RANGE_REFUSES;

  private final LimitRanges limits;
  private final Map<ObjectRef, Effect> effects = new TreeMap<>();

  /**
   * @param limits of the target; those of the source are added as they are seen
   */
  public LimitRangeViolations(LimitRanges limits) {
    this.limits = limits;
  }

  @Override
  public void see(CheckedObject object) {
    if (object.is("LimitRange")) {
      limits.add(object.body(), true);
      return;
    }
    Effect effect = limits.on(object.body());
    if (effect.filled() || !effect.refusals().isEmpty()) {
      effects.put(object.ref(), effect);
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    Set<ObjectRef> arriving = move.arriving("LimitRange");
    return findings(
        move.created(effects), refusal -> !refusal.travels() || arriving.contains(refusal.by()));
  }

  /**
   * @param effects on objects that will be created, by their names at the source
   * @param applies whether a LimitRange will be there
   */
  static List<Finding> findings(Map<ObjectRef, Effect> effects, Predicate<Refusal> applies) {
    List<Finding> findings = new ArrayList<>();
    Map<String, Set<ObjectRef>> filled = new TreeMap<>();
    effects.forEach(
        (ref, effect) -> {
          effect.refusals().stream()
              .filter(applies)
              .forEach(refusal -> findings.add(refused(ref, refusal)));
          if (effect.filled()) {
            filled.computeIfAbsent(ref.namespace(), k -> new HashSet<>()).add(ref);
          }
        });
    filled.forEach(
        (namespace, refs) ->
            findings.add(
                new Finding(
                    FindingCode.LIMIT_RANGE,
                    Optional.empty(),
                    "namespace %s: a LimitRange sets requests or limits that %s open"
                        .formatted(
                            namespace, Amount.of(refs.size(), "object leaves", "objects leave")),
                    "")));
    return findings;
  }

  private static Finding refused(ObjectRef ref, Refusal refusal) {
    RefusedObject refused =
        new RefusedObject(
            ref,
            refusal.by(),
            refusal.travels(),
            refusal.why(),
            "change the LimitRange, or the object by a modifier");
    if (!refusal.sure()) {
      return refused.perhaps(
          CODE,
          refusal.direct() ? "it" : "its pods",
          "as two LimitRanges set the same and the server lets either go first");
    }
    return refusal.direct()
        ? refused.itself()
        : refused.whatItMakes(
            CODE, refusal.why().getFirst().startsWith("claim ") ? "its claims" : "its pods");
  }
}
