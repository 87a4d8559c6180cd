package dev.migrator.proof;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.memory.Disk;
import dev.migrator.cluster.memory.DiskEvent;
import dev.migrator.cluster.memory.DiskEvent.What;
import dev.migrator.cluster.memory.Disks;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.StoredChange;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Judges what a move promises of disks, by what the storage saw: D1, no disk is used by two
 * clusters at once; D2, none is deleted; D3, each is named by some volume in a cluster or in the
 * vault; D4, a claim that was handed over has its own disk wherever it is. Shares no code with the
 * executor, and reads nothing of what the executor says.
 */
final class DiskChecker {

  private final List<DiskEvent> log;
  private final long began;
  private final Set<Disk> shared = new HashSet<>();

  /**
   * A checker of this history.
   *
   * @param began a number of the clusters' clock: disks that came later may be deleted, and what
   *     was wrong before is not ours
   */
  DiskChecker(List<DiskEvent> log, long began) {
    this.log = log;
    this.began = began;
  }

  static DiskChecker of(Disks disks, long began) {
    return new DiskChecker(disks.log(), began);
  }

  /** Both clusters may use these at once, as the plan says. */
  DiskChecker sharing(Collection<Disk> disks) {
    shared.addAll(disks);
    return this;
  }

  /** D1 and D2; empty when they were kept. */
  List<String> judge() {
    Set<String> broken = new LinkedHashSet<>();
    Map<Disk, Map<String, Set<String>>> attached = new HashMap<>();
    Map<Disk, Map<String, Set<String>>> writing = new HashMap<>();
    Set<Disk> old = new HashSet<>();
    for (DiskEvent event : log) {
      switch (event.what()) {
        case CREATED, RESTORED, FOUND -> {
          if (event.sequence() <= began) {
            old.add(event.disk());
          }
        }
        case ATTACHED -> enter(attached, event, "D1: attached in both clusters", broken);
        case DETACHED -> leave(attached, event);
        case WRITING -> enter(writing, event, "D1: written by both clusters", broken);
        case WRITTEN -> leave(writing, event);
        case DELETED -> {
          if (event.sequence() > began && old.contains(event.disk())) {
            broken.add("D2: deleted by " + event.cluster() + ": " + event.disk());
          }
        }
        case REFUSED, CAPTURED, FORGOTTEN, READ, FILLED -> {}
      }
    }
    return List.copyOf(broken);
  }

  private void enter(
      Map<Disk, Map<String, Set<String>>> users, DiskEvent event, String what, Set<String> broken) {
    Map<String, Set<String>> clusters =
        users.computeIfAbsent(event.disk(), disk -> new TreeMap<>());
    clusters.computeIfAbsent(event.cluster(), cluster -> new TreeSet<>()).add(event.who());
    boolean isUsedTwice = clusters.values().stream().filter(who -> !who.isEmpty()).count() > 1;
    if (isUsedTwice && event.sequence() > began && !shared.contains(event.disk())) {
      broken.add(what + ": " + event.disk() + " " + clusters);
    }
  }

  private static void leave(Map<Disk, Map<String, Set<String>>> users, DiskEvent event) {
    users
        .getOrDefault(event.disk(), Map.of())
        .getOrDefault(event.cluster(), new HashSet<>())
        .remove(event.who());
  }

  /**
   * D3: the disks of the beginning that nobody can find any more, because no volume names them.
   *
   * @param vault as {@link DiskImage#vault} has it; empty without one
   */
  List<String> lost(List<MemoryCluster> clusters, Collection<JsonNode> vault) {
    Set<Disk> named = new HashSet<>();
    for (MemoryCluster cluster : clusters) {
      for (Manifest object : cluster.world().everything()) {
        nameIn(object.tree()).ifPresent(named::add);
      }
    }
    vault.forEach(line -> nameIn(line).ifPresent(named::add));
    return lost(named);
  }

  /** As {@link #lost(List, Collection)}, where these are all that are named. */
  List<String> lost(Set<Disk> named) {
    Set<String> broken = new TreeSet<>();
    for (DiskEvent event : log) {
      boolean came = event.what() == DiskEvent.What.CREATED || event.what() == DiskEvent.What.FOUND;
      if (came && event.sequence() <= began && !named.contains(event.disk())) {
        broken.add("D3: no volume names " + event.disk());
      }
    }
    return List.copyOf(broken);
  }

  private static Optional<Disk> nameIn(JsonNode object) {
    return object.path("kind").asText().equals("PersistentVolume")
        ? Disk.of(object)
        : Optional.empty();
  }

  /** The claims of a cluster that are bound to disks now, for {@link #strayed}. */
  static Map<ObjectRef, Disk> claims(MemoryCluster cluster) {
    Map<ObjectRef, Disk> claims = new TreeMap<>();
    Map<String, Disk> volumes = volumes(cluster);
    for (Manifest object : cluster.world().everything()) {
      diskOf(object, volumes).ifPresent(disk -> claims.put(object.ref(), disk));
    }
    return claims;
  }

  /**
   * D4: claims that were ever bound to another disk than theirs.
   *
   * @param handedOver by the names that the cluster gives them
   */
  List<String> strayed(MemoryCluster cluster, Map<ObjectRef, Disk> handedOver) {
    Set<String> broken = new LinkedHashSet<>();
    Map<String, Disk> volumes = volumes(cluster);
    for (StoredChange change : cluster.world().history()) {
      Disk own = handedOver.get(change.object().ref());
      if (own != null && change.sequence() > began) {
        change
            .after()
            .flatMap(claim -> diskOf(claim, volumes))
            .filter(disk -> !disk.equals(own) && !isMadeFrom(own, disk))
            .ifPresent(
                disk ->
                    broken.add("D4: " + change.object().ref() + " got " + disk + ", not " + own));
      }
    }
    return new ArrayList<>(broken);
  }

