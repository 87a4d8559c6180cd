package dev.migrator.it.junit;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.programs.BuildCache;
import dev.migrator.it.programs.ControlPlaneOrigin;
import dev.migrator.it.programs.DiskNeeds;
import dev.migrator.it.programs.NodeNeeds;
import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Skips what is annotated with {@link RealClusters} where this machine cannot run it, with a line
 * on standard output. A condition, for a parameter that cannot be given is a failure to JUnit. What
 * must not be skipped runs, and fails when the clusters are to be started.
 */
final class WhereClustersCanBe implements ExecutionCondition {

  private static final Namespace NAMESPACE = Namespace.create(WhereClustersCanBe.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> reason = context.getElement().flatMap(at -> reason(at, context));
    reason.ifPresent(
        why -> System.out.println("SKIPPED: " + context.getDisplayName() + ". " + why));
    return reason
        .map(ConditionEvaluationResult::disabled)
        .orElse(ConditionEvaluationResult.enabled("clusters can be had"));
  }

  private static Optional<String> reason(AnnotatedElement at, ExtensionContext context) {
    if (!AnnotationSupport.isAnnotated(at, RealClusters.class)) {
      return Optional.empty();
    }
    ControlPlaneOrigin origin =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent("origin", key -> ClusterPair.origin(), ControlPlaneOrigin.class);
    if (origin instanceof ControlPlaneOrigin.None none && !none.failure()) {
      return Optional.of(none.advice());
    }
    Optional<String> noNodes =
        AnnotationSupport.isAnnotated(at, RealNodes.class)
            ? NodeNeeds.missing(ClusterPair.environment(), origin)
                .filter(missing -> !missing.failure())
                .map(NodeNeeds.Missing::advice)
            : Optional.empty();
    return noNodes.isEmpty() && AnnotationSupport.isAnnotated(at, RealDisks.class)
        ? DiskNeeds.skip(ClusterPair.environment(), BuildCache.ofThisUser())
        : noNodes;
  }
}
