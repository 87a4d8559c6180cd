package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A volume that the pods of an object mount.
 *
 * @param claim name of the claim, or what the names of a template's claims begin with; empty when
 *     the pods name the storage themselves
 * @param template whether the claims are made from a template, one a pod
 * @param inline the storage that the pods name themselves
 * @param readOnly whether no container may write to it
 */
public record Mount(
    String claim, boolean template, Optional<StorageBackend> inline, boolean readOnly) {

  /**
   * What the pods of a workload mount; of a custom resource, wherever its pods are described.
   * Volumes that only one pod or one node can have are not among them.
   */
  static List<Mount> of(Manifest object) {
    boolean foreign = object.ref().isForeign();
    Optional<JsonNode> pods =
        foreign ? Optional.of(object.at("spec")) : PodSecurity.podSpec(object);
    if (pods.isEmpty()) {
      return List.of();
    }
    Search search = new Search(!foreign);
    search.in(pods.get());
    if (!foreign) {
      object.at("spec", "volumeClaimTemplates").forEach(search.templates::add);
    }
    return search.found(object.name());
  }

  /** Whether the pods of a workload mount the claim. */
  public static boolean uses(Manifest workload, ObjectRef claim) {
    return workload.namespace().equals(claim.namespace())
        && of(workload).stream().anyMatch(mount -> mount.isOf(claim.name()));
  }

  /** Whether it is of a claim of this name. */
  boolean isOf(String name) {
    return template
        ? name.startsWith(claim) && name.substring(claim.length()).matches("[0-9]+")
        : claim.equals(name);
  }

  /** Gathers volumes and what mounts them. */
  private static final class Search {

    private final boolean complete;
    private final List<JsonNode> volumes = new ArrayList<>();
    private final List<JsonNode> mounts = new ArrayList<>();
    private final List<JsonNode> templates = new ArrayList<>();

    /**
     * @param complete whether what mounts nothing that is found is known to mount nothing
     */
    Search(boolean complete) {
      this.complete = complete;
    }

    void in(JsonNode node) {
      if (claim(node).isTextual()) {
        volumes.add(node);
      }
      node.properties().forEach(field -> field(field.getKey(), field.getValue()));
      if (node.isArray()) {
        node.forEach(this::in);
      }
    }

    private void field(String name, JsonNode value) {
      switch (name) {
        case "volumes" ->
            value.forEach(
                volume -> {
                  if (!claim(volume).isTextual()) {
                    volumes.add(volume);
                  }
                });
        case "volumeMounts", "volumeDevices" -> value.forEach(mounts::add);
        case "volumeClaimTemplates" -> value.forEach(templates::add);
        default -> {}
      }
      in(value);
    }

    List<Mount> found(String name) {
      List<Mount> found = new ArrayList<>();
      for (JsonNode volume : volumes) {
        JsonNode claim = claim(volume);
        boolean readOnly = isReadOnly(volume) || !isWritten(volume.path("name").asText());
        if (claim.isTextual()) {
          found.add(new Mount(claim.asText(), false, Optional.empty(), readOnly));
        } else {
          StorageBackend.inline(volume)
              .ifPresent(s -> found.add(new Mount("", false, Optional.of(s), readOnly)));
        }
      }
      for (JsonNode template : templates) {
        String of = template.path("metadata").path("name").asText();
        found.add(new Mount(of + "-" + name + "-", true, Optional.empty(), !isWritten(of)));
      }
      return List.copyOf(found);
    }

    private static JsonNode claim(JsonNode volume) {
      return volume.path("persistentVolumeClaim").path("claimName");
    }

    /** Every type of volume has the field in its own part. */
    private static boolean isReadOnly(JsonNode volume) {
      return volume.properties().stream()
          .anyMatch(type -> type.getValue().path("readOnly").asBoolean());
    }

    private boolean isWritten(String volume) {
      List<JsonNode> all =
          mounts.stream().filter(mount -> mount.path("name").asText().equals(volume)).toList();
      return all.isEmpty()
          ? !complete
          : all.stream().anyMatch(mount -> !mount.path("readOnly").asBoolean());
    }
  }
}
