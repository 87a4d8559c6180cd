package dev.migrator.check;

import dev.migrator.graph.Missing;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What planned objects name, and neither travels nor is at the target. */
public final class MissingReferences implements Check {

  /** Objects that every namespace gets by itself. */
  private static final Set<String> GIVEN =
      Set.of("ServiceAccount default", "ConfigMap kube-root-ca.crt");

  @Override
  public List<Finding> findings(Move move) {
    List<Missing> missing = move.graph().missing();
    Set<ObjectRef> named =
        missing.stream()
            .map(Missing::to)
            .filter(MissingReferences::matters)
            .collect(Collectors.toSet());
    Set<ObjectRef> existing = move.target().existing(named);
    return findings(missing, existing::contains);
  }

  /** True for what must be looked up at the target before it can be called missing. */
  private static boolean matters(ObjectRef ref) {
    return !GIVEN.contains(ref.groupKind() + " " + ref.name());
  }

  /**
   * One finding for each object that is missing, naming the first that needs it and how many more
   * do.
   *
   * @param missing references from planned objects to objects that do not travel
   * @param atTarget whether the target has the object, by its name at the source
   */
  static List<Finding> findings(Collection<Missing> missing, Predicate<ObjectRef> atTarget) {
    Map<ObjectRef, List<Missing>> byObject = new TreeMap<>();
    for (Missing d : missing) {
      if (matters(d.to())) {
        byObject.computeIfAbsent(d.to(), k -> new ArrayList<>()).add(d);
      }
    }
    List<Finding> findings = new ArrayList<>();
    byObject.forEach(
        (ref, needed) -> {
          if (!atTarget.test(ref)) {
            Missing first =
                needed.stream()
                    .min(
                        java.util.Comparator.comparing(Missing::from).thenComparing(Missing::field))
                    .orElseThrow();
            findings.add(
                new Finding(
                    FindingCode.MISSING_REFERENCE,
                    ref,
                    "is named by %s (%s)%s, but does not travel and is not at the target"
                        .formatted(
                            first.from(),
                            first.field(),
                            needed.size() == 1 ? "" : " and " + (needed.size() - 1) + " more"),
                    "create it at the target, or let it travel"));
          }
        });
    return findings;
  }
}
