package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.VolumeDecisions;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Manifest;
import dev.migrator.model.Quantity;
import dev.migrator.model.SnapshotNames;
import java.math.BigDecimal;

/**
 * The volume to which the source bound a claim: unless it goes along, the data does not travel. A
 * claim whose volume goes along names it, so that no other volume is bound, and none is made.
 *
 * <p>Before: {@code spec: {volumeName: pvc-1f.., selector: {...}, dataSource: {...}}}. After:
 * {@code spec: {selector: {...}}}, or {@code spec: {volumeName: pvc-1f..}} where it is handed over.
 * Where its data comes by a snapshot: {@code spec: {dataSource: {kind: VolumeSnapshot, ...}}}, and
 * what it asks for is at least what the source's volume has: a snapshot is not restored to less.
 *
 * @param volumes how the data of claims travels
 */
record ClaimBinding(VolumeDecisions volumes) implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (draft.is("PersistentVolumeClaim")) {
      Manifest claim = draft.source();
      VolumeWay way = volumes.way(claim.namespace(), claim.name()).orElse(VolumeWay.EMPTY);
      draft.object("spec").ifPresent(spec -> apply(draft, spec, way));
    }
  }

  private static void apply(Draft draft, ObjectNode spec, VolumeWay way) {
    for (String field :
        new String[] {
          way == VolumeWay.HAND_OVER ? "selector" : "volumeName", "dataSource", "dataSourceRef"
        }) {
      if (spec.remove(field) != null) {
        draft.dropped("spec." + field);
      }
    }
    if (way == VolumeWay.SNAPSHOT) {
      if (spec.remove("selector") != null) {
        draft.dropped("spec.selector");
      }
      spec.putObject("dataSource")
          .put("apiGroup", SnapshotNames.GROUP)
          .put("kind", SnapshotNames.SNAPSHOT)
          .put("name", SnapshotNames.of(draft.source()));
      String has = draft.source().at("status", "capacity", "storage").asText("");
      String asks = spec.at("/resources/requests/storage").asText("");
      if (bytes(has).compareTo(bytes(asks)) > 0) {
        spec.withObjectProperty("resources").withObjectProperty("requests").put("storage", has);
      }
    }
  }

  private static BigDecimal bytes(String quantity) {
    return Quantity.parse(quantity).orElse(BigDecimal.ZERO);
  }
}
