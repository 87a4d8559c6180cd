package dev.migrator.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.classify.LossWithOwner;
import dev.migrator.migration.Glob;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.Owner;
import dev.migrator.model.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What must not travel whatever the user wants, each with its reason, in the order in which the
 * reasons are looked for.
 *
 * <p>Pure. Reasons are words for people and the same for all objects of a kind of reason, so that
 * they can be grouped.
 */
public final class Exclusions {

  private static final Set<String> SYSTEM_NAMESPACES =
      Set.of("kube-system", "kube-public", "kube-node-lease");

  /** Namespaces that providers of clusters make and keep for themselves; globs. */
  private static final List<String> PROVIDER_NAMESPACES =
      List.of(
          "gke-*",
          "gmp-system",
          "gmp-public",
          "aks-command",
          "app-routing-system",
          "openshift",
          "openshift-*",
          "cattle-*",
          "ibm-system",
          "ibm-operators",
          "local-path-storage");

  /** What the add-on manager keeps; any other value it ignores. */
  private static final Set<String> ADD_ON_MODES = Set.of("Reconcile", "EnsureExists");

  private static final Set<String> BOOTSTRAP_LEVELS =
      Set.of(
          "exempt",
          "catch-all",
          "system",
          "node-high",
          "leader-election",
          "workload-high",
          "workload-low",
          "global-default");

  private static final Set<String> BOOTSTRAP_SCHEMAS =
      Set.of(
          "exempt",
          "catch-all",
          "probes",
          "system-leader-election",
          "system-node-high",
          "system-nodes",
          "kube-controller-manager",
          "kube-scheduler",
          "kube-system-service-accounts",
          "service-accounts",
          "global-default",
          "endpoint-controller",
          "workload-leader-election");

  /** Published into every namespace by their controllers. */
  private static final Set<String> PUBLISHED_CONFIG_MAPS =
      Set.of("kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert");

  /** Those that a cluster makes once; elsewhere the name is anybody's. */
  private static final Set<String> CLUSTER_CONFIG_MAPS =
      Set.of("kube-system/extension-apiserver-authentication", "kube-public/cluster-info");

  private final boolean includeHelmReleases;
  private final Set<String> optedIn;
  private final RecreatedByController madeAgain;
  private final Predicate<ObjectRef> goesAlong;
  private final String labelKey;

  /**
   * @param includeHelmReleases whether the Secrets in which Helm keeps its releases travel
   * @param optedIn system namespaces that the user named
   * @param classification tells what a label or a rule takes along although a controller makes it
   * @param goesAlong which claims go along with their data, and which volumes with their claims,
   *     although a controller made them
   */
  public Exclusions(
      boolean includeHelmReleases,
      Set<String> optedIn,
      Migration.Classification classification,
      Predicate<ObjectRef> goesAlong) {
    this.goesAlong = goesAlong;
    this.includeHelmReleases = includeHelmReleases;
    this.optedIn = Set.copyOf(optedIn);
    this.madeAgain = new RecreatedByController(classification);
    this.labelKey = classification.label().key();
  }

  /** Why no object of this type travels; empty when they may. */
  public Optional<String> ofType(ResourceType type) {
    for (String verb : List.of("list", "get", "create", "delete")) {
      if (!type.supports(verb)) {
        return Optional.of("the API does not support " + verb);
      }
    }
    return ClusterPlumbing.kind(type.groupKind(), type.group());
  }

  /** Why this object does not travel; empty when it may. */
  public Optional<String> ofObject(Manifest object) {
    return madeBy(object)
        .map(owner -> "made by its controller, a " + owner.kind())
        .or(() -> ofUnowned(object));
  }

  /** The controller that makes this object, and so keeps it from travelling. */
  Optional<Owner> madeBy(Manifest object) {
    return madeAgain.by(object).filter(owner -> !keepsItsData(object, owner));
  }

  /** A StatefulSet that would delete its claims makes them again, but empty. */
  private boolean keepsItsData(Manifest object, Owner owner) {
    return object.kind().equals("PersistentVolumeClaim")
        && owner.groupKind().equals("StatefulSet.apps")
        && goesAlong.test(object.ref());
  }

