package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.migration.Migration;
import dev.migrator.model.Amount;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Rights that are lost because the role or binding that grants them does not travel: it is one that
 * every cluster makes for itself, and somebody changed it; or it is in a namespace that belongs to
 * the cluster, and binds a ServiceAccount that travels.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings">Default
 * roles and role bindings</a>
 */
final class StayingAccess {

  private static final FindingCode CODE = FindingCode.STAYING_ACCESS;

  private final Map<ObjectRef, Manifest> target = new TreeMap<>();
  private final Migration migration;
  private final Predicate<ObjectRef> travels;

  /**
   * @param target all roles and bindings of the target
   * @param travels whether an object of the source does
   */
  public StayingAccess(
      Collection<Manifest> target, Migration migration, Predicate<ObjectRef> travels) {
    target.forEach(object -> this.target.put(object.ref(), object));
    this.migration = migration;
    this.travels = travels;
  }

  /**
   * What is lost with these roles and bindings of the source, in their order.
   *
   * @param staying those that do not travel
   * @param sameVersion whether both clusters make the same roles for themselves
   */
  public List<Finding> findings(Collection<Manifest> staying, boolean sameVersion) {
    List<Finding> findings = new ArrayList<>();
    Set<ObjectRef> stays = new HashSet<>();
    staying.forEach(object -> stays.add(object.ref()));
    for (Manifest object : staying) {
      if (object.kind().endsWith("Binding")) {
        binding(object, stays).ifPresent(findings::add);
      } else {
        role(object, sameVersion).ifPresent(findings::add);
      }
    }
    return findings;
  }

  private Optional<Finding> binding(Manifest binding, Set<ObjectRef> stays) {
    Optional<Manifest> there = Optional.ofNullable(target.get(binding.ref()));
    Set<Subject> granted = new HashSet<>();
    there.ifPresent(
        found -> found.at("subjects").forEach(s -> granted.add(Subject.of(s, found.namespace()))));
    List<Subject> lost = new ArrayList<>();
    for (JsonNode node : binding.at("subjects")) {
      Subject subject = Subject.of(node, binding.namespace());
      if (!granted.contains(subject.mapped(migration.mappings()))
          && isMissed(subject, there.isPresent())) {
        lost.add(subject.mapped(migration.mappings()));
      }
    }
    if (lost.isEmpty()) {
      return Optional.empty();
    }
    String roleKind = binding.at("roleRef", "kind").asText();
    String role = binding.at("roleRef", "name").asText();
    ObjectRef granting =
        new ObjectRef(
            binding.ref().group(),
            roleKind,
            roleKind.equals("Role") ? binding.namespace() : "",
            role);
    boolean withoutRole = stays.contains(granting) && !target.containsKey(granting);
    return Optional.of(
        new Finding(
            Severity.WARNING,
            CODE,
            Optional.of(binding.ref()),
            "grants %s %s to %s; it stays behind%s"
                .formatted(
                    roleKind,
                    role,
                    String.join(", ", lost.stream().map(Subject::words).toList()),
                    withoutRole ? ", and so does the role, which the target lacks" : ""),
            command(binding, roleKind, role, lost, there.isPresent())));
  }

  /** Of accounts those that travel; of people all that were added to a binding of both clusters. */
  private boolean isMissed(Subject subject, boolean inBoth) {
    return subject.kind().equals("ServiceAccount")
        ? travels.test(ObjectRef.core("ServiceAccount", subject.namespace(), subject.name()))
        : inBoth && migration.scope().namespaces().isAll();
  }

  private static String command(
      Manifest binding, String roleKind, String role, List<Subject> lost, boolean inBoth) {
    StringBuilder command = new StringBuilder("kubectl ");
    command
        .append(inBoth ? "set subject " : "create ")
        .append(binding.kind().toLowerCase(java.util.Locale.ROOT))
        .append(' ')
        .append(binding.name());
    if (!binding.namespace().isEmpty()) {
      command.append(" -n ").append(binding.namespace());
    }
    if (!inBoth) {
      command.append(roleKind.equals("Role") ? " --role=" : " --clusterrole=").append(role);
    }
    lost.forEach(subject -> command.append(subject.option()));
    return command.toString();
  }

  private Optional<Finding> role(Manifest role, boolean sameVersion) {
    boolean byHand =
        "false".equals(role.annotations().get("rbac.authorization.kubernetes.io/autoupdate"));
    Optional<Manifest> there = Optional.ofNullable(target.get(role.ref()));
    if ((!byHand && !sameVersion) || there.isEmpty() || role.has("aggregationRule")) {
      return Optional.empty();
    }
    Set<JsonNode> granted = new HashSet<>();
    there.get().at("rules").forEach(granted::add);
    long more = role.at("rules").valueStream().filter(rule -> !granted.contains(rule)).count();
    return more == 0
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Severity.WARNING,
                CODE,
                Optional.of(role.ref()),
                "has %s more than the target's; it stays behind".formatted(Amount.of(more, "rule")),
                "kubectl edit %s %s%s"
                    .formatted(
                        role.kind().toLowerCase(java.util.Locale.ROOT),
                        role.name(),
                        role.namespace().isEmpty() ? "" : " -n " + role.namespace())));
  }

  /**
   * To whom something is granted.
   *
   * @param namespace empty but for a ServiceAccount
   */
  private record Subject(String kind, String namespace, String name) {

    /**
     * @param inNamespace that of the binding
     */
    static Subject of(JsonNode subject, String inNamespace) {
      String kind = subject.path("kind").asText();
      return new Subject(
          kind,
          kind.equals("ServiceAccount") ? subject.path("namespace").asText(inNamespace) : "",
          subject.path("name").asText());
    }

    Subject mapped(Migration.Mappings mappings) {
      return namespace.isEmpty() ? this : new Subject(kind, mappings.namespace(namespace), name);
    }

    String words() {
      return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }

    String option() {
      return namespace.isEmpty()
          ? " --%s='%s'".formatted(kind.toLowerCase(java.util.Locale.ROOT), name)
          : " --serviceaccount=%s:%s".formatted(namespace, name);
    }
  }
}
