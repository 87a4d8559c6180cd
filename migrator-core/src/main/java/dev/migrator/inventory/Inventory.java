package dev.migrator.inventory;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

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

  private static final int LIST_ATTEMPTS = 5;

  private final Cluster source;
  private final Exclusions exclusions;
  private final ScopeFilter scope;
  private final Set<String> withoutApis;

  /**
   * @param withoutApis group versions that the user accepts not to be read, such as {@code
   *     foo.example.com/v1}
   */
  public Inventory(
      Cluster source, Exclusions exclusions, ScopeFilter scope, Set<String> withoutApis) {
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
   * @param orphan the controller that makes it, where nothing but that keeps it from travelling;
   *     empty where it would stay behind anyway
   */
  public record Excluded(ObjectRef ref, String reason, String uid, Optional<Controller> orphan) {}

  /** Who makes an object, as the object itself says. */
  public record Controller(String group, String kind, String name, String uid) {
    @Override
    public String toString() {
      return kind + (group.isEmpty() ? "" : "." + group) + " " + name;
    }
  }

  /**
   * What was found.
   *
   * @param listed how many objects the lists held, each counted once
   * @param travelling how many were handed on
   * @param excluded what was left out, sorted
   * @param unread APIs that were not read, in words
   */
  public record Found(int listed, int travelling, List<Excluded> excluded, List<String> unread) {
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
   * Reads everything. Namespaces come first, then Services, because they tell which Endpoints are
   * made for them, then LimitRanges and ResourceQuotas, because they judge what comes after, then
   * the other kinds in the order of the choices.
   *
   * @param each called for every object that travels, in the server's order within its kind
   */
  public Found read(
      Discovery discovery, List<VersionChoice> choices, BiConsumer<Manifest, VersionChoice> each) {
    List<String> unread = acceptUnread(discovery);
    Reading reading = new Reading(each);
    choices.stream()
        .sorted(Comparator.comparingInt((VersionChoice c) -> rank(c.readFrom().groupKind())))
        .forEach(reading::kind);
    reading.excluded.sort(Comparator.comparing(Excluded::ref));
    List<String> all = new ArrayList<>(unread);
    all.addAll(reading.unread);
    return new Found(reading.seen.size(), reading.travelling, reading.excluded, all);
  }

  private static int rank(String groupKind) {
    return switch (groupKind) {
      case "Namespace" -> 0;
      case "Service" -> 1;
      case "LimitRange", "ResourceQuota" -> 2;
      default -> 3;
    };
  }

  private List<String> acceptUnread(Discovery discovery) {
    List<String> accepted = new ArrayList<>();
    for (Discovery.Unread unread : discovery.unread()) {
      if (holdsNothingToMove(unread.groupVersion())) {
        accepted.add(unread.groupVersion() + ": not read, it holds nothing to move");
      } else if (withoutApis.contains(unread.groupVersion())) {
        accepted.add(unread.groupVersion() + ": not read, as asked for: " + unread.why());
      } else {
        throw Problem.of(
                ErrorCode.M1104,
                "the source could not tell what " + unread.groupVersion() + " serves",
                unread.why(),
                "kubectl get apiservices",
                "migrator plan ... --without-api "
                    + unread.groupVersion()
                    + "   (leaves its objects behind)")
            .exception();
      }
    }
    return List.copyOf(accepted);
  }

  /** One pass over all kinds. */
  private final class Reading {

    private final BiConsumer<Manifest, VersionChoice> each;
    private final Set<String> seen = new HashSet<>();
    private final Set<ObjectRef> selecting = new HashSet<>();
    private final List<Excluded> excluded = new ArrayList<>();
    private final List<String> unread = new ArrayList<>();
    private int travelling;

    Reading(BiConsumer<Manifest, VersionChoice> each) {
      this.each = each;
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
        unread.add(type.groupResource() + ": not read, it holds nothing to move");
        return;
      }
      if (withoutApis.contains(type.apiVersion())) {
        unread.add(type.groupResource() + ": not read, as asked for");
        return;
      }
      try {
        objects(type, choice, ofType);
      } catch (ProblemException e) {
        // A kind of which nothing travels cannot make a plan wrong.
        if (ofType.isEmpty()) {
          throw e;
        }
        unread.add(type.groupResource() + ": not read, and left out anyway: " + ofType.get());
      }
    }

    /** Old controllers leave no mark on the Endpoints that they make: the Service tells. */
    private Optional<String> madeForService(Manifest object) {
      return object.ref().groupKind().equals("Endpoints")
              && selecting.contains(ObjectRef.core("Service", object.namespace(), object.name()))
          ? Optional.of("made for a Service by its controller")
          : Optional.empty();
    }

    private Optional<Controller> madeOnlyByController(Manifest object) {
      return Exclusions.controller(object)
          .filter(
              owner ->
                  exclusions
                      .ofUnowned(object)
                      .or(() -> madeForService(object))
                      .or(() -> scope.ofObject(object))
                      .isEmpty())
          .map(
              owner -> {
                String apiVersion = owner.path("apiVersion").asText();
                int slash = apiVersion.indexOf('/');
                return new Controller(
                    slash < 0 ? "" : apiVersion.substring(0, slash),
                    owner.path("kind").asText(),
                    owner.path("name").asText(),
                    owner.path("uid").asText());
              });
    }

    private void objects(ResourceType type, VersionChoice choice, Optional<String> ofType) {
      for (Manifest object : new Pages(type)) {
        if (object.ref().groupKind().equals("Service")
            && !object.at("spec", "selector").isEmpty()) {
          selecting.add(object.ref());
        }
        String uid = object.uid();
        // Virtual kinds have no uid: they are known by their names.
        if (seen.add(uid.isEmpty() ? object.ref().toString() : uid)) {
          Optional<String> why =
              ofType
                  .or(() -> exclusions.ofObject(object))
                  .or(() -> madeForService(object))
                  .or(() -> scope.ofObject(object));
          if (why.isPresent()) {
            excluded.add(
                new Excluded(
                    object.ref(),
                    why.get(),
                    uid,
                    ofType.isPresent() ? Optional.empty() : madeOnlyByController(object)));
          } else {
            travelling++;
            each.accept(object, choice);
          }
        }
      }
    }
  }

  /**
   * All objects of a type; a list that expired half-way begins again, and what was seen is not seen
   * twice.
   */
  private final class Pages implements Iterable<Manifest> {

    private final ResourceType type;

    Pages(ResourceType type) {
      this.type = type;
    }

    @Override
    public java.util.Iterator<Manifest> iterator() {
      return new java.util.Iterator<>() {
        private ListQuery query = ListQuery.all();
        private List<Manifest> page = List.of();
        private int next;
        private boolean last;
        private int attempts;

        @Override
        public boolean hasNext() {
          while (next == page.size() && !last) {
            turn();
          }
          return next < page.size();
        }

        @Override
        public Manifest next() {
          if (!hasNext()) {
            throw new java.util.NoSuchElementException();
          }
          return page.get(next++);
        }

        private void turn() {
          try {
            ListPage found = source.list(type, query);
            page = found.items();
            next = 0;
            last = found.isLast();
            query = query.next(found.continueToken());
          } catch (ClusterException e) {
            if (!(e.failure() instanceof ClusterFailure.Expired) || ++attempts == LIST_ATTEMPTS) {
              throw incomplete(type, e.failure());
            }
            query = ListQuery.all();
          }
        }
      };
    }
  }

  private static ProblemException incomplete(ResourceType type, ClusterFailure failure) {
    if (failure instanceof ClusterFailure.Forbidden
        || failure instanceof ClusterFailure.Unauthorized) {
      boolean forbidden = failure instanceof ClusterFailure.Forbidden;
      return Problem.of(
              forbidden ? ErrorCode.M1403 : ErrorCode.M1402,
              "the source does not let us list " + type.groupResource() + ", so there is no plan",
              failure.detail(),
              "kubectl auth can-i list " + type.groupResource() + " --all-namespaces",
              "or leave it behind, in the migration file: scope: {resources: {exclude: ["
                  + type.groupResource()
                  + "]}}")
          .exception();
    }
    return Problem.of(
            ErrorCode.M1109,
            "the source's list of " + type.groupResource() + " is incomplete, so there is no plan",
            failure.detail(),
            "migrator plan ...   (when the source answers again)")
        .exception();
  }
}
