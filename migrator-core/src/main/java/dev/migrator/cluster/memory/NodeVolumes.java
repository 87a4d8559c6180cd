package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.function.Consumer;

/** What the status of a Node says of disks; nothing for a node that is not there any more. */
final class NodeVolumes {

  private final ApiServer api;

  NodeVolumes(ApiServer api) {
    this.api = api;
  }

  /** Whether its kubelet has the disk mounted or is about to. */
  void inUse(String node, Disk disk, boolean is) {
    list(
        node,
        "volumesInUse",
        list -> {
          for (int i = list.size() - 1; i >= 0; i--) {
            if (list.get(i).asText().equals(disk.onNodes())) {
              list.remove(i);
            }
          }
          if (is) {
            list.add(disk.onNodes());
          }
        });
  }

  /** Whether the disk is attached. */
  void attached(String node, Disk disk, boolean is) {
    list(
        node,
        "volumesAttached",
        list -> {
          for (int i = list.size() - 1; i >= 0; i--) {
            if (list.get(i).path("name").asText().equals(disk.onNodes())) {
              list.remove(i);
            }
          }
          if (is) {
            list.addObject().put("name", disk.onNodes()).put("devicePath", "");
          }
        });
  }

  private void list(String node, String field, Consumer<ArrayNode> change) {
    Key key = new Key("Node", "", node);
    if (api.storage().get(key).isPresent()) {
      api.editStatus(
          key,
          status -> {
            ArrayNode list = status.withArrayProperty(field);
            change.accept(list);
            if (list.isEmpty()) {
              status.remove(field);
            }
          });
    }
  }
}
