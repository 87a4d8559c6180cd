package dev.migrator.runbook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Access;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.Discovery;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.NamespaceDefaults;
import dev.migrator.inventory.Inventory;
import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Plan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The roles that planning, or a plan, needs in each cluster, and nothing more: a ClusterRole to
 * read what the cluster serves, kind by kind (a {@code *} would include {@code pods/exec}), and to
 * write what is in no namespace; where the plan's scope names its namespaces, a Role in each that
 * exists. What is written in a namespace that does not exist yet is in the ClusterRole, too: no
 * Role can be made in it.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/">RBAC</a>
 */
public final class Roles {

  static final String RBAC = "rbac.authorization.k8s.io";

  private final String name;
  private final Optional<Subject> subject;
  private final List<ObjectNode> objects = new ArrayList<>();

  private Roles(String name, Optional<Subject> subject) {
    this.name = name;
    this.subject = subject;
  }

  /** Which cluster the role is for. */
  public enum Where {
    SOURCE,
    TARGET
  }

  /**
   * To whom roles are bound.
   *
   * @param kind {@code User}, {@code Group} or {@code ServiceAccount}
   * @param namespace empty but for a ServiceAccount
   */
  public record Subject(String kind, String namespace, String name) {}

  /**
   * What making a plan needs, in this cluster. Reads what it serves.
   *
   * <p>Errors: as {@link ApplyRunbook}.
   */
  public static List<ObjectNode> toPlan(Cluster cluster, Where where, Optional<Subject> subject) {
    Discovery serves = new CommandSide(lower(where), cluster).discover();
    Roles roles = new Roles("migrator-plan", subject);
    RoleRules rules = new RoleRules();
    read(serves.types(), rules);
    roles.role("", rules);
    return roles.objects;
  }

  /**
   * What applying the plan needs. Reads both clusters to learn how kinds are called there.
   *
   * <p>Errors: as {@link ApplyRunbook}, and M1107 for a blocked plan.
   */
  public static List<ObjectNode> toApply(
      Plan plan, Cluster source, Cluster target, Where where, Optional<Subject> subject) {
    Preparation preparation = Preparation.of(plan, source, target, false);
    Roles roles = new Roles("migrator-" + lower(where), subject);
    roles.write(plan, preparation.rights(), where, preparation);
    return roles.objects;
  }

  /**
   * As {@link #toApply}, for the way back of the plan's run, wherever that stopped: for {@code
   * rollback} with and without {@code --backward}, and for the plan that it writes. The clusters
   * may have been upgraded since.
   *
   * @param vaulted what the vault of the plan's run holds, where there is one
   */
  public static List<ObjectNode> toGoBack(
      Plan plan,
      Set<ObjectRef> vaulted,
      Cluster source,
      Cluster target,
      Where where,
      Optional<Subject> subject) {
    Preparation preparation = Preparation.of(plan, source, target, true);
    Roles roles = new Roles("migrator-" + lower(where) + "-back", subject);
    roles.write(plan, preparation.rightsToGoBack(vaulted), where, preparation);
    return roles.objects;
  }

  private static String lower(Where where) {
    return where.name().toLowerCase(Locale.ROOT);
  }

  private void write(Plan plan, Rights rights, Where where, Preparation preparation) {
    ClusterSide side = where == Where.SOURCE ? preparation.sourceSide() : preparation.targetSide();
    Predicate<String> hasRole = hasRole(plan, side);
    Map<String, RoleRules> byNamespace = new TreeMap<>();
    RoleRules everywhere = byNamespace.computeIfAbsent("", n -> new RoleRules());
    read(side.types(), everywhere);
    for (Access access : where == Where.SOURCE ? rights.source() : rights.target()) {
      String namespace = hasRole.test(access.namespace()) ? access.namespace() : "";
      byNamespace.computeIfAbsent(namespace, n -> new RoleRules()).add(access);
    }
    byNamespace.forEach(this::role);
  }

  /** Where a Role can hold what is written: the lock's namespace always exists. */
  private static Predicate<String> hasRole(Plan plan, ClusterSide side) {
    CommandSide asked = new CommandSide(side);
    boolean scoped = !plan.settings().scope().namespaces().isAll();
    Map<String, Boolean> known = new HashMap<>(Map.of("", false, "kube-system", true));
    return namespace ->
        known.computeIfAbsent(
            namespace, n -> scoped && asked.get(ObjectRef.namespace(n), "v1").isPresent());
  }

  /** Everything that can be listed is looked at: what hangs on an object may be of any kind. */
  private static void read(Collection<ResourceType> served, RoleRules rules) {
    for (ResourceType type : served) {
      if (type.supports("list") && !Inventory.holdsNothingToMove(type.apiVersion())) {
        rules.add(new Access("get", type.group(), type.plural(), "", ""));
        rules.add(new Access("list", type.group(), type.plural(), "", ""));
      }
    }
  }

  /**
   * @param namespace empty for a ClusterRole
   */
  private void role(String namespace, RoleRules rules) {
    String cluster = namespace.isEmpty() ? "Cluster" : "";
    ObjectNode role = named(cluster + "Role", namespace);
    rules.write(role.putArray("rules"));
    objects.add(role);
    subject.ifPresent(
        to -> {
          ObjectNode binding = named(cluster + "RoleBinding", namespace);
          binding
              .putObject("roleRef")
              .put("apiGroup", RBAC)
              .put("kind", cluster + "Role")
              .put("name", name);
          ObjectNode whom = binding.putArray("subjects").addObject();
          if (to.namespace().isEmpty()) {
            whom.put("apiGroup", RBAC);
          } else {
            whom.put("namespace", to.namespace());
          }
          whom.put("kind", to.kind()).put("name", to.name());
          objects.add(binding);
        });
  }

  private ObjectNode named(String kind, String namespace) {
    ObjectNode object = Json.object().put("apiVersion", RBAC + "/v1").put("kind", kind);
    ObjectNode metadata = object.withObjectProperty("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    metadata.withObjectProperty("labels").put(NamespaceDefaults.RIGHTS, name);
    return object;
  }
}
