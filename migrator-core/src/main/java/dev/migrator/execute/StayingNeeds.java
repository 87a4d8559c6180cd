package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.graph.AccessReferences;
import dev.migrator.graph.Needs;
import dev.migrator.graph.Node;
import dev.migrator.graph.Reference;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.graph.References;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.ResourceType;
import dev.migrator.report.RefText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What has to stay in a cluster that lives on, by one look at everything in it: whatever is there
 * and does not leave keeps what it needs, be it out of scope, excluded, left out, made by others,
 * or cluster-scoped.
 *
 * <p>Source: docs/adr/0033
 */
public final class StayingNeeds {

  /** They follow what they are about. */
  private static final Set<String> FOLLOWERS =
      Set.of("Endpoints", "EndpointSlice.discovery.k8s.io");

  /** What calls a Service from outside of its namespace; by these alone others are kept alive. */
  private static final Set<String> CALLERS =
      Set.of(
          "MutatingWebhookConfiguration.admissionregistration.k8s.io",
          "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
          "APIService.apiregistration.k8s.io",
          "CustomResourceDefinition.apiextensions.k8s.io");

  private final ClusterSide side;
  private final NamesInText names;
  private final Map<String, ObjectRef> byUid = new HashMap<>();
  private final Map<ObjectRef, Seen> seen = new LinkedHashMap<>();
  private final Set<String> unread = new TreeSet<>();
  private final Set<String> read = new HashSet<>();
  private final Needs needs;

  private record Seen(Node node, List<Owner> owners, boolean idle) {}

  private StayingNeeds(
      ClusterSide side,
      List<ResourceType> kinds,
      Collection<ObjectRef> leaving,
      Set<String> namespaces) {
    this.side = side;
    this.names = NamesInText.of(leaving);
    kinds.stream()
        .filter(type -> !FOLLOWERS.contains(type.groupKind()) && !Referrers.isNoise(type))
        .forEach(type -> look(type, namespaces));
    forgetWhatIsCollected();
    List<Needs.Member> members = new ArrayList<>();
    seen.forEach(
        (ref, one) -> members.add(new Needs.Member(one.node(), owners(ref, one), one.idle())));
    this.needs = Needs.of(members);
    seen.clear();
    byUid.clear();
  }

  /**
   * Looks at everything once.
   *
   * <p>Errors: {@link ClusterException} when a list of a namespaced kind could not be read.
   *
   * @param kinds each at one version
   * @param leaving all that may leave
   * @param namespaces in which to look where nobody lets us look in all
   */
  public static StayingNeeds look(
      ClusterSide side,
      List<ResourceType> kinds,
      Collection<ObjectRef> leaving,
      Set<String> namespaces) {
    return new StayingNeeds(side, kinds, leaving, namespaces);
  }

  /** What of the leaving ones has to stay, and why, in words. */
  public Map<ObjectRef, String> kept(Set<ObjectRef> leaving) {
    Set<ObjectRef> left = new HashSet<>(leaving);
    Map<ObjectRef, String> kept = new TreeMap<>();
    if (unread.stream().anyMatch(CALLERS::contains)) {
      leaving.stream()
          .filter(ref -> ref.groupKind().equals("Service"))
          .forEach(
              ref -> kept.put(ref, "may be called by a webhook, which nobody may list: " + unread));
    }
    left.removeAll(kept.keySet());
    needs.kept(left).forEach((ref, reason) -> kept.put(ref, words(reason)));
    return kept;
  }

  private String words(Needs.Reason reason) {
    String other = RefText.of(reason.other());
    return reason.isNeeded()
        ? other + " at the " + side.name() + " uses it"
        : "works for " + other + ", which stays at the " + side.name();
  }

  /** Of these, what cannot do without one of the absent ones; each with that one. */
  public Map<ObjectRef, ObjectRef> without(Set<ObjectRef> absent, Set<ObjectRef> of) {
    return needs.without(absent, of);
  }

  private void look(ResourceType type, Set<String> namespaces) {
    try {
      look(type, ListQuery.all());
      read.add(type.groupKind());
    } catch (ClusterException e) {
      if (!(e.failure() instanceof ClusterFailure.Forbidden)) {
        throw e;
      }
      if (type.namespaced()) {
        namespaces.forEach(namespace -> look(type, ListQuery.inNamespace(namespace)));
        read.add(type.groupKind());
      } else {
        unread.add(type.groupKind());
      }
    }
  }

  private void look(ResourceType type, ListQuery query) {
    WholeList.each(side.cluster(), type, query, this::note);
  }

  private void note(Manifest object) {
    if (object.isBeingDeleted()) {
      return;
    }
    byUid.put(object.uid(), object.ref());
    Node node = References.node(object);
    List<Reference> references = new ArrayList<>(node.references());
    references.removeIf(StayingNeeds::isOwner);
    references.addAll(atWork(object));
    names.in(object).forEach(ref -> references.add(named(ref, "spec")));
    seen.put(
        object.ref(),
        new Seen(
            new Node(node.ref(), references, node.podLabels(), node.offer()),
            Owner.of(object),
            isIdle(object)));
  }

  /** Owners are looked at by their uids. */
  private static boolean isOwner(Reference reference) {
    return reference instanceof Reference.ToObject to && to.field().equals(References.OWNERS);
  }

  private static Reference named(ObjectRef ref, String field) {
    return new Reference.ToObject(ref, Strength.WEAK, Condition.APPLIED, field);
  }

  /** What matters to pods that run, and not to the order in which they are created. */
  private static List<Reference> atWork(Manifest object) {
    List<Reference> more = new ArrayList<>();
    References.account(object)
        .ifPresent(
            account -> {
              more.add(named(account, "spec.template.spec.serviceAccountName"));
              more.add(
                  new Reference.ToKind(
                      object.namespace(), "NetworkPolicy.networking.k8s.io", "metadata.namespace"));
            });
    for (JsonNode subject : object.at("subjects")) {
      if (subject.path("kind").asText().equals("Group")
          && subject.path("name").asText().startsWith("system:")) {
        more.add(
            new Reference.ToKind(object.namespace(), "ServiceAccount", AccessReferences.SUBJECTS));
      }
    }
    return more;
  }

  /** It needs nothing as long as nobody uses it. */
  private static boolean isIdle(Manifest object) {
    return switch (object.ref().groupKind()) {
      case "ServiceAccount" -> object.name().equals("default");
      case "Secret" -> object.at("type").asText().equals("kubernetes.io/service-account-token");
      case "Job.batch" -> Descendants.isFinished(object);
      case "Pod" -> !Descendants.mayRun(object);
      default -> false;
    };
  }

  /** What has lost all its owners goes in a moment, and what it owns after it. */
  private void forgetWhatIsCollected() {
    boolean more = true;
    while (more) {
      more = seen.entrySet().removeIf(e -> isCollected(e.getKey(), e.getValue()));
      byUid.values().retainAll(seen.keySet());
    }
  }

  private boolean isCollected(ObjectRef ref, Seen one) {
    return !one.owners().isEmpty() && owners(ref, one).isEmpty();
  }

  /** One that nobody could see keeps what it owns. */
  private List<ObjectRef> owners(ObjectRef ref, Seen one) {
    List<ObjectRef> owners = new ArrayList<>();
    for (Owner owner : one.owners()) {
      ObjectRef known = byUid.get(owner.uid());
      if (known != null) {
        owners.add(known);
      } else if (!read.contains(owner.groupKind())) {
        owners.add(new ObjectRef(owner.group(), owner.kind(), ref.namespace(), "?" + owner.uid()));
      }
    }
    return owners;
  }
}
