package dev.migrator.plan.preflight;

import dev.migrator.model.ErrorCode;
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

  private static final int SHOWN = 3;

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
                    "namespace %s: a LimitRange sets requests or limits that %d of the objects leave open"
                        .formatted(namespace, refs.size()),
                    "")));
    return findings;
  }

  private static Finding refused(ObjectRef ref, Refusal refusal) {
    List<String> why = refusal.why();
    String some =
        String.join("; ", why.subList(0, Math.min(SHOWN, why.size())))
            + (why.size() > SHOWN ? "; and " + (why.size() - SHOWN) + " more" : "");
    String by = refusal.by() + (refusal.travels() ? ", which travels along" : " of the target");
    return refusal.direct()
        ? new Finding(
            Severity.BLOCKER,
            ErrorCode.M2101.name(),
            Optional.of(ref),
            "will be refused by %s: %s".formatted(by, some),
            "change the LimitRange, or the object by a modifier")
        : new Finding(
            Severity.WARNING,
            "limit-range-refuses",
            Optional.of(ref),
            "can be created, but %s will be refused by %s: %s"
                .formatted(some.startsWith("claim ") ? "its claims" : "its pods", by, some),
            "change the LimitRange, or the object by a modifier");
  }
}
