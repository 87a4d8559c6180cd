package dev.migrator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.ObjectRef;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a kubelet says of a mounted volume of a claim.
 *
 * @param used bytes, of the file system that is mounted
 * @param capacity in bytes of that file system, which may be larger than the volume: that of a
 *     folder is the disk's that it is on
 */
public record VolumeUse(long used, long capacity) {

  /**
   * By claim, out of the summary of a node; volumes of which the kubelet has no numbers are left
   * out.
   *
   * <p>Source: <a href="https://kubernetes.io/docs/reference/instrumentation/node-metrics/">Node
   * metrics data</a>
   */
  public static Map<ObjectRef, VolumeUse> of(JsonNode summary) {
    Map<ObjectRef, VolumeUse> uses = new TreeMap<>();
    for (JsonNode pod : summary.path("pods")) {
      for (JsonNode volume : pod.path("volume")) {
        JsonNode claim = volume.path("pvcRef");
        JsonNode used = volume.path("usedBytes");
        JsonNode capacity = volume.path("capacityBytes");
        if (claim.path("name").isTextual()
            && claim.path("namespace").isTextual()
            && isAmount(used)
            && isAmount(capacity)) {
          uses.put(
              ObjectRef.core(
                  "PersistentVolumeClaim",
                  claim.path("namespace").textValue(),
                  claim.path("name").textValue()),
              new VolumeUse(used.longValue(), capacity.longValue()));
        }
      }
    }
    return uses;
  }

  private static boolean isAmount(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0;
  }
}
