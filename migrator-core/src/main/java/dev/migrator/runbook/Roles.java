package dev.migrator.runbook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.model.Json;
import dev.migrator.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ClusterRole that a plan needs in each cluster, and nothing more: to read everything, because
 * everything is looked at, and to write what the plan's steps write.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/">RBAC</a>
 */
public final class Roles {

  private static final String RBAC = "rbac.authorization.k8s.io";

  private Roles() {}

  /** Which cluster the role is for. */
  public enum Side {
    SOURCE,
    TARGET
  }

  /**
   * The role as a manifest. Reads both clusters to learn how kinds are called there.
   *
   * <p>Errors: as {@link Moving}, and M1107 for a blocked plan.
   */
  public static ObjectNode role(Plan plan, Cluster source, Cluster target, Side side) {
    return role(new Preparation(plan, source, target, false).rights(), side, "");
  }

  /**
   * As {@link #role}, for the way back of the plan's run, wherever that stopped: for {@code
   * rollback} with and without {@code --backward}, and for the plan that it writes. The clusters
   * may have been upgraded since.
   */
  public static ObjectNode backward(Plan plan, Cluster source, Cluster target, Side side) {
    return role(new Preparation(plan, source, target, true).rightsToGoBack(), side, "-back");
  }

  private static ObjectNode role(Rights rights, Side side, String way) {
    return role(
        "migrator-" + side.name().toLowerCase(java.util.Locale.ROOT) + way,
        switch (side) {
          case SOURCE -> rights.source();
          case TARGET -> rights.target();
        });
  }

  private static ObjectNode role(String name, List<Access> accesses) {
    ObjectNode role = Json.object().put("apiVersion", RBAC + "/v1").put("kind", "ClusterRole");
    role.withObjectProperty("metadata").put("name", name);
    ArrayNode rules = role.putArray("rules");
    rule(rules, List.of("*"), List.of("*"), List.of("get", "list"));
    Map<String, TreeSet<String>> byVerbs = new TreeMap<>();
    Map<String, TreeSet<String>> verbs = new TreeMap<>();
    for (Access access : accesses) {
      if (access.verb().equals("get") || access.verb().equals("list")) {
        continue;
      }
      String resource =
          access.subresource().isEmpty()
              ? access.resource()
              : access.resource() + "/" + access.subresource();
      verbs
          .computeIfAbsent(access.group() + " " + resource, k -> new TreeSet<>())
          .add(access.verb());
    }
    verbs.forEach(
        (resource, allowed) -> {
          int space = resource.indexOf(' ');
          String key = resource.substring(0, space) + " " + String.join(",", allowed);
          byVerbs.computeIfAbsent(key, k -> new TreeSet<>()).add(resource.substring(space + 1));
        });
    byVerbs.forEach(
        (key, resources) -> {
          int space = key.indexOf(' ');
          List<String> allowed = new ArrayList<>(List.of(key.substring(space + 1).split(",")));
          if (key.startsWith(RBAC + " ") && allowed.contains("create")) {
            // Whoever grants rights must have them, or be allowed to grant more.
            allowed.addAll(List.of("bind", "escalate"));
          }
          rule(rules, List.of(key.substring(0, space)), List.copyOf(resources), allowed);
        });
    return role;
  }

  private static void rule(
      ArrayNode rules, List<String> groups, List<String> resources, List<String> verbs) {
    ObjectNode rule = rules.addObject();
    groups.forEach(rule.putArray("apiGroups")::add);
    resources.forEach(rule.putArray("resources")::add);
    verbs.forEach(rule.putArray("verbs")::add);
  }
}
