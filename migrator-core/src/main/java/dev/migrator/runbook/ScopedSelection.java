package dev.migrator.runbook;

import dev.migrator.check.ClusterWide;
import dev.migrator.event.RefText;
import dev.migrator.graph.DependencyGraph;
import dev.migrator.graph.Missing;
import dev.migrator.graph.Node;
import dev.migrator.migration.Migration.ClusterScoped;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.LeftOut;
import dev.migrator.planner.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Takes out the cluster-scoped objects that the move does not need, and the webhooks whose Service
 * neither travels nor is at the target: they would refuse what nobody is there to judge.
 *
 * @param graph of what travels
 */
record ScopedSelection(
    Map<ObjectRef, Candidate> travelling,
    DependencyGraph graph,
    List<LeftOut> leftOut,
    List<Finding> findings) {

  private static final String WEBHOOKS = "WebhookConfiguration.admissionregistration.k8s.io";

  static ScopedSelection of(
      Map<ObjectRef, Candidate> candidates,
      SourceReading reading,
      ClusterScoped which,
      Survey target) {
    DependencyGraph all = graph(reading, candidates);
    Map<ObjectRef, String> staying =
        new TreeMap<>(
            ClusterWide.staying(candidates.keySet(), all, reading.checks().grants(), which));
    Map<ObjectRef, String> dangling = withoutBackend(all, target);
    dangling.keySet().removeAll(staying.keySet());
    List<Finding> findings = new ArrayList<>();
    dangling.forEach((ref, why) -> findings.add(withoutBackend(ref, why)));
    staying.putAll(dangling);
    Map<ObjectRef, Candidate> travelling = new TreeMap<>(candidates);
    travelling.keySet().removeAll(staying.keySet());
    List<LeftOut> leftOut = new ArrayList<>();
    staying.forEach((ref, why) -> leftOut.add(new LeftOut(ref, why)));
    return new ScopedSelection(
        travelling, staying.isEmpty() ? all : graph(reading, travelling), leftOut, findings);
  }

  private static DependencyGraph graph(SourceReading reading, Map<ObjectRef, Candidate> among) {
    List<Node> nodes =
        reading.nodes().stream().filter(node -> among.containsKey(node.ref())).toList();
    return DependencyGraph.of(nodes);
  }

  /** The webhooks that call a Service which will not be there; sorted, to be changed. */
  private static Map<ObjectRef, String> withoutBackend(DependencyGraph graph, Survey target) {
    List<Missing> calls =
        graph.missing().stream()
            .filter(missing -> missing.from().groupKind().endsWith(WEBHOOKS))
            .filter(missing -> missing.to().groupKind().equals("Service"))
            .toList();
    Set<ObjectRef> there =
        target.existing(calls.stream().map(Missing::to).collect(Collectors.toSet()));
    Map<ObjectRef, String> without = new TreeMap<>();
    for (Missing call : calls) {
      if (!there.contains(call.to())) {
        without.putIfAbsent(
            call.from(),
            "it calls " + RefText.of(call.to()) + ", which neither travels nor is at the target");
      }
    }
    return without;
  }

  private static Finding withoutBackend(ObjectRef ref, String why) {
    return new Finding(
        FindingCode.WEBHOOK_STAYS,
        ref,
        "stays: " + why,
        "let the Service travel, or install it at the target, then plan again");
  }
}
