package dev.migrator.cluster.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Tells in the status of ResourceQuotas what is used. */
final class Quotas implements Controller {

  private final ApiServer api;
  private final Quota quota;

  Quotas(ApiServer api) {
    this.api = api;
    this.quota = new Quota(api.storage());
  }

  @Override
  public Collection<Key> affected(StoredChange change) {
    Manifest object = change.object();
    if (object.kind().equals("ResourceQuota")) {
      return List.of(Key.of(object.ref()));
    }
    boolean numberChanged = change.before().isEmpty() || change.after().isEmpty();
    return object.namespace().isEmpty() || !numberChanged
        ? List.of()
        : api.storage().in("ResourceQuota", object.namespace()).stream()
            .map(other -> Key.of(other.ref()))
            .toList();
  }

  @Override
  public void sync(Key key) {
    if (api.storage().get(key).isEmpty()) {
      return;
    }
    Manifest object = api.storage().get(key).orElseThrow();
    api.editStatus(
        key,
        status -> {
          status.set("hard", object.at("spec", "hard").deepCopy());
          ObjectNode used = status.putObject("used");
          for (Map.Entry<String, JsonNode> limit : object.at("spec", "hard").properties()) {
            if (Quota.isCounted(limit.getKey())) {
              used.put(limit.getKey(), Long.toString(quota.used(limit.getKey(), key.namespace())));
            }
          }
        });
  }
}
