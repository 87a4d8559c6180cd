package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.Served;
import dev.migrator.inventory.Inventory;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One of the two clusters, with its name and what it serves. Safe for use by many threads.
 *
 * <p>What fails is thrown as the cluster gave it: a step tries again, waits, or takes its outcome
 * for unknown. A command outside of a run, which can only tell a person, asks through {@code
 * runbook.CommandSide}.
 *
 * <p>Types that appear during the run, because their definition was created, are found by asking
 * again. What the cluster could not tell of is asked for again, too, and is never taken for absent.
 *
 * <p>Errors: {@link ClusterException} where the cluster cannot tell whether it serves something.
 */
public final class ClusterSide {

  private final String name;
  private final Cluster raw;
  private final Set<String> accepted;
  private volatile Cluster guarded;
  private volatile Optional<Served> served;

  /**
   * What it serves is asked with the first question that needs it.
   *
   * @param name {@code source} or {@code target}
   */
  public ClusterSide(String name, Cluster cluster) {
    this(name, cluster, Optional.empty(), Set.of());
  }

  public ClusterSide(String name, Cluster cluster, Discovery serves) {
    this(name, cluster, serves, Set.of());
  }

  /**
   * @param accepted group versions that somebody accepted not to be read
   */
  public ClusterSide(String name, Cluster cluster, Discovery serves, Set<String> accepted) {
    this(name, cluster, Optional.of(new Served(name, serves)), accepted);
  }

  private ClusterSide(String name, Cluster cluster, Optional<Served> served, Set<String> accepted) {
    this.name = name;
    this.raw = cluster;
    this.accepted = Set.copyOf(accepted);
    this.guarded = cluster;
    this.served = served;
  }

  /** From here on nothing is written unless the guard lets it. */
  public void guardBy(WriteGuard guard) {
    guarded = new LeasedCluster(raw, guard);
  }

  public String name() {
    return name;
  }

  public Cluster cluster() {
    return guarded;
  }

  Cluster unguarded() {
    return raw;
  }

  /** What it could tell of when we last asked, one version of each kind and more. */
  public List<ResourceType> types() {
    return served().types();
  }

  /**
   * Everything that may hold objects, so that what is not found is not there.
   *
   * <p>Errors: {@link ClusterException} when the cluster cannot tell of a group that nobody
   * accepted not to be read.
   */
  public List<ResourceType> allTypes() {
    return sure(now -> now.all(this::isPassedOver));
  }

  /** Whether it may serve something at that group version that it could not tell of. */
  boolean isUnread(String apiVersion) {
    return served().isUnread(apiVersion);
  }

  private boolean isPassedOver(String groupVersion) {
    return Inventory.holdsNothingToMove(groupVersion) || accepted.contains(groupVersion);
  }

  /** The type at that version if it was told of: for who needs no more than its name. */
  public Optional<ResourceType> known(String kind, String apiVersion) {
    return served().known(kind, apiVersion);
  }

  /** The type at that version; empty when it was not served when we last asked. */
  public Optional<ResourceType> type(String kind, String apiVersion) {
    return sure(now -> now.type(kind, apiVersion));
  }

  /**
   * The object at one of the versions at which its kind is served; empty when it is not there.
   *
   * <p>Errors: {@link ClusterException} as the cluster gave it.
   */
  Optional<Manifest> find(ObjectRef ref) {
    return anyVersion(ref.groupKind()).flatMap(type -> cluster().get(type, ref));
  }

  /**
   * The kind at one of its versions, the same each time; empty when it was served at none.
   *
   * @param groupKind such as {@code CronJob.batch}
   */
  public Optional<ResourceType> anyVersion(String groupKind) {
    return sure(now -> now.anyVersion(groupKind));
  }

  /** As {@link #type}, asking the server once more where it is not known. */
  Optional<ResourceType> typeByAsking(String kind, String apiVersion) {
    Optional<ResourceType> known = known(kind, apiVersion);
    return known.isPresent() ? known : ask().type(kind, apiVersion);
  }

  /**
   * The object as it is now, at that version; empty when it is not there.
   *
   * <p>Errors: {@link ClusterException} as the cluster gave it.
   */
  Optional<Manifest> get(ObjectRef ref, String apiVersion) {
    return typeByAsking(ref.kind(), apiVersion).flatMap(type -> cluster().get(type, ref));
  }

  ResourceType requireType(String kind, String apiVersion) {
    return typeByAsking(kind, apiVersion)
        .orElseThrow(
            () ->
                new ClusterException(
                    name, new ClusterFailure.NotFound(apiVersion + " " + kind + " is not served")));
  }

  /** What could not be told a while ago may be known by now. */
  private <T> T sure(Function<Served, T> question) {
    try {
      return question.apply(served());
    } catch (ClusterException e) {
      return question.apply(ask());
    }
  }

  private Served served() {
    return served.orElseGet(this::ask);
  }

  private Served ask() {
    Served now = new Served(name, raw.discover());
    served = Optional.of(now);
    return now;
  }
}
