package dev.migrator.it.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges a finished move by what kubectl sees: what was planned to travel is at the target and
 * equal, what must not be twice is gone from the source, and everything else at the source is as it
 * was.
 *
 * @param before the source before the plan was made
 * @param after the source when the move had ended
 * @param target when the move had ended
 * @param namespaces the target's names of namespaces that are called otherwise there
 * @param ended planned work that came to its end at the source: to do it again would be to do it
 *     twice
 */
public record IndependentComparison(
    Planned plan,
    ClusterState before,
    ClusterState after,
    ClusterState target,
    Map<String, String> namespaces,
    Set<Key> ended,
    AllowedDifferences allowed) {

  /** Kinds that live a life of their own: the cluster writes them all the time. */
  private static final Set<String> RESTLESS =
      Set.of("Lease", "Node", "CSINode", "Event", "IPAddress", "Endpoints", "EndpointSlice");

  /** Every finding, in words. Empty when all is well. */
  public List<String> findings() {
    List<String> findings = new ArrayList<>(atTheTarget());
    findings.addAll(handedOver());
    findings.addAll(untouched());
    return findings;
  }

  private List<String> atTheTarget() {
    List<String> findings = new ArrayList<>();
    for (Key key : plan.travelling().keySet()) {
      Optional<JsonNode> sent = before.find(key);
      Optional<JsonNode> got = target.find(key.mapped(namespaces));
      if (sent.isEmpty()) {
        findings.add(key + " is planned but was not at the source");
      } else if (ended.contains(key)) {
        got.ifPresent(again -> findings.add(key + " ended at the source and is at the target"));
      } else if (got.isEmpty()) {
        findings.add(key + " is not at the target");
      } else {
        Difference.between(renamed(sent.get()), got.get()).stream()
            .filter(d -> !allowed.allow(key, d))
            .forEach(d -> findings.add(key + " differs at the target: " + d));
      }
    }
    return findings;
  }

  private List<String> handedOver() {
    return plan.duplicateIntolerant().stream()
        .filter(key -> after.find(key).isPresent())
        .map(key -> key + " is still at the source")
        .toList();
  }

  private List<String> untouched() {
    List<String> findings = new ArrayList<>();
    Set<String> movedAway = movedAway();
    before
        .objects()
        .forEach(
            (key, object) -> {
              String uid = object.path("metadata").path("uid").asText();
              if (RESTLESS.contains(key.kind()) || movedAway.contains(uid) || isDying(key)) {
                return;
              }
              if (!uid.equals(after.uid(key))) {
                findings.add(key + " was at the source and is " + fate(key));
                return;
              }
              if (!ClusterState.owners(object).isEmpty()) {
                // Its owner changes it; the audit log says that nobody else does.
                return;
              }
              Difference.between(definition(object), definition(after.find(key).orElseThrow()))
                  .stream()
                  // Claims and volumes find each other at any time.
                  .filter(d -> !key.kind().startsWith("Persistent") || !allowed.allow(key, d))
                  .forEach(d -> findings.add(key + " was changed at the source: " + d));
            });
    return findings;
  }

  /** True when an earlier test had thrown it away already, or its namespace. */
  private boolean isDying(Key key) {
    JsonNode object = before.find(key).orElseThrow();
    Optional<JsonNode> namespace = before.find(new Key("", "Namespace", "", key.namespace()));
    return object.path("metadata").has("deletionTimestamp")
        || namespace.filter(ns -> ns.path("metadata").has("deletionTimestamp")).isPresent();
  }

  private String fate(Key key) {
    return after.find(key).isPresent() ? "another one now" : "gone";
  }

  /** What left the source by plan, and what it owned. */
  private Set<String> movedAway() {
    Set<String> uids = new HashSet<>();
    plan.duplicateIntolerant().forEach(key -> uids.add(before.uid(key)));
    boolean more = true;
    while (more) {
      more = false;
      for (JsonNode object : before.objects().values()) {
        if (ClusterState.owners(object).stream().anyMatch(uids::contains)) {
          more |= uids.add(object.path("metadata").path("uid").asText());
        }
      }
    }
    return uids;
  }

  /** What an administrator wrote: not what controllers note down. */
  private static JsonNode definition(JsonNode object) {
    ObjectNode copy = object.deepCopy();
    copy.remove("status");
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove(List.of("resourceVersion", "managedFields"));
    }
    return copy;
  }

  /** The object under the names of the target's namespaces. */
  private JsonNode renamed(JsonNode object) {
    if (namespaces.isEmpty()) {
      return object;
    }
    ObjectNode copy = object.deepCopy();
    Key there = Key.of(object).mapped(namespaces);
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.put("name", there.name());
      if (!there.namespace().isEmpty()) {
        metadata.put("namespace", there.namespace());
      }
      if (there.kind().equals("Namespace")
          && metadata.path("labels") instanceof ObjectNode labels) {
        labels.put("kubernetes.io/metadata.name", there.name());
      }
    }
    for (JsonNode subject : copy.path("subjects")) {
      if (subject instanceof ObjectNode reference && reference.has("namespace")) {
        String old = reference.path("namespace").asText();
        reference.put("namespace", namespaces.getOrDefault(old, old));
      }
    }
    return copy;
  }
}
