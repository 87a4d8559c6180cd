package dev.migrator.inventory;

import dev.migrator.classify.LossWithOwner;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.Discovery;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Lists everything that the source serves, page by page, and tells apart what travels and what is
 * left out. Bodies are handed on and not kept.
 *
 * <p>Errors: M1104 when an API could not be read, M1109 when a list is incomplete: then there is no
 * plan. Only what the user accepts by name need not be read.
 */
public final class Inventory {

  /** Aggregated APIs that hold measurements, or show what others hold, and nothing to move. */
  private static final Set<String> NOTHING_TO_MOVE =
      Set.of(
          "metrics.k8s.io",
          "custom.metrics.k8s.io",
          "external.metrics.k8s.io",
          "subresources.kubevirt.io",
          "packages.operators.coreos.com");

  private final Cluster source;
  private final Exclusions exclusions;
  private final ScopeFilter scope;
  private final Set<String> withoutApis;
  private final String again;

  public Inventory(
      Cluster source, Exclusions exclusions, ScopeFilter scope, Set<String> withoutApis) {
    this(source, exclusions, scope, withoutApis, "migrator plan ...");
  }

  /**
   * @param withoutApis group versions that the user accepts not to be read, such as {@code
   *     foo.example.com/v1}
   * @param again the command to which a person may add one
   */
  public Inventory(
      Cluster source,
      Exclusions exclusions,
      ScopeFilter scope,
      Set<String> withoutApis,
      String again) {
    this.again = again;
    this.source = source;
    this.exclusions = exclusions;
    this.scope = scope;
    this.withoutApis = Set.copyOf(withoutApis);
  }

  /** True for groups of aggregated APIs that never block a plan. */
  public static boolean holdsNothingToMove(String groupVersion) {
    int slash = groupVersion.indexOf('/');
    return NOTHING_TO_MOVE.contains(slash < 0 ? "" : groupVersion.substring(0, slash));
  }

  /**
   * An object that does not travel.
   *
   * @param uid at the source; empty for virtual kinds
   * @param kinship empty when it has no owner
   * @param label the protection that its own label asks for in vain; mostly empty
   */
  public record Excluded(
      ObjectRef ref, String reason, String uid, Optional<Kinship> kinship, String label) {

    /**
     * The controller that makes it, where nothing but that keeps it from travelling; empty where it
     * would stay behind anyway.
     */
    public Optional<Owner> orphan() {
      return kinship.flatMap(Kinship::orphan);
    }
  }

  /**
   * Of an object that has owners.
   *
   * @param orphan the controller that makes it, where nothing but that keeps it from travelling
   * @param loss what is lost for good if it goes with its owners
   */
  public record Kinship(List<Owner> owners, Optional<Owner> orphan, LossWithOwner loss) {
    public Kinship {
      owners = List.copyOf(owners);
    }

    /** Empty when the object has no owner. */
    public static Optional<Kinship> of(Manifest object) {
      List<Owner> owners = Owner.of(object);
      return owners.isEmpty()
          ? Optional.empty()
          : Optional.of(new Kinship(owners, Optional.empty(), LossWithOwner.of(object, owners)));
    }

    Kinship makingOrphan(Optional<Owner> by) {
      return new Kinship(owners, by, loss);
    }
  }

  /**
   * What was not read.
   *
   * @param what as {@code plural.group}; {@code group/version} where the group's kinds are unknown
   * @param why in words
   */
  public record Unread(String what, String why) {
    @Override
    public String toString() {
      return what + ": " + why;
    }
  }

  /**
   * What was found.
   *
   * @param listed how many objects the lists held, each counted once
   * @param travelling how many were handed on
   * @param excluded what was left out, sorted
   * @param unread APIs that were not read
   */
  public record Found(int listed, int travelling, List<Excluded> excluded, List<Unread> unread) {
    public Found {
      excluded = List.copyOf(excluded);
      unread = List.copyOf(unread);
      if (listed != travelling + excluded.size()) {
        throw new IllegalStateException(
            listed
                + " listed, but "
                + travelling
                + " travel and "
                + excluded.size()
                + " are left out");
      }
    }
  }

