package dev.migrator.runbook;

import dev.migrator.graph.DependencyGraph;
import dev.migrator.inventory.Inventory;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.planner.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What of the objects that were read travels.
 *
 * @param travelling by its names at the source, not yet held against the target
 * @param graph of what travels
 * @param leftOut what does not, each with its reason
 * @param findings about what stays
 */
record Selection(
    Map<ObjectRef, Candidate> travelling,
    DependencyGraph graph,
    List<LeftOut> leftOut,
    List<Finding> findings) {

  /**
   * @param only what may travel, where somebody chose a part
   */
  static Selection of(
      SourceReading reading,
      Inventory.Found found,
      Optional<Set<ObjectRef>> only,
      dev.migrator.migration.Migration.ClusterScoped which,
      Survey target) {
    Map<ObjectRef, Candidate> wanted = new TreeMap<>(reading.candidates());
    only.ifPresent(wanted.keySet()::retainAll);
    List<LeftOut> leftOut = new ArrayList<>();
    reading
        .volumesOfStayingClaims(wanted.keySet())
        .forEach(
            volume -> {
              if (wanted.remove(volume) != null) {
                leftOut.add(new LeftOut(volume, "its claim does not travel"));
              }
            });
    SystemRbac own = SystemRbac.of(wanted, target);
    UnservedKinds unserved = UnservedKinds.of(own.travelling(), target);
    ScopedSelection scoped = ScopedSelection.of(unserved.travelling(), reading, which, target);
    leftOut.addAll(unserved.leftOut());
    leftOut.addAll(own.leftOut());
    reading.candidates().keySet().stream()
        .filter(ref -> only.isPresent() && !only.get().contains(ref))
        .forEach(ref -> leftOut.add(new LeftOut(ref, LeftOut.NOT_PART)));
    found.excluded().forEach(one -> leftOut.add(new LeftOut(one.ref(), one.reason())));
    leftOut.addAll(scoped.leftOut());
    List<Finding> findings = new ArrayList<>(unserved.findings());
    findings.addAll(scoped.findings());
    return new Selection(scoped.travelling(), scoped.graph(), leftOut, findings);
  }
}
