package dev.migrator.plan.preflight;

import dev.migrator.model.Amount;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import dev.migrator.plan.preflight.LimitRanges.Effect;
import dev.migrator.plan.preflight.LimitRanges.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Tells what LimitRanges refuse and fill in of what will be created. */
public final class OutOfBounds {

  private static final String CODE = "limit-range-refuses";

  private OutOfBounds() {}

  /**
   * @param effects on objects that will be created, by their names at the source
   * @param applies whether a LimitRange will be there
   */
  public static List<Finding> findings(Map<ObjectRef, Effect> effects, Predicate<Refusal> applies) {
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
                    Severity.NOTE,
                    "limit-range",
                    Optional.empty(),
                    "namespace %s: a LimitRange sets requests or limits that %s open"
                        .formatted(
                            namespace, Amount.of(refs.size(), "object leaves", "objects leave")),
                    "")));
    return findings;
  }

  private static Finding refused(ObjectRef ref, Refusal refusal) {
    Refused refused =
        new Refused(
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