  /**
   * The protection that an object which does not travel asks for by its own label; empty where that
   * is no wish of its own: of a namespace it speaks for what is in it, and controllers of
   * Kubernetes give their objects the labels of a template.
   */
  String labelInVain(Manifest object) {
    return object.kind().equals("Namespace")
            || LossWithOwner.isUsual(object.ref())
            || going(object).isPresent()
            || finishedWork(object).isPresent()
        ? ""
        : object.labels().getOrDefault(labelKey, "");
  }

  /** Why this object would not travel if nothing owned it. */
  Optional<String> ofUnowned(Manifest object) {
    return going(object)
        .or(() -> bootstrapped(object))
        .or(() -> ClusterPlumbing.object(object))
        .or(() -> madeByCluster(object))
        .or(() -> ofSystemNamespace(object))
        .or(() -> finishedWork(object));
  }

  private static Optional<String> going(Manifest object) {
    if (object.labels().containsKey(Origin.TRANSFER)) {
      return Optional.of("made by a run of migrator, to copy the data of a claim");
    }
    return object.isBeingDeleted() ? Optional.of("is being deleted") : Optional.empty();
  }

  private static Optional<String> bootstrapped(Manifest object) {
    if (BootstrapPolicy.judges(object)) {
      Optional<String> made = BootstrapPolicy.madeByCluster(object);
      if (made.isPresent()) {
        return made;
      }
    }
    Map<String, String> labels = object.labels();
    Map<String, String> annotations = object.annotations();
    for (Map<String, String> marks : List.of(labels, annotations)) {
      if (ADD_ON_MODES.contains(marks.getOrDefault("addonmanager.kubernetes.io/mode", ""))
          || marks.getOrDefault("kubernetes.io/cluster-service", "").equals("true")) {
        return Optional.of("an add-on of the cluster");
      }
      if (object.ref().groupKind().equals("APIService.apiregistration.k8s.io")
          && marks.containsKey("kube-aggregator.kubernetes.io/automanaged")) {
        return Optional.of("every API server makes it for itself");
      }
      if (marks.containsKey("olm.owner")) {
        return Optional.of("made by the Operator Lifecycle Manager");
      }
    }
    return Optional.empty();
  }

  private Optional<String> ofSystemNamespace(Manifest object) {
    ObjectRef ref = object.ref();
    String namespace = ref.groupKind().equals("Namespace") ? ref.name() : ref.namespace();
    boolean system =
        SYSTEM_NAMESPACES.contains(namespace)
            || PROVIDER_NAMESPACES.stream().anyMatch(glob -> Glob.matches(glob, namespace));
    return system && !optedIn.contains(namespace)
        ? Optional.of("namespace " + namespace + " belongs to the cluster")
        : Optional.empty();
  }

