package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.classify.Loss;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.graph.Reference;
import dev.migrator.graph.References;
import dev.migrator.inventory.Inventory;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything in a cluster as one look saw it: who refers to whom and who owns whom, and what could
 * not be read. Bodies are kept of the copies only that it is about.
 *
 * @param objects all that was read, but for what every namespace gets and what comes and goes
 * @param bodies of the copies that are there
 * @param unseen what may be there and was not read
 * @param kinds {@code Kind.group} of all that was read
 */
public record Census(
    Map<ObjectRef, Seen> objects,
    Map<ObjectRef, Manifest> bodies,
    List<Unseen> unseen,
    Set<String> kinds) {

  public Census {
    objects = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(objects));
    bodies = Map.copyOf(bodies);
    unseen = List.copyOf(unseen);
    kinds = Set.copyOf(kinds);
  }

  /**
   * One object, without its body.
   *
   * @param references those that may lead to a copy; not those to its owners
   * @param podLabels of the pods that it makes; empty when it makes none
   * @param account under which its pods work
   * @param grants the accounts and groups that it gives rights to
   * @param offers the kind that it defines, as {@link Reference.ToDefinition} names it
   * @param claim that a volume is bound to
   */
  public record Seen(
      ObjectRef ref,
      ResourceType type,
      String uid,
      List<Reference> references,
      Map<String, String> podLabels,
      Optional<ObjectRef> account,
      Set<String> grants,
      Optional<String> offers,
      Optional<ObjectRef> claim,
      List<Owner> owners,
      Loss loss,
      boolean isBeingDeleted) {
    public Seen {
      references = List.copyOf(references);
      podLabels = Map.copyOf(podLabels);
      grants = Set.copyOf(grants);
      owners = List.copyOf(owners);
    }
  }

  /**
   * Looks once at everything.
   *
   * <p>Errors: {@link ClusterException} when the cluster does not say what it serves. A list that
   * does not come to its end is among what was not seen.
   *
   * @param copies whose bodies are kept, and references to which are noted
   * @param namespaces where a kind is listed that may not be listed in the whole cluster
   */
  public static Census of(ClusterSide side, Set<ObjectRef> copies, Set<String> namespaces) {
    return new Taker(side, copies, namespaces).census();
  }

  /** Goes from kind to kind. */
  private static final class Taker {

    private final ClusterSide side;
    private final Set<ObjectRef> copies;
    private final Set<String> namespaces;
    private final Map<ObjectRef, Seen> objects = new LinkedHashMap<>();
    private final Map<ObjectRef, Manifest> bodies = new HashMap<>();
    private final List<Unseen> unseen = new ArrayList<>();
    private final Set<String> kinds = new HashSet<>();

    Taker(ClusterSide side, Set<ObjectRef> copies, Set<String> namespaces) {
      this.side = side;
      this.copies = copies;
      this.namespaces = namespaces;
    }

    Census census() {
      Discovery serves = side.cluster().discover();
      for (Discovery.Unread group : serves.unread()) {
        if (!Inventory.holdsNothingToMove(group.groupVersion())) {
          unseen.add(Unseen.group(group));
        }
      }
      List<ResourceType> types =
          serves.types().stream()
              .filter(type -> !Inventory.holdsNothingToMove(type.apiVersion()))
              .toList();
      Referrers.listed(types).forEach(this::look);
      return new Census(objects, bodies, unseen, kinds);
    }

    private void look(ResourceType type) {
      try {
        look(type, "");
        kinds.add(type.groupKind());
      } catch (ClusterException e) {
        if (e.failure() instanceof ClusterFailure.NotFound && isGone(type)) {
          return;
        }
        Set<String> seen = new HashSet<>();
        if (type.namespaced() && e.failure() instanceof ClusterFailure.Forbidden) {
          namespaces.stream().filter(namespace -> isSeen(type, namespace)).forEach(seen::add);
        }
        unseen.add(Unseen.kind(type, seen, e.failure().detail()));
      }
    }

    private boolean isSeen(ResourceType type, String namespace) {
      try {
        look(type, namespace);
        return true;
      } catch (ClusterException e) {
        return false;
      }
    }

    /** It went with its definition; a 404 alone does not say so: a proxy answers like that, too. */
    private boolean isGone(ResourceType type) {
      try {
        Discovery now = side.cluster().discover();
        return now.unread().stream().noneMatch(u -> u.groupVersion().equals(type.apiVersion()))
            && now.types().stream().noneMatch(t -> t.groupResource().equals(type.groupResource()));
      } catch (ClusterException e) {
        return false;
      }
    }

    private void look(ResourceType type, String namespace) {
      WholeList.each(
          side.cluster(), type, ListQuery.inNamespace(namespace), object -> note(type, object));
    }

    private void note(ResourceType type, Manifest object) {
      if (Furniture.is(object)) {
        return;
      }
      objects.put(object.ref(), seen(type, object));
      if (copies.contains(object.ref())) {
        bodies.put(object.ref(), object);
      }
    }

    private Seen seen(ResourceType type, Manifest object) {
      List<Owner> owners = Owner.of(object);
      return new Seen(
          object.ref(),
          type,
          object.uid(),
          References.of(object).stream().filter(this::mayLeadToACopy).toList(),
          References.podLabels(object),
          References.account(object),
          grants(object),
          References.offer(object).defines(),
          claim(object),
          owners,
          Loss.of(object, owners),
          object.isBeingDeleted());
    }

    private boolean mayLeadToACopy(Reference reference) {
      return !reference.field().equals(References.OWNERS)
          && (!(reference instanceof Reference.ToObject to) || copies.contains(to.target()));
    }

    private static Set<String> grants(Manifest object) {
      Set<String> grants = new HashSet<>();
      for (JsonNode subject : object.at("subjects")) {
        String name = subject.path("name").asText("");
        grants.add(
            subject.path("kind").asText().equals("ServiceAccount")
                ? account(subject.path("namespace").asText(object.namespace()), name)
                : name);
      }
      return grants;
    }

    private static Optional<ObjectRef> claim(Manifest object) {
      JsonNode claim = object.at("spec", "claimRef");
      String name = claim.path("name").asText("");
      return !object.kind().equals("PersistentVolume") || name.isEmpty()
          ? Optional.empty()
          : Optional.of(
              ObjectRef.core("PersistentVolumeClaim", claim.path("namespace").asText(""), name));
    }
  }

  /** As a user the account is called so, and bindings may name it so, too. */
  static String account(String namespace, String name) {
    return "system:serviceaccount:" + namespace + ":" + name;
  }
}
