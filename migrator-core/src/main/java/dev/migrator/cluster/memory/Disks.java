package dev.migrator.cluster.memory;

import dev.migrator.cluster.memory.DiskEvent.What;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The storage behind the simulated clusters: which disks there are, where they are attached, who
 * writes to them, and all that ever happened to them. Clusters that are given the same one reach
 * the same disks.
 *
 * <p>Safe for use by many threads.
 *
 * <p>Source: <a href="https://github.com/container-storage-interface/spec/blob/master/spec.md">the
 * CSI specification</a>, ControllerPublishVolume and DeleteVolume
 */
public final class Disks {

  /** Codes of gRPC. */
  private static final int NOT_FOUND = 5;

  private static final int FAILED_PRECONDITION = 9;

  private final VirtualClock clock;
  private final boolean isFence;
  private final List<DiskEvent> log = new ArrayList<>();
  private final Set<Disk> there = new HashSet<>();
  private final Map<String, Disk> snapshots = new HashMap<>();
  private final Map<String, Copy> copies = new HashMap<>();
  private final Map<Disk, Long> written = new HashMap<>();
  private final Map<Disk, Set<Place>> attached = new HashMap<>();
  private final Map<Place, Set<Disk>> writing = new HashMap<>();

  private Disks(VirtualClock clock, boolean isFence) {
    this.clock = clock;
    this.isFence = isFence;
  }

  /** Disks that may be attached to many nodes of many clusters at once, as those of Ceph RBD. */
  public static Disks withoutFence(VirtualClock clock) {
    return new Disks(clock, false);
  }

  /** Disks that refuse a second node, as most drivers of block storage do. */
  public static Disks fenced(VirtualClock clock) {
    return new Disks(clock, true);
  }

  /** A driver's no. */
  record Refusal(int code, String message) {}

  /**
   * What a mover read.
   *
   * @param version of the disk's data when it began
   */
  private record Copy(long version, boolean isWhole) {}

  private record Place(String cluster, String who) {}

  /** All that happened, in order. */
  public synchronized List<DiskEvent> log() {
    return List.copyOf(log);
  }

  /** The disks that there are. */
  public synchronized Set<Disk> existing() {
    return Set.copyOf(there);
  }

  /** The nodes to which the disk is attached now, each as {@code cluster/node}. */
  public synchronized Set<String> attachedTo(Disk disk) {
    Set<String> nodes = new LinkedHashSet<>();
    attached
        .getOrDefault(disk, Set.of())
        .forEach(place -> nodes.add(place.cluster() + "/" + place.who()));
    return nodes;
  }

  /** Does nothing when the driver has it already. */
  synchronized void create(Disk disk, String cluster) {
    if (there.add(disk)) {
      note(What.CREATED, disk, cluster, "");
    }
  }

  /** Takes a snapshot; does nothing when the driver has one of that handle already. */
  synchronized void capture(Disk disk, String handle, String cluster) {
    if (there.contains(disk) && snapshots.putIfAbsent(handle, disk) == null) {
      note(What.CAPTURED, disk, cluster, handle);
    }
  }

  /** Makes a disk from a snapshot; empty when there is none of that handle. */
  synchronized Optional<Disk> restore(String handle, Disk disk, String cluster) {
    if (!snapshots.containsKey(handle)) {
      return Optional.empty();
    }
    if (there.add(disk)) {
      note(What.RESTORED, disk, cluster, handle);
    }
    return Optional.of(disk);
  }

  synchronized boolean hasSnapshot(String handle) {
    return snapshots.containsKey(handle);
  }

  /** The handles of the snapshots that there are. */
  public synchronized Set<String> snapshots() {
    return Set.copyOf(snapshots.keySet());
  }

  /** One that is not there counts as deleted. */
  synchronized void deleteSnapshot(String handle, String cluster) {
    Disk disk = snapshots.remove(handle);
    if (disk != null) {
      note(What.FORGOTTEN, disk, cluster, handle);
    }
  }

  /** A mover reads what is there from now on, under this name; once more if it begins anew. */
  synchronized void beginReading(Disk disk, String cluster, String name) {
    copies.put(name, new Copy(written.getOrDefault(disk, 1L), false));
    note(What.READ, disk, cluster, name);
  }

  /** It has read all of it; the version of that. */
  synchronized Optional<Long> endReading(String name) {
    Optional<Copy> copy = Optional.ofNullable(copies.get(name));
    copy.ifPresent(read -> copies.put(name, new Copy(read.version(), true)));
    return copy.map(Copy::version);
  }

  /** Writes to the disk what was read under this name; empty as long as nothing was. */
  synchronized Optional<Long> fill(Disk disk, String cluster, String name) {
    Optional<Copy> copy = Optional.ofNullable(copies.get(name)).filter(Copy::isWhole);
    if (copy.isPresent()) {
      note(What.FILLED, disk, cluster, name);
    }
    return copy.map(Copy::version);
  }

  /** A disk of which a cluster knows from its beginning. */
  synchronized void find(Disk disk, String cluster) {
    if (there.add(disk)) {
      note(What.FOUND, disk, cluster, "");
    }
  }

  /** Deletes the data; a disk that is not there counts as deleted. */
  synchronized Optional<Refusal> delete(Disk disk, String cluster) {
    if (!attached.getOrDefault(disk, Set.of()).isEmpty()) {
      note(What.REFUSED, disk, cluster, "");
      return Optional.of(
          new Refusal(FAILED_PRECONDITION, "disk " + disk + " is attached to " + attached));
    }
    if (there.remove(disk)) {
      note(What.DELETED, disk, cluster, "");
    }
    return Optional.empty();
  }

  synchronized Optional<Refusal> attach(Disk disk, String cluster, String node) {
    if (!there.contains(disk)) {
      return Optional.of(new Refusal(NOT_FOUND, "disk " + disk + " not found"));
    }
    Set<Place> places = attached.computeIfAbsent(disk, d -> new LinkedHashSet<>());
    Place here = new Place(cluster, node);
    if (places.contains(here)) {
      return Optional.empty();
    }
    if (isFence && !places.isEmpty()) {
      note(What.REFUSED, disk, cluster, node);
      return Optional.of(
          new Refusal(FAILED_PRECONDITION, "disk " + disk + " is attached to " + places));
    }
    places.add(here);
    note(What.ATTACHED, disk, cluster, node);
    return Optional.empty();
  }

  /** Does nothing when it is not attached there. */
  synchronized void detach(Disk disk, String cluster, String node) {
    if (attached.getOrDefault(disk, Set.of()).remove(new Place(cluster, node))) {
      note(What.DETACHED, disk, cluster, node);
    }
  }

  /** A pod runs with the disk mounted, and may write at any time. */
  synchronized void beginWriting(Disk disk, String cluster, String pod) {
    if (writing.computeIfAbsent(new Place(cluster, pod), p -> new LinkedHashSet<>()).add(disk)) {
      note(What.WRITING, disk, cluster, pod);
      written.put(disk, log.getLast().sequence());
    }
  }

  /** The pod has ended. */
  synchronized void endWriting(String cluster, String pod) {
    Set<Disk> disks = writing.remove(new Place(cluster, pod));
    if (disks != null) {
      disks.forEach(disk -> note(What.WRITTEN, disk, cluster, pod));
    }
  }

  private void note(What what, Disk disk, String cluster, String who) {
    log.add(new DiskEvent(clock.nextSequence(), clock.now(), what, disk, cluster, who));
  }
}
