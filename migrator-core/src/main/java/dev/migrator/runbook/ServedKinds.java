package dev.migrator.runbook;

import dev.migrator.execute.ClusterSide;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import java.util.Optional;

/** How the kinds of planned objects are called in both clusters. */
record ServedKinds(ClusterSide source, ClusterSide target) {

  /** Empty where the source does not serve it, any more. */
  Optional<ResourceType> atSource(PlannedObject object) {
    return source.type(object.ref().kind(), object.sourceApiVersion());
  }

  Optional<ResourceType> atSource(String kind, String apiVersion) {
    return source.type(kind, apiVersion);
  }

  /** Of what is not planned; empty where the source does not serve it. */
  Optional<ResourceType> atSource(ObjectRef ref) {
    return source.types().stream()
        .filter(type -> type.groupKind().equals(ref.groupKind()) && type.supports("create"))
        .findFirst();
  }

  /**
   * A kind whose definition travels is not served yet, and of some the target cannot tell: they are
   * called as at the source.
   */
  Optional<ResourceType> atTarget(PlannedObject object) {
    return target.known(object.ref().kind(), object.apiVersion()).or(() -> atSource(object));
  }

  /** As the other. */
  Optional<ResourceType> atTarget(String kind, String apiVersion) {
    return target.known(kind, apiVersion).or(() -> atSource(kind, apiVersion));
  }
}
