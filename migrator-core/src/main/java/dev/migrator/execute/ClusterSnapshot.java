package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.classify.LossWithOwner;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.graph.Node;
import dev.migrator.graph.Reference;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.graph.References;
import dev.migrator.inventory.Inventory;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Everything in a cluster as one look saw it: who refers to whom and who owns whom, and what could
 * not be read. Keeps no bodies.
 *
 * @param cluster {@code source} or {@code target}
 * @param objects all that was read, but for what every namespace gets and what comes and goes
 * @param unseen what may be there and was not read
 * @param kinds {@code Kind.group} of all that was read
 */
public record ClusterSnapshot(
    String cluster, Map<ObjectRef, Seen> objects, List<UnreadResource> unseen, Set<String> kinds) {

  /** What comes and goes by itself, and holds nothing. */
  private static final Set<String> NOISE =
      Set.of("Event", "Event.events.k8s.io", "Endpoints", "EndpointSlice.discovery.k8s.io");

  public ClusterSnapshot {
    objects = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(objects));
    unseen = List.copyOf(unseen);
    kinds = Set.copyOf(kinds);
  }

  /**
   * One object, without its body.
   *
   * @param node what it refers to, its owners apart, and what it offers
   * @param account under which its pods work
   * @param grants the accounts and groups that it gives rights to
   * @param claim that a volume is bound to
   * @param isIdle whether it needs nothing as long as nobody uses it: what every namespace gets,
   *     and work that has ended
   */
  public record Seen(
      Node node,
      ResourceType type,
      String uid,
      Optional<ObjectRef> account,
      Set<String> grants,
      Optional<ObjectRef> claim,
      List<Owner> owners,
      LossWithOwner loss,
      boolean isBeingDeleted,
      boolean isIdle) {
    public Seen {
      grants = Set.copyOf(grants);
      owners = List.copyOf(owners);
    }

    /** Which one it is. */
    public ObjectRef ref() {
      return node.ref();
    }
  }

  /**
   * Looks once at everything.
   *
   * <p>Errors: {@link ClusterException} when the cluster does not say what it serves. A list that
   * does not come to its end is among what was not seen.
   *
   * @param copies that may leave
   * @param bodies is given each copy that is there, one that was listed again once more
   */
  public static ClusterSnapshot of(
      ClusterSide side, Collection<ObjectRef> copies, Consumer<Manifest> bodies) {
    return new Taker(side, copies, bodies).snapshot();
  }

  /** Goes from kind to kind. */
  private static final class Taker {

    private final ClusterSide side;
    private final Set<ObjectRef> copies;
    private final Consumer<Manifest> bodies;
    private final NamesInText names;

    /** Where a kind is listed that may not be listed in the whole cluster. */
    private final Set<String> namespaces = new HashSet<>();

    private final Map<ObjectRef, Seen> objects = new LinkedHashMap<>();
    private final List<UnreadResource> unseen = new ArrayList<>();
    private final Set<String> kinds = new HashSet<>();

    Taker(ClusterSide side, Collection<ObjectRef> copies, Consumer<Manifest> bodies) {
      this.side = side;
      this.copies = Set.copyOf(copies);
      this.bodies = bodies;
      this.names = NamesInText.of(copies);
      copies.stream()
          .map(ObjectRef::namespace)
          .filter(namespace -> !namespace.isEmpty())
          .forEach(namespaces::add);
    }

    ClusterSnapshot snapshot() {
      Discovery serves = side.cluster().discover();
      for (Discovery.Unread group : serves.unread()) {
        if (!Inventory.holdsNothingToMove(group.groupVersion())) {
          unseen.add(UnreadResource.group(group));
        }
      }
      Map<String, ResourceType> types = new LinkedHashMap<>();
      serves.types().stream()
          .filter(type -> type.supports("list") && !isNoise(type))
          .filter(type -> !Inventory.holdsNothingToMove(type.apiVersion()))
          .forEach(type -> types.putIfAbsent(type.groupResource(), type));
      types.values().forEach(this::look);
      return new ClusterSnapshot(side.name(), objects, unseen, kinds);
    }

    private static boolean isNoise(ResourceType type) {
      return NOISE.contains(type.groupKind()) || type.group().equals("metrics.k8s.io");
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
        unseen.add(UnreadResource.kind(type, seen, e.failure().detail()));
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
      if (NamespaceDefaults.is(object)) {
        return;
      }
      objects.put(object.ref(), seen(type, object));
      if (copies.contains(object.ref())) {
        bodies.accept(object);
      }
    }

    private Seen seen(ResourceType type, Manifest object) {
      List<Owner> owners = Owner.of(object);
      Optional<ObjectRef> account = References.account(object);
      Node node = References.node(object);
      List<Reference> references = new ArrayList<>(node.references());
      // Owners are looked at by their uids.
      references.removeIf(
          one -> one instanceof Reference.ToObject && one.field().equals(References.OWNERS));
      account.ifPresent(ref -> references.add(named(ref, "spec.template.spec.serviceAccountName")));
      names.in(object).forEach(ref -> references.add(named(ref, "spec")));
      return new Seen(
          new Node(node.ref(), references, node.podLabels(), node.offer()),
          type,
          object.uid(),
          account,
          grants(object),
          claim(object),
          owners,
          LossWithOwner.of(object, owners),
          object.isBeingDeleted(),
          isIdle(object));
    }

    private static Reference named(ObjectRef ref, String field) {
      return new Reference.ToObject(ref, Strength.WEAK, Condition.APPLIED, field);
    }

    private static boolean isIdle(Manifest object) {
      return switch (object.ref().groupKind()) {
        case "ServiceAccount" -> object.name().equals("default");
        case "Secret" -> object.at("type").asText().equals("kubernetes.io/service-account-token");
        case "Job.batch" -> Descendants.isFinished(object);
        case "Pod" -> !Descendants.mayRun(object);
        default -> false;
      };
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
