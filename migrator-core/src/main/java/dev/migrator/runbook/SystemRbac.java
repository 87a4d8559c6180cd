package dev.migrator.runbook;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.LeftOut;
import dev.migrator.planner.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Leaves out the access rules named {@code system:*} that the target has already. They belong to
 * what runs a cluster: its installer, its provider, or an add-on of either, each of its own
 * version. Where the target has none, somebody brought it, and it travels.
 *
 * @param travelling what is left to be planned
 */
record SystemRbac(Map<ObjectRef, Candidate> travelling, List<LeftOut> leftOut) {

  private static final String REASON = "the target has one of its own by that name";

  static SystemRbac of(Map<ObjectRef, Candidate> candidates, Survey target) {
    Set<ObjectRef> system =
        candidates.keySet().stream()
            .filter(ref -> ref.group().equals("rbac.authorization.k8s.io"))
            .filter(ref -> ref.name().startsWith("system:"))
            .collect(Collectors.toSet());
    Map<ObjectRef, Candidate> travelling = new TreeMap<>(candidates);
    List<LeftOut> leftOut = new ArrayList<>();
    for (ObjectRef ref : target.existing(system)) {
      travelling.remove(ref);
      leftOut.add(new LeftOut(ref, REASON));
    }
    return new SystemRbac(travelling, leftOut);
  }
}
