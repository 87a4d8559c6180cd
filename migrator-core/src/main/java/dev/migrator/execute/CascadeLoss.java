package dev.migrator.execute;

import dev.migrator.classify.LossWithOwner;
import dev.migrator.cluster.ClusterException;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What would be lost if the garbage collector took an object along with its owner, although the
 * other cluster goes on.
 *
 * @param here where it would be deleted
 * @param name what the other cluster calls an object, by its apiVersion
 *     <p>Source: docs/adr/0029
 */
public record CascadeLoss(
    ClusterSide here, ClusterSide there, BiFunction<ObjectRef, String, ObjectRef> name) {

  /**
   * Why it must not go along, in words; empty when nothing is lost with it.
   *
   * <p>Errors: {@link ClusterException} when a cluster does not say.
   */
  public Optional<String> why(
      ResourceType type, ObjectRef ref, LossWithOwner loss, List<Owner> owners) {
    return switch (loss) {
      case NONE -> Optional.empty();
      case VOLUME -> Optional.of("");
      case OUTSIDE -> Optional.of(", and what that stands for outside");
      case OBJECT -> other(type, ref).isEmpty() ? Optional.of(lacks()) : Optional.empty();
      case CONTENT -> content(type, ref, owners);
    };
  }

  private Optional<String> content(ResourceType type, ObjectRef ref, List<Owner> owners) {
    // What a cluster makes for an account opens nothing elsewhere.
    if (owners.stream().allMatch(owner -> owner.groupKind().equals("ServiceAccount"))) {
      return Optional.empty();
    }
    Optional<Manifest> one = here.cluster().get(type, ref);
    Optional<Manifest> other = other(type, ref);
    if (one.isEmpty()) {
      return Optional.empty();
    }
    if (other.isEmpty()) {
      return Optional.of(lacks());
    }
    boolean same =
        List.of("data", "binaryData").stream()
            .allMatch(field -> one.get().at(field).equals(other.get().at(field)));
    return same
        ? Optional.empty()
        : Optional.of(", which the " + there.name() + " has with another value");
  }

  private String lacks() {
    return ", which the " + there.name() + " does not have";
  }

  private Optional<Manifest> other(ResourceType type, ObjectRef ref) {
    return there
        .type(ref.kind(), type.apiVersion())
        .flatMap(t -> there.cluster().get(t, name.apply(ref, type.apiVersion())));
  }
}
