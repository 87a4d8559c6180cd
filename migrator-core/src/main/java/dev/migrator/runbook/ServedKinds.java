package dev.migrator.runbook;

import dev.migrator.cluster.Discovery;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How the kinds of planned objects are called in both clusters. */
final class ServedKinds {

  private final Map<String, ResourceType> source;
  private final Map<String, ResourceType> target;

  ServedKinds(Discovery source, Discovery target) {
    this.source = index(source);
    this.target = index(target);
  }

  private static Map<String, ResourceType> index(Discovery serves) {
    Map<String, ResourceType> types = new HashMap<>();
    serves.types().forEach(type -> types.putIfAbsent(key(type.kind(), type.apiVersion()), type));
    return types;
  }

  private static String key(String kind, String apiVersion) {
    return kind + " " + apiVersion;
  }

  /** Empty where the source does not serve it, any more. */
  Optional<ResourceType> atSource(PlannedObject object) {
    return atSource(object.ref().kind(), object.sourceApiVersion());
  }

  Optional<ResourceType> atSource(String kind, String apiVersion) {
    return Optional.ofNullable(source.get(key(kind, apiVersion)));
  }

  /** A kind whose definition travels is not served yet: it is called as at the source. */
  Optional<ResourceType> atTarget(PlannedObject object) {
    return Optional.ofNullable(target.get(key(object.ref().kind(), object.apiVersion())))
        .or(() -> atSource(object));
  }

  /** As the other. */
  Optional<ResourceType> atTarget(String kind, String apiVersion) {
    return Optional.ofNullable(target.get(key(kind, apiVersion)))
        .or(() -> atSource(kind, apiVersion));
  }
}
