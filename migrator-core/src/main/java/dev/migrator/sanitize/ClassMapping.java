package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration;
import java.util.Map;

/**
 * Storage and ingress classes that have another name at the target.
 *
 * <p>Before, with {@code gp2: gp3}: {@code spec.storageClassName: gp2}. After: {@code
 * spec.storageClassName: gp3}; in claims, volumes and claim templates, and likewise ingress classes
 * in field and annotation.
 */
final class ClassMapping implements SanitizeRule {

  private static final String STORAGE_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
  private static final String INGRESS_ANNOTATION = "kubernetes.io/ingress.class";

  private final Map<String, String> storage;
  private final Map<String, String> ingress;

  ClassMapping(Migration.Mappings mappings) {
    this.storage = mappings.storageClasses();
    this.ingress = mappings.ingressClasses();
  }

  @Override
  public void apply(Draft draft) {
    if (draft.is("PersistentVolumeClaim") || draft.is("PersistentVolume")) {
      draft.object("spec").ifPresent(spec -> rename(spec, "storageClassName", storage));
      draft
          .object("metadata", "annotations")
          .ifPresent(a -> rename(a, STORAGE_ANNOTATION, storage));
    }
    for (ObjectNode template : Draft.objects(draft.tree(), "spec", "volumeClaimTemplates")) {
      Draft.object(template, "spec").ifPresent(spec -> rename(spec, "storageClassName", storage));
    }
    for (ObjectNode spec : draft.podSpecs()) {
      for (ObjectNode volume : Draft.objects(spec, "volumes")) {
        Draft.object(volume, "ephemeral", "volumeClaimTemplate", "spec")
            .ifPresent(claim -> rename(claim, "storageClassName", storage));
      }
    }
    if (draft.is("Ingress.networking.k8s.io") || draft.is("Ingress.extensions")) {
      draft.object("spec").ifPresent(spec -> rename(spec, "ingressClassName", ingress));
      draft
          .object("metadata", "annotations")
          .ifPresent(a -> rename(a, INGRESS_ANNOTATION, ingress));
    }
  }

  private static void rename(ObjectNode owner, String field, Map<String, String> names) {
    String to = names.get(owner.path(field).asText());
    if (to != null) {
      owner.put(field, to);
    }
  }
}