  private Optional<String> madeByCluster(Manifest object) {
    String name = object.name();
    return switch (object.ref().groupKind()) {
      case "Namespace" ->
          name.equals("default") ? Optional.of("every cluster has it") : Optional.empty();
      case "ServiceAccount" ->
          name.equals("default") ? Optional.of("every namespace has it") : Optional.empty();
      case "Service", "Endpoints" ->
          name.equals("kubernetes") && object.namespace().equals("default")
              ? Optional.of("every cluster has it")
              : object.kind().equals("Endpoints") ? endpoints(object) : Optional.empty();
      case "EndpointSlice.discovery.k8s.io" -> endpointSlice(object);
      case "ConfigMap" ->
          PUBLISHED_CONFIG_MAPS.contains(name)
                  || CLUSTER_CONFIG_MAPS.contains(object.namespace() + "/" + name)
                  || isLockAlone(object)
              ? Optional.of("every cluster makes it for itself")
              : Optional.empty();
      case "Secret" -> secret(object);
      case "PriorityClass.scheduling.k8s.io" ->
          // No other name may begin like this: the API server refuses it.
          name.equals("system-cluster-critical") || name.equals("system-node-critical")
              ? Optional.of("every cluster makes it for itself")
              : Optional.empty();
      case "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io" ->
          BOOTSTRAP_LEVELS.contains(name)
              ? Optional.of("every cluster makes it for itself")
              : Optional.empty();
      case "FlowSchema.flowcontrol.apiserver.k8s.io" ->
          BOOTSTRAP_SCHEMAS.contains(name)
              ? Optional.of("every cluster makes it for itself")
              : Optional.empty();
      case "APIService.apiregistration.k8s.io" ->
          object.has("spec", "service")
              ? Optional.empty()
              : Optional.of("every API server makes it for itself");
      case "ServiceCIDR.networking.k8s.io" ->
          name.equals("kubernetes")
              ? Optional.of("every cluster makes it for itself")
              : Optional.empty();
      case "PersistentVolume" ->
          object.annotations().containsKey("pv.kubernetes.io/provisioned-by")
                  && !goesAlong.test(object.ref())
              ? Optional.of(
                  "provisioned for its claim: the target provisions a volume of its own, without"
                      + " data")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** A lock of a leader election; one that holds data as well is somebody's. */
  private static boolean isLockAlone(Manifest object) {
    return object.annotations().containsKey("control-plane.alpha.kubernetes.io/leader")
        && object.at("data").isEmpty()
        && object.at("binaryData").isEmpty();
  }

  /** Endpoints are made for a Service that selects pods; hand-written ones carry no such mark. */
  private static Optional<String> endpoints(Manifest object) {
    boolean made =
        object.labels().containsKey("endpoints.kubernetes.io/managed-by")
            || object.annotations().containsKey("endpoints.kubernetes.io/last-change-trigger-time");
    return made ? Optional.of("made for a Service by its controller") : Optional.empty();
  }

  private static Optional<String> endpointSlice(Manifest object) {
    String by = object.labels().getOrDefault("endpointslice.kubernetes.io/managed-by", "");
    return by.equals("endpointslice-controller.k8s.io")
            || by.equals("endpointslicemirroring-controller.k8s.io")
            || (object.name().equals("kubernetes") && object.namespace().equals("default"))
        ? Optional.of("made for a Service by its controller")
        : Optional.empty();
  }

  private Optional<String> secret(Manifest object) {
    String type = object.at("type").asText();
    if (type.equals("bootstrap.kubernetes.io/token")) {
      return Optional.of("a token of the source cluster");
    }
    String account = object.annotations().getOrDefault("kubernetes.io/service-account.name", "");
    boolean made = object.annotations().containsKey("kubernetes.io/service-account.uid");
    if (made
        && type.equals("kubernetes.io/service-account-token")
        && isGenerated(object.name(), account + "-token-")) {
      return Optional.of("a token of the source cluster");
    }
    if (made
        && type.equals("kubernetes.io/dockercfg")
        && isGenerated(object.name(), account + "-dockercfg-")) {
      return Optional.of("a registry login of the source cluster");
    }
    return type.equals("helm.sh/release.v1") && !includeHelmReleases
        ? Optional.of("a release record of Helm: travels only with --include-helm-releases")
        : Optional.empty();
  }

  private static boolean isGenerated(String name, String prefix) {
    return name.startsWith(prefix) && name.substring(prefix.length()).matches("[a-z0-9]{5}");
  }

  private static Optional<String> finishedWork(Manifest object) {
    return switch (object.ref().groupKind()) {
      case "Job.batch" ->
          isFinished(object)
              ? Optional.of("finished: to create it again would run it again")
              : Optional.empty();
      case "Pod" -> {
        String phase = object.at("status", "phase").asText();
        if (object.annotations().containsKey("kubernetes.io/config.mirror")) {
          yield Optional.of("a mirror of a static pod of a node");
        }
        yield phase.equals("Succeeded") || phase.equals("Failed")
            ? Optional.of("finished: to create it again would run it again")
            : Optional.empty();
      }
      default ->
          FinishedWork.isFinished(object)
              ? Optional.of("finished: to create it again would run it again")
              : Optional.empty();
    };
  }

  private static boolean isFinished(Manifest job) {
    for (JsonNode condition : job.at("status", "conditions")) {
      String type = condition.path("type").asText();
      if ((type.equals("Complete") || type.equals("Failed"))
          && condition.path("status").asText().equals("True")) {
        return true;
      }
    }
    return false;
  }
}
