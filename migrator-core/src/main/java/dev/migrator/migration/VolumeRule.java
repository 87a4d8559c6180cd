package dev.migrator.migration;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One rule of {@code volumes}: how the data of the claims that it matches comes to the target.
 *
 * @param via the way; of storage that pods name themselves only {@code share} says something
 * @param because why; may be empty
 * @param with what the way is told, by name; empty where it needs nothing
 */
public record VolumeRule(Match match, VolumeWay via, String because, Map<String, String> with) {

  /** Of {@code snapshot}: the VolumeSnapshotClass, called so in both clusters. */
  public static final String SNAPSHOT_CLASS = "snapshotClass";

  /**
   * Of {@code copy}: the name of the mover; beside {@code with} in files, all else is told to it.
   */
  public static final String MOVER = "mover";

  public VolumeRule {
    with = Map.copyOf(with);
  }

  /** A rule that says nothing more than the way. */
  public VolumeRule(Match match, VolumeWay via, String because) {
    this(match, via, because, Map.of());
  }

  /**
   * The VolumeSnapshotClass that snapshots of this claim are taken with, where a rule names one.
   */
  public static Optional<String> snapshotClass(
      List<VolumeRule> rules, String namespace, String claim) {
    return remembered(rules, namespace, claim).flatMap(VolumeRule::snapshotClass);
  }

  /** The VolumeSnapshotClass that it names; empty where it names none. */
  public Optional<String> snapshotClass() {
    return Optional.ofNullable(with.get(SNAPSHOT_CLASS));
  }

  /** The name of the mover that copies the data of what it matches; empty where none is named. */
  public Optional<String> mover() {
    return Optional.ofNullable(with.get(MOVER));
  }

  /** What the mover is told, by name; sorted. */
  public SortedMap<String, String> toldToMover() {
    SortedMap<String, String> told = new TreeMap<>(with);
    told.remove(MOVER);
    return told;
  }

  /** Whether it speaks of this storage. */
  public boolean matches(Storage storage) {
    return match.holds(storage);
  }

  /** The same where the namespace has another name. */
  public VolumeRule inNamespace(String other) {
    return new VolumeRule(
        new Match(
            other,
            match.claim,
            match.volume,
            match.storageClass,
            match.driver,
            match.accessMode,
            match.workload),
        via,
        because,
        with);
  }

  /** For one claim and no other: what a plan remembers of a decision. */
  public static VolumeRule ofClaim(
      String namespace, String claim, VolumeWay via, String because, Map<String, String> with) {
    return new VolumeRule(new Match(namespace, claim, "", "", "", "", ""), via, because, with);
  }

  /** Whether it says nothing but the names of a claim and its namespace. */
  public boolean isOfOneClaim() {
    return !match.namespace.isEmpty()
        && !match.claim.isEmpty()
        && match.equals(new Match(match.namespace, match.claim, "", "", "", "", ""));
  }

  /**
   * The first rule that names this claim alone; empty where none does. Who asks for many asks
   * {@link VolumeDecisions}.
   */
  public static Optional<VolumeRule> remembered(
      List<VolumeRule> rules, String namespace, String claim) {
    Match wanted = new Match(namespace, claim, "", "", "", "", "");
    return rules.stream().filter(rule -> rule.match.equals(wanted)).findFirst();
  }

  /**
   * What a rule matches; globs, empty fields match all.
   *
   * @param namespace of the claim, or of the workload that names the storage itself
   * @param claim name of the claim
   * @param volume name of the PersistentVolume
   * @param driver name of the CSI driver, or the type of the volume, such as {@code nfs}
   * @param accessMode such as {@code ReadWriteOnce}; one of the claim's
   * @param workload name of a workload whose pods mount the claim
   */
  public record Match(
      String namespace,
      String claim,
      String volume,
      String storageClass,
      String driver,
      String accessMode,
      String workload) {

    /** Whether it says nothing. */
    public boolean isEmpty() {
      return (namespace + claim + volume + storageClass + driver + accessMode + workload).isEmpty();
    }

    private boolean holds(Storage storage) {
      return holds(namespace, storage.namespace)
          && holds(claim, storage.claim)
          && holds(volume, storage.volume)
          && holds(storageClass, storage.storageClass)
          && holds(driver, storage.driver)
          && anyHolds(accessMode, storage.accessModes)
          && anyHolds(workload, storage.workloads);
    }

    private static boolean holds(String glob, String name) {
      return glob.isEmpty() || Glob.matches(glob, name);
    }

    private static boolean anyHolds(String glob, List<String> names) {
      return glob.isEmpty() || names.stream().anyMatch(name -> Glob.matches(glob, name));
    }
  }

  /**
   * What is known of a storage; empty where it has no such thing.
   *
   * @param accessModes of the claim
   * @param workloads names of those whose pods mount the claim
   */
  public record Storage(
      String namespace,
      String claim,
      String volume,
      String storageClass,
      String driver,
      List<String> accessModes,
      List<String> workloads) {
    public Storage {
      accessModes = List.copyOf(accessModes);
      workloads = List.copyOf(workloads);
    }
  }
}
