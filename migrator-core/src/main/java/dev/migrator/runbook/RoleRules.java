package dev.migrator.runbook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Access;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rules of one role: resources that may be used alike are in one rule. */
final class RoleRules {

  private final Map<Resource, TreeSet<String>> verbs = new TreeMap<>();

  /**
   * @param object the one that may be used; empty for all
   */
  private record Resource(String group, String name, String object)
      implements Comparable<Resource> {

    private static final Comparator<Resource> ORDER =
        Comparator.comparing(Resource::group)
            .thenComparing(Resource::object)
            .thenComparing(Resource::name);

    @Override
    public int compareTo(Resource other) {
      return ORDER.compare(this, other);
    }
  }

  void add(Access access) {
    String name =
        access.subresource().isEmpty()
            ? access.resource()
            : access.resource() + "/" + access.subresource();
    verbs
        .computeIfAbsent(new Resource(access.group(), name, access.name()), r -> new TreeSet<>())
        .add(access.verb());
  }

  void write(ArrayNode rules) {
    Map<String, List<Resource>> alike = new TreeMap<>();
    verbs.forEach(
        (resource, allowed) ->
            alike
                .computeIfAbsent(
                    resource.group() + " " + resource.object() + " " + String.join(",", allowed),
                    k -> new ArrayList<>())
                .add(resource));
    for (List<Resource> resources : alike.values()) {
      Resource first = resources.getFirst();
      List<String> allowed = new ArrayList<>(verbs.getOrDefault(first, new TreeSet<>()));
      if (first.group().equals(Roles.RBAC) && allowed.contains("create")) {
        // Whoever grants rights must have them, or be allowed to grant more.
        allowed.addAll(List.of("bind", "escalate"));
      }
      ObjectNode rule = rules.addObject();
      rule.putArray("apiGroups").add(first.group());
      ArrayNode names = rule.putArray("resources");
      resources.forEach(resource -> names.add(resource.name()));
      if (!first.object().isEmpty()) {
        rule.putArray("resourceNames").add(first.object());
      }
      allowed.forEach(rule.putArray("verbs")::add);
    }
  }
}