  /**
   * Reads everything. Policies and webhooks come first, because they judge everything, then
   * Namespaces, then Services, because they tell which Endpoints are made for them, then
   * LimitRanges and ResourceQuotas, because they judge what comes after, then the other kinds in
   * the order of the choices.
   *
   * @param each called for every object that travels, in the server's order within its kind
   */
  public Found read(
      Discovery discovery, List<VersionChoice> choices, BiConsumer<Manifest, VersionChoice> each) {
    return read(
        discovery, choices, Workers.HERE, (object, choice) -> () -> each.accept(object, choice));
  }

  /** What is done with each object that travels. */
  @FunctionalInterface
  public interface Look {

    /**
     * Does what can be done with the object alone; called by any thread, beside others, and now and
     * then for an object that turns out not to travel.
     *
     * @return does the rest: called for what travels, by the thread that reads, in the order of
     *     {@link Inventory#read}
     */
    Runnable at(Manifest object, VersionChoice choice);
  }

  /** As the other, with the work on the objects of a page done by workers beside the reading. */
  public Found read(Discovery discovery, List<VersionChoice> choices, Workers workers, Look look) {
    List<Unread> unread = acceptUnread(discovery);
    Reading reading = new Reading(workers, look);
    choices.stream()
        .sorted(Comparator.comparingInt((VersionChoice c) -> rank(c.readFrom().groupKind())))
        .forEach(reading::kind);
    reading.takeAll(0);
    reading.excluded.sort(Comparator.comparing(Excluded::ref));
    List<Unread> all = new ArrayList<>(unread);
    all.addAll(reading.unread);
    return new Found(reading.seen.size(), reading.travelling, reading.excluded, all);
  }

  private static int rank(String groupKind) {
    return switch (groupKind) {
      case "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
          "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
          "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io" ->
          0;
      case "Namespace" -> 1;
      case "Service" -> 2;
      case "LimitRange", "ResourceQuota" -> 3;
      default -> 4;
    };
  }

  private List<Unread> acceptUnread(Discovery discovery) {
    List<Unread> accepted = new ArrayList<>();
    for (Discovery.Unread unread : discovery.unread()) {
      if (holdsNothingToMove(unread.groupVersion())) {
        accepted.add(new Unread(unread.groupVersion(), "not read, it holds nothing to move"));
      } else if (withoutApis.contains(unread.groupVersion())) {
        accepted.add(new Unread(unread.groupVersion(), "not read, as asked for: " + unread.why()));
      } else {
        throw Problem.of(
                ErrorCode.M1104,
                "API discovery of " + unread.groupVersion() + " failed at the source",
                unread.why(),
                "kubectl --context SOURCE-CONTEXT get apiservices",
                again
                    + " --without-api "
                    + unread.groupVersion()
                    + "   (leaves its objects behind)")
            .exception();
      }
    }
    return List.copyOf(accepted);
  }

  /** What is known of an object before what came before it is. */
  private record Looked(
      ObjectRef ref,
      String uid,
      boolean selects,
      Optional<String> excluded,
      Optional<String> outOfScope,
      Optional<Kinship> kinship,
      String label,
      Optional<Runnable> rest) {}

  /** One pass over all kinds. */
  private final class Reading {

    private final Workers workers;
    private final Look look;
    private final Deque<Supplier<List<Looked>>> open = new ArrayDeque<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<ObjectRef> selecting = new HashSet<>();
    private final List<Excluded> excluded = new ArrayList<>();
    private final List<Unread> unread = new ArrayList<>();
    private int travelling;

    Reading(Workers workers, Look look) {
      this.workers = workers;
      this.look = look;
    }