  private boolean isMadeFrom(Disk own, Disk disk) {
    return log.stream()
        .filter(e -> e.what() == What.RESTORED || e.what() == What.FILLED)
        .filter(e -> e.disk().equals(disk))
        .anyMatch(e -> own.equals(captured(e.who()).map(DiskEvent::disk).orElse(null)));
  }

  private Optional<DiskEvent> captured(String snapshot) {
    return log.stream()
        .filter(e -> e.what() == What.CAPTURED || e.what() == What.READ)
        .filter(e -> e.who().equals(snapshot))
        .findFirst();
  }

  /**
   * D5: disks that the target writes to, and that lack what was written to those from which they
   * were made.
   *
   * @param inUse disks that are captured while they are in use
   */
  List<String> stale(Set<Disk> inUse) {
    Set<String> broken = new TreeSet<>();
    Map<Disk, DiskEvent> madeFrom = new HashMap<>();
    Map<String, DiskEvent> read = new HashMap<>();
    Map<Disk, Set<String>> writers = new HashMap<>();
    Map<Disk, Long> written = new HashMap<>();
    Map<Disk, Set<String>> nodes = new HashMap<>();
    Set<DiskEvent> inUseWhenCaptured = new HashSet<>();
    for (DiskEvent event : log) {
      Set<String> now = writers.computeIfAbsent(event.disk(), disk -> new TreeSet<>());
      switch (event.what()) {
        case CAPTURED -> {
          if (!now.isEmpty() || !nodes.getOrDefault(event.disk(), Set.of()).isEmpty()) {
            inUseWhenCaptured.add(event);
          }
        }
        case READ -> {
          read.put(event.who(), event);
          if (!now.isEmpty()) {
            inUseWhenCaptured.add(event);
          }
        }
        case FILLED ->
            Optional.ofNullable(read.get(event.who()))
                .ifPresent(taken -> madeFrom.put(event.disk(), taken));
        case RESTORED ->
            captured(event.who()).ifPresent(taken -> madeFrom.put(event.disk(), taken));
        case WRITING -> {
          now.add(event.who());
          written.put(event.disk(), event.sequence());
          DiskEvent taken = madeFrom.get(event.disk());
          if (taken != null && taken.sequence() > began && !inUse.contains(taken.disk())) {
            if (inUseWhenCaptured.contains(taken)) {
              broken.add("D5: captured while it was in use: " + taken.disk());
            }
            if (written.getOrDefault(taken.disk(), 0L) > taken.sequence()) {
              broken.add("D5: written to after it was captured: " + taken.disk());
            }
          }
        }
        case WRITTEN -> now.remove(event.who());
        case ATTACHED ->
            nodes
                .computeIfAbsent(event.disk(), disk -> new TreeSet<>())
                .add(event.cluster() + "/" + event.who());
        case DETACHED ->
            nodes
                .getOrDefault(event.disk(), new HashSet<>())
                .remove(event.cluster() + "/" + event.who());
        case CREATED, FOUND, FORGOTTEN, DELETED, REFUSED -> {}
      }
    }
    return List.copyOf(broken);
  }

  /**
   * D5, too: disks of claims that movers fill, to which the target writes before that.
   *
   * @param copied by the names that the cluster gives them
   */
  List<String> unfilled(MemoryCluster cluster, Set<ObjectRef> copied) {
    Map<String, Disk> volumes = volumes(cluster);
    Set<Disk> own = new HashSet<>();
    for (StoredChange change : cluster.world().history()) {
      if (copied.contains(change.object().ref()) && change.sequence() > began) {
        change.after().flatMap(claim -> diskOf(claim, volumes)).ifPresent(own::add);
      }
    }
    Set<String> broken = new TreeSet<>();
    Set<Disk> filled = new HashSet<>();
    for (DiskEvent event : log) {
      if (event.what() == What.FILLED) {
        filled.add(event.disk());
      } else if (event.what() == What.WRITING
          && own.contains(event.disk())
          && !filled.contains(event.disk())) {
        broken.add("D5: written to before it was filled: " + event.disk());
      }
    }
    return List.copyOf(broken);
  }

  /** D6: what a move that has come to its end left of the ways of data. */
  static List<String> leftOver(Disks disks, List<MemoryCluster> clusters) {
    Set<String> broken = new TreeSet<>();
    disks.snapshots().forEach(handle -> broken.add("D6: left in the storage: " + handle));
    for (MemoryCluster cluster : clusters) {
      for (Manifest object : cluster.world().everything()) {
        if (object.labels().containsKey(Origin.TRANSFER)
            || object.kind().equals("VolumeSnapshot")
            || object.kind().equals("VolumeSnapshotContent")) {
          broken.add("D6: left in a cluster: " + object.ref());
        }
      }
    }
    return List.copyOf(broken);
  }

  /** Every volume that the cluster ever had; which disk one is of never changes. */
  private static Map<String, Disk> volumes(MemoryCluster cluster) {
    Map<String, Disk> volumes = new HashMap<>();
    for (StoredChange change : cluster.world().history()) {
      nameIn(change.object().tree()).ifPresent(disk -> volumes.put(change.object().name(), disk));
    }
    return volumes;
  }

  private static Optional<Disk> diskOf(Manifest object, Map<String, Disk> volumes) {
    boolean isBound =
        object.kind().equals("PersistentVolumeClaim")
            && object.at("status", "phase").asText().equals("Bound");
    return isBound ? object.text("spec", "volumeName").map(volumes::get) : Optional.empty();
  }
}
