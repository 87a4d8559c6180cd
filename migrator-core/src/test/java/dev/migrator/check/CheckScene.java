package dev.migrator.check;

import dev.migrator.classify.Verdict;
import dev.migrator.graph.DependencyGraph;
import dev.migrator.graph.References;
import dev.migrator.inventory.Inventory;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Finding;
import dev.migrator.planner.Candidate;
import dev.migrator.sanitize.Sanitized;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A move of a few objects, all of them to the target, for the test of one check: what the target
 * has, and who decided what, is said where it matters.
 */
final class CheckScene {

  private final Map<Manifest, Verdict> source = new java.util.LinkedHashMap<>();
  private final List<Manifest> target = new ArrayList<>();
  private Candidate.AtTarget found = new Candidate.AtTarget.Absent();

  /** Objects of the source that are protected like that, by their label. */
  CheckScene source(Protection protection, Manifest... objects) {
    return source(new Verdict.Decided(protection, "label"), objects);
  }

  CheckScene source(Verdict verdict, Manifest... objects) {
    List.of(objects).forEach(object -> source.put(object, verdict));
    return this;
  }

  CheckScene target(Manifest... objects) {
    target.addAll(List.of(objects));
    return this;
  }

  /** What every candidate meets at the target; nothing, if nobody says so. */
  CheckScene found(Candidate.AtTarget there) {
    found = there;
    return this;
  }

  /** What the check says after it has seen the source. */
  List<Finding> findings(Check check) {
    source.forEach(
        (object, verdict) ->
            check.see(
                new CheckedObject(
                    object, new Sanitized(object, List.of()), type(object), verdict)));
    Map<ObjectRef, Candidate> candidates = new TreeMap<>();
    source.forEach((object, verdict) -> candidates.put(object.ref(), candidate(object, verdict)));
    return check.findings(
        new Move(
            candidates,
            DependencyGraph.of(source.keySet().stream().map(References::node).toList()),
            new Inventory.Found(source.size(), source.size(), List.of(), List.of()),
            List.of(),
            List.of(),
            Set.of(),
            Migration.defaults(),
            true,
            true,
            new View(List.copyOf(source.keySet())),
            new View(target)));
  }

  private static ResourceType type(Manifest object) {
    return new ResourceType(
        object.ref().group(),
        object.apiVersion().replaceFirst(".*/", ""),
        object.kind(),
        object.kind().toLowerCase(java.util.Locale.ROOT) + "s",
        !object.ref().isClusterScoped(),
        Set.of("list"),
        Set.of("status"),
        List.of());
  }

  private Candidate candidate(Manifest object, Verdict verdict) {
    return new Candidate(
        object.ref(),
        object.apiVersion(),
        object.apiVersion(),
        "1f",
        "",
        Optional.empty(),
        Optional.empty(),
        verdict,
        Optional.empty(),
        List.of(),
        "",
        found);
  }

  private record View(List<Manifest> objects) implements ClusterView {

    @Override
    public List<Manifest> all(String... groupKinds) {
      return objects.stream()
          .filter(one -> List.of(groupKinds).contains(one.ref().groupKind()))
          .toList();
    }

    @Override
    public void each(String groupKind, Consumer<Manifest> consumer) {
      all(groupKind).forEach(consumer);
    }

    @Override
    public Set<String> resources() {
      return Set.of();
    }

    @Override
    public Set<String> versions(String groupResource) {
      return Set.of();
    }

    @Override
    public List<Manifest> get(Collection<ObjectRef> refs) {
      return objects.stream().filter(one -> refs.contains(one.ref())).toList();
    }

    @Override
    public Set<ObjectRef> existing(Set<ObjectRef> refs) {
      Set<ObjectRef> existing = new java.util.HashSet<>(refs);
      existing.retainAll(objects.stream().map(Manifest::ref).toList());
      return existing;
    }
  }
}
