package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Who is granted what by the bindings that were read, and of which other roles an aggregated
 * ClusterRole is made.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/">Using RBAC
 * authorization</a>
 */
public final class Grants implements Check {

  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final String ACCOUNTS_OF = "system:serviceaccounts:";

  private final Map<ObjectRef, Binding> bindings = new TreeMap<>();
  private final Map<ObjectRef, Map<String, String>> roleLabels = new TreeMap<>();
  private final Map<ObjectRef, List<JsonNode>> aggregated = new HashMap<>();

  /**
   * @param accounts the ServiceAccounts among the subjects, and the namespaces whose accounts all
   *     are
   */
  private record Binding(String role, List<String> subjects, Set<ObjectRef> accounts) {}

  @Override
  public void see(CheckedObject seen) {
    Manifest object = seen.object();
    ObjectRef ref = object.ref();
    if (!ref.group().equals(GROUP)) {
      return;
    }
    if (ref.kind().equals("ClusterRole")) {
      roleLabels.put(ref, object.labels());
      List<JsonNode> selectors = new ArrayList<>();
      object.at("aggregationRule", "clusterRoleSelectors").forEach(selectors::add);
      if (!selectors.isEmpty()) {
        aggregated.put(ref, selectors);
      }
    } else if (ref.kind().endsWith("RoleBinding")) {
      bindings.put(ref, binding(object));
    }
  }

  private static Binding binding(Manifest object) {
    List<String> subjects = new ArrayList<>();
    Set<ObjectRef> accounts = new TreeSet<>();
    for (JsonNode subject : object.at("subjects")) {
      String name = subject.path("name").asText();
      if (subject.path("kind").asText().equals("ServiceAccount")) {
        String namespace = subject.path("namespace").asText(object.namespace());
        accounts.add(ObjectRef.core("ServiceAccount", namespace, name));
        subjects.add("ServiceAccount " + namespace + "/" + name);
      } else {
        if (name.startsWith(ACCOUNTS_OF)) {
          accounts.add(ObjectRef.namespace(name.substring(ACCOUNTS_OF.length())));
        }
        subjects.add(subject.path("kind").asText() + " " + name);
      }
    }
    return new Binding(
        object.at("roleRef", "kind").asText() + " " + object.at("roleRef", "name").asText(),
        subjects,
        accounts);
  }

  /** The ClusterRoleBindings of which a subject travels; sorted. */
  List<ObjectRef> boundTo(Predicate<ObjectRef> travels) {
    return bindings.entrySet().stream()
        .filter(one -> one.getKey().isClusterScoped())
        .filter(one -> one.getValue().accounts().stream().anyMatch(travels))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The ClusterRoles whose rules are part of this one; empty when it is not aggregated. */
  List<ObjectRef> partsOf(ObjectRef role) {
    List<JsonNode> selectors = aggregated.getOrDefault(role, List.of());
    return roleLabels.entrySet().stream()
        .filter(one -> selectors.stream().anyMatch(s -> LabelSelector.matches(s, one.getValue())))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Every binding that will be new at the target, by name, with all that it grants: also to
   * subjects that do not travel.
   */
  @Override
  public List<Finding> findings(Move move) {
    return bindings.entrySet().stream()
        .filter(one -> move.isNew(one.getKey()))
        .map(
            one ->
                new Finding(
                    FindingCode.NEW_GRANT,
                    one.getKey(),
                    "grants %s to %s at the target%s"
                        .formatted(
                            one.getValue().role(),
                            one.getValue().subjects().isEmpty()
                                ? "nobody"
                                : String.join(", ", one.getValue().subjects()),
                            one.getKey().isClusterScoped() ? ", in the whole cluster" : ""),
                    ""))
        .toList();
  }
}