    void kind(VersionChoice choice) {
      ResourceType type = choice.readFrom();
      // What cannot be listed holds no objects of its own: reviews, bindings, and the like.
      if (!type.supports("list")) {
        return;
      }
      Optional<String> ofType =
          exclusions
              .ofType(type)
              .or(() -> scope.ofType(type))
              .or(
                  () ->
                      choice.apiVersion().isEmpty()
                          ? Optional.of(choice.advice())
                          : Optional.empty());
      if (NOTHING_TO_MOVE.contains(type.group())) {
        unread.add(new Unread(type.groupResource(), "not read, it holds nothing to move"));
        return;
      }
      if (withoutApis.contains(type.apiVersion())) {
        unread.add(new Unread(type.groupResource(), "not read, as asked for"));
        return;
      }
      if (ofType.isPresent()) {
        // What went wrong with kinds before this one is no matter of this one.
        takeAll(0);
      }
      try {
        objects(type, choice, ofType);
      } catch (ProblemException e) {
        // A kind of which nothing travels cannot make a plan wrong.
        if (ofType.isEmpty()) {
          throw e;
        }
        unread.add(
            new Unread(type.groupResource(), "not read, and left out anyway: " + ofType.get()));
      }
    }

    private void objects(ResourceType type, VersionChoice choice, Optional<String> ofType) {
      for (List<Manifest> page : new Pages(source, type)) {
        open.add(
            workers.begin(
                () -> page.stream().map(object -> look(object, choice, ofType)).toList()));
        takeAll(workers.ahead());
      }
      if (!ofType.isEmpty()) {
        // What goes wrong with it must be known here, where it is no reason to stop.
        takeAll(0);
      }
    }

    private Looked look(Manifest object, VersionChoice choice, Optional<String> ofType) {
      Optional<String> excluded = ofType.or(() -> exclusions.ofObject(object));
      Optional<String> outOfScope =
          excluded.isPresent() ? Optional.empty() : scope.ofObject(object);
      return new Looked(
          object.ref(),
          object.uid(),
          object.ref().groupKind().equals("Service") && !object.at("spec", "selector").isEmpty(),
          excluded,
          outOfScope,
          kinship(object, ofType.isPresent()),
          excluded.isPresent() ? exclusions.labelInVain(object) : "",
          excluded.isPresent() || outOfScope.isPresent()
              ? Optional.empty()
              : Optional.of(look.at(object, choice)));
    }

    /** Takes in what was looked at first, until so many pages are left. */
    private void takeAll(int left) {
      while (open.size() > left) {
        open.remove().get().forEach(this::take);
      }
    }

    private void take(Looked one) {
      if (one.selects()) {
        selecting.add(one.ref());
      }
      // Virtual kinds have no uid: they are known by their names.
      if (!seen.add(one.uid().isEmpty() ? one.ref().toString() : one.uid())) {
        return;
      }
      Optional<String> madeForService = madeForService(one.ref());
      Optional<String> why = one.excluded().or(() -> madeForService).or(one::outOfScope);
      if (why.isPresent() || one.rest().isEmpty()) {
        Optional<Kinship> kinship =
            madeForService.isPresent()
                ? one.kinship().map(kin -> kin.makingOrphan(Optional.empty()))
                : one.kinship();
        excluded.add(new Excluded(one.ref(), why.orElse(""), one.uid(), kinship, one.label()));
      } else {
        travelling++;
        one.rest().get().run();
      }
    }

    /** Old controllers leave no mark on the Endpoints that they make: the Service tells. */
    private Optional<String> madeForService(ObjectRef ref) {
      return ref.groupKind().equals("Endpoints")
              && selecting.contains(ObjectRef.core("Service", ref.namespace(), ref.name()))
          ? Optional.of("made for a Service by its controller")
          : Optional.empty();
    }

    private Optional<Kinship> kinship(Manifest object, boolean staysByKind) {
      return Kinship.of(object)
          .map(kin -> staysByKind ? kin : kin.makingOrphan(madeOnlyByController(object)));
    }

    private Optional<Owner> madeOnlyByController(Manifest object) {
      return exclusions
          .madeBy(object)
          .filter(owner -> exclusions.ofUnowned(object).or(() -> scope.ofObject(object)).isEmpty());
    }
  }
}
