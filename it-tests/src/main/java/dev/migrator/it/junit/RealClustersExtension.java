package dev.migrator.it.junit;

import dev.migrator.it.cluster.ClusterOptions;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.disk.Disks;
import dev.migrator.it.programs.ControlPlaneOrigin;
import dev.migrator.it.programs.NodeNeeds;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts, hands out and ends the clusters of {@link RealClusters}. */
final class RealClustersExtension
    implements ParameterResolver,
        AfterTestExecutionCallback,
        LifecycleMethodExecutionExceptionHandler {

  private static final Namespace NAMESPACE = Namespace.create(RealClustersExtension.class);
  private static final Path KEPT_LOGS = Path.of("target", "cluster-logs");

  /**
   * A pair in a store of JUnit, which closes it together with the context that it belongs to. Its
   * key names that context: a store also finds what its parents hold, and a fresh pair must not be
   * the shared one.
   */
  private record Held(ClusterPair pair) implements AutoCloseable {
    @Override
    public void close() {
      pair.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ClusterPair.class || type == Disks.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext owner = owner(context);
    ClusterPair pair =
        owner
            .getStore(NAMESPACE)
            .computeIfAbsent(owner.getUniqueId(), key -> new Held(startAsAsked(owner)), Held.class)
            .pair();
    return parameter.getParameter().getType() == Disks.class
        ? pair.disks().orElseThrow(() -> new IllegalStateException("not annotated with RealDisks"))
        : pair;
  }

  /**
   * The context that a pair lives as long as: the root for the shared one, else the annotated
   * method's or class's.
   */
  private static ExtensionContext owner(ExtensionContext context) {
    for (ExtensionContext at = context; ; at = at.getParent().orElse(at.getRoot())) {
      Optional<RealClusters> annotation =
          at.getElement().flatMap(RealClustersExtension::annotation);
      if (annotation.isPresent()) {
        return annotation.get().fresh() ? at : context.getRoot();
      }
      if (at.getParent().isEmpty()) {
        return at;
      }
    }
  }

  private static Optional<RealClusters> annotation(AnnotatedElement element) {
    return AnnotationSupport.findAnnotation(element, RealClusters.class);
  }

  private static ClusterPair startAsAsked(ExtensionContext owner) {
    Optional<RealDisks> disks = asked(owner, RealDisks.class);
    if (disks.isPresent()) {
      return startWithDisks(disks.get());
    }
    return asked(owner, RealNodes.class).isPresent() ? startWithRealNodes() : start();
  }

  private static <A extends Annotation> Optional<A> asked(ExtensionContext owner, Class<A> type) {
    return owner.getElement().flatMap(at -> AnnotationSupport.findAnnotation(at, type));
  }

  private static ClusterPair startWithDisks(RealDisks disks) {
    return ClusterPair.startWithDisks(
        fitForRealNodes(), disks.sourceZone(), disks.targetZone(), disks.careless());
  }

  private static ClusterPair startWithRealNodes() {
    return ClusterPair.startWithRealNodes(fitForRealNodes());
  }

  private static ControlPlaneOrigin fitForRealNodes() {
    ControlPlaneOrigin origin = ClusterPair.origin();
    NodeNeeds.missing(ClusterPair.environment(), origin)
        .ifPresent(
            missing -> {
              throw new IllegalStateException(missing.advice());
            });
    return origin;
  }

  private static ClusterPair start() {
    ControlPlaneOrigin origin = ClusterPair.origin();
    return ClusterPair.start(origin, ClusterOptions.DEFAULT, ClusterOptions.DEFAULT);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      keepLogs(context);
    }
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    keepLogs(context);
    throw failure;
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    keepLogs(context);
    throw failure;
  }

  private static void keepLogs(ExtensionContext context) {
    ExtensionContext owner = owner(context);
    Held held = owner.getStore(NAMESPACE).get(owner.getUniqueId(), Held.class);
    if (held != null) {
      String test = context.getTestMethod().map(Method::getName).orElse("before-all");
      // A parameterised test has a display name of its own for each of its runs.
      String run =
          context.getTestMethod().isEmpty() || context.getDisplayName().startsWith(test)
              ? ""
              : "-" + context.getDisplayName();
      Path folder =
          KEPT_LOGS
              .resolve(context.getRequiredTestClass().getSimpleName())
              .resolve((test + run).replaceAll("[^A-Za-z0-9._-]+", "-"));
      ClusterLogs.keep(held.pair(), folder);
    }
  }
}
