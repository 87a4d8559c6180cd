package dev.migrator.runbook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.PlannedObject;
import java.util.Optional;
import java.util.Set;

/**
 * Which copies that are in no namespace may go from a source that lives on: those that are asked
 * for by name, that the run itself created at the target, and of which can be told that nothing
 * uses them but what goes, too.
 */
final class SharedCopies {

  /** Of these everybody who uses one says so by its name. */
  private static final Set<String> NAMED_BY_USERS =
      Set.of(
          "ClusterRole.rbac.authorization.k8s.io",
          "ClusterRoleBinding.rbac.authorization.k8s.io",
          "StorageClass.storage.k8s.io",
          "PriorityClass.scheduling.k8s.io",
          "IngressClass.networking.k8s.io",
          "RuntimeClass.node.k8s.io");

  private SharedCopies() {}

  /**
   * Why the object stays, in words; empty when it is in a namespace, or may go unless somebody uses
   * it.
   *
   * @param asked by name
   */
  static Optional<String> reasonToKeep(PlannedObject object, Manifest live, Set<String> asked) {
    ObjectRef ref = object.ref();
    if (!ref.namespace().isEmpty()) {
      return Optional.empty();
    }
    if (!asked.contains(ref.name())) {
      return Optional.of(
          "the whole source may use it: it is cluster-scoped; to remove it: --cluster-scoped "
              + ref.name());
    }
    if (object.alreadyThere()) {
      return Optional.of("was not created at the target by this run");
    }
    if (!NAMED_BY_USERS.contains(ref.groupKind()) || actsOnOthers(live)) {
      return Optional.of("acts on the whole cluster, so its users are unknown");
    }
    return Optional.empty();
  }

  private static boolean actsOnOthers(Manifest live) {
    boolean isDefault =
        live.annotations().entrySet().stream()
            .anyMatch(e -> e.getKey().contains("is-default-class") && e.getValue().equals("true"));
    boolean isAggregated =
        live.has("aggregationRule")
            || live.labels().keySet().stream().anyMatch(key -> key.contains("/aggregate-to-"));
    return isDefault
        || isAggregated
        || live.at("globalDefault").asBoolean(false)
        || grantsToPeople(live);
  }

  /** Users and groups are no objects: whether they are at work at the source nobody can see. */
  private static boolean grantsToPeople(Manifest live) {
    for (JsonNode subject : live.at("subjects")) {
      if (!subject.path("kind").asText().equals("ServiceAccount")) {
        return true;
      }
    }
    return false;
  }
}
