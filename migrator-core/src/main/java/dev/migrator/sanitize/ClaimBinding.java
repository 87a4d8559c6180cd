package dev.migrator.sanitize;

import dev.migrator.migration.VolumeRule;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.ObjectRef;
import java.util.List;
import java.util.Optional;

/**
 * The volume to which the source bound a claim: unless it goes along, the data does not travel. A
 * claim whose volume goes along names it, so that no other volume is bound, and none is made.
 *
 * <p>Before: {@code spec: {volumeName: pvc-1f.., selector: {...}, dataSource: {...}}}. After:
 * {@code spec: {selector: {...}}}, or {@code spec: {volumeName: pvc-1f..}} where it is handed over.
 *
 * @param volumes how the data of claims travels
 */
record ClaimBinding(List<VolumeRule> volumes) implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (!draft.is("PersistentVolumeClaim")) {
      return;
    }
    draft
        .object("spec")
        .ifPresent(
            spec -> {
              for (String field :
                  new String[] {
                    isHandedOver(draft.source().ref()) ? "selector" : "volumeName",
                    "dataSource",
                    "dataSourceRef"
                  }) {
                if (spec.remove(field) != null) {
                  draft.dropped("spec." + field);
                }
              }
            });
  }

  private boolean isHandedOver(ObjectRef claim) {
    return VolumeRule.remembered(volumes, claim.namespace(), claim.name())
        .equals(Optional.of(VolumeWay.HAND_OVER));
  }
}
