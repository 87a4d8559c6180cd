package dev.migrator.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.StoredChange;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.Protection;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.PlannedVolume;
import dev.migrator.plan.TargetNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Judges promises P1 to P5 by what two simulated clusters stored, in the order in which they did,
 * and by the bytes that a crash left on the disk. Shares no code with the executor.
 */
final class IndependentChecker {

  private static final String QUIESCED = "migrator.dev/quiesced";

  private final Plan plan;
  private final MemoryCluster source;
  private final MemoryCluster target;
  private final long began;
  private final Map<ObjectRef, Manifest> originals = new HashMap<>();
  private final Map<ObjectRef, PlannedObject> atSource = new HashMap<>();
  private final Map<ObjectRef, PlannedObject> atTarget = new HashMap<>();

  private final List<Span> excused = new ArrayList<>();
  private final List<JsonNode> remembered = new ArrayList<>();

  /** Whether pods may be asked to end at the source before their owner is deleted. */
  private boolean mayTerminate;

  /**
   * Made when the plan is, before anything moves.
   *
   * @param began a number of the clusters' clock: what came before is not ours
   */
  IndependentChecker(Plan plan, MemoryCluster source, MemoryCluster target, long began) {
    this.plan = plan;
    this.source = source;
    this.target = target;
    this.began = began;
    for (PlannedObject object : plan.objects()) {
      atSource.put(object.ref(), object);
      atTarget.put(
          TargetNames.of(object.ref(), object.apiVersion(), plan.settings().mappings()), object);
      source.world().stored(object.ref()).ifPresent(o -> originals.put(object.ref(), o));
    }
  }

  /** A run that is taken back: what it made at the target may be removed. */
  private boolean mayUndo;

  /** A run that has ended: copies that the target has may be removed from the source. */
  private boolean mayPrune;

  /** A run whose in transit objects are brought back: the vault may be the source of new ones. */
  private boolean mayRestore;

  /** What brings back what is in transit is judged. */
  IndependentChecker mayRestore() {
    mayRestore = true;
    return this;
  }

  /** A rollback is judged. */
  IndependentChecker mayUndo() {
    mayUndo = true;
    return this;
  }

  /** What removes the copies at the source is judged. */
  IndependentChecker mayPrune() {
    mayPrune = true;
    return this;
  }

  /** The plan asks for running work to be ended. */
  IndependentChecker mayTerminate() {
    mayTerminate = true;
    return this;
  }

  /** The intents of this image count also when the disk forgets them. */
  void remember(DiskImage disk) {
    remembered.addAll(disk.journal());
  }

  /** What happened between two numbers of the clock was done by somebody else. */
  void excuse(long from, long to) {
    excused.add(new Span(from, to));
  }

  private record Span(long from, long to) {}

  private boolean isOurs(StoredChange change) {
    return change.sequence() > began
        && change.byRequest()
        && !change.object().kind().equals("Lease")
        && excused.stream()
            .noneMatch(s -> s.from() <= change.sequence() && change.sequence() <= s.to());
  }

  /** Every broken promise so far; empty when all were kept. */
  List<String> judge(DiskImage disk) {
    Set<String> broken = new LinkedHashSet<>();
    Walk walk = new Walk(disk, broken);
    Movement.merged(source, target).forEach(walk::see);
    definitionsAreKept(disk, walk.changed, broken);
    dependantsAreKept(disk, walk.wentAlong, broken);
    return List.copyOf(broken);
  }

  /** P1: each definition is at the source, or whole in the vault. */
  private void definitionsAreKept(DiskImage disk, boolean changed, Set<String> broken) {
    Optional<Map<String, JsonNode>> vault = disk.vault();
    if (changed && vault.isEmpty()) {
      broken.add("P1: something was changed in a cluster, and there is no whole vault");
    }
    for (PlannedObject object : plan.objects()) {
      Manifest original = originals.get(object.ref());
      if (original == null) {
        continue;
      }
      boolean here =
          source
              .world()
              .stored(object.ref())
              .filter(live -> live.uid().equals(object.uid()))
              .filter(live -> Definition.isSameButForOurMark(original, live, QUIESCED))
              .isPresent();
      boolean kept =
          vault
              .map(all -> all.get(DiskImage.key(original.tree())))
              .filter(line -> line != null && Definition.isSame(original, line))
              .isPresent();
      if (!here && !kept) {
        broken.add("P1: the definition of " + object.ref() + " is lost");
      }
      if (changed && vault.isPresent() && !kept) {
        broken.add("P1: " + object.ref() + " is not in the vault, and something was changed");
      }
    }
  }

  /** P1: what went from the source with its owner is whole in the vault. */
  private static void dependantsAreKept(
      DiskImage disk, List<Manifest> wentAlong, Set<String> broken) {
    for (Manifest one : wentAlong) {
      boolean kept =
          disk.vault()
              .map(all -> all.get(DiskImage.key(one.tree())))
              .filter(line -> line != null && Definition.isSame(one, line))
              .isPresent();
      if (!kept) {
        broken.add("P1: " + one.ref() + " went with its owner, and is not in the vault");
      }
    }
  }

  /** One pass over everything that happened. */
  private final class Walk {

    /** Kinds that controllers of Kubernetes make and remove all the time. */
    private static final Set<String> PASSING =
        Set.of("Pod", "Job", "ReplicaSet", "ControllerRevision", "EndpointSlice", "Endpoints");

    private final List<Manifest> wentAlong = new ArrayList<>();

    private final Set<String> broken;
    private final Map<String, List<JsonNode>> intents = new HashMap<>();
    private final Map<String, String> versions = new HashMap<>();
    private final Map<String, ObjectRef> roots = new HashMap<>();
    private final Map<ObjectRef, Set<String>> workingAtSource = new HashMap<>();
    private final Map<ObjectRef, Set<String>> workingAtTarget = new HashMap<>();
    private final Map<ObjectRef, Set<String>> awakeAtSource = new HashMap<>();
    private final Map<ObjectRef, Set<String>> awakeAtTarget = new HashMap<>();
    private final Map<String, String> slots = new HashMap<>();
    private final Set<String> ours = new HashSet<>();
    private final Set<String> restored = new HashSet<>();
    private final Set<ObjectRef> pruned = new HashSet<>();
    private final Set<String> unpruned = new HashSet<>();
    private final Set<ObjectRef> atTargetNow = new HashSet<>();
    private final Set<ObjectRef> ended = new HashSet<>();
    private final Set<String> serving = new HashSet<>();
    private boolean changed;

    Walk(DiskImage disk, Set<String> broken) {
      this.broken = broken;
      List<JsonNode> records = new ArrayList<>(remembered);
      records.addAll(disk.journal());
      records.addAll(disk.prunes());
      for (JsonNode record : records) {
        if (record.has("resourceVersion")) {
          intents
              .computeIfAbsent(record.path("step").asText(), step -> new ArrayList<>())
              .add(record);
        }
      }
    }

    void see(Movement movement) {
      StoredChange change = movement.change();
      Manifest object = change.object();
      Optional<ObjectRef> root = root(movement.atSource(), object);
      boolean counts = change.sequence() > began;
      if (isOurs(change)) {
        changed = true;
        if (movement.atSource()) {
          requestAtSource(change, object);
        } else {
          requestAtTarget(change, object);
        }
      }
      note(movement, object);
      if (counts) {
        claimStays(movement, object);
        dependantStays(movement);
      }
      root.ifPresent(ref -> follow(movement, ref, object, counts));
      change.after().ifPresent(after -> versions.put(after.uid(), after.resourceVersion()));
    }

    /** What the target has, and which Jobs ran to their end at the source. */
    private void note(Movement movement, Manifest object) {
      boolean there = movement.change().after().filter(o -> !o.isBeingDeleted()).isPresent();
      PlannedObject planned = (movement.atSource() ? atSource : atTarget).get(object.ref());
      if (planned == null) {
        return;
      }
      if (movement.atSource() && Activeness.hasEnded(object)) {
        ended.add(planned.ref());
      }
      if (!movement.atSource() && there) {
        atTargetNow.add(planned.ref());
      } else if (!movement.atSource()) {
        atTargetNow.remove(planned.ref());
      }
    }

    /** The duplicate-intolerant object that this is, or that it was started by. */
    private Optional<ObjectRef> root(boolean isSource, Manifest object) {
      PlannedObject planned = (isSource ? atSource : atTarget).get(object.ref());
      if (planned != null && planned.protection() == Protection.DUPLICATION) {
        roots.put(object.uid(), planned.ref());
        return Optional.of(planned.ref());
      }
      if (object.kind().equals("PersistentVolumeClaim") && planned != null) {
        // Its StatefulSet may own it; it starts nothing.
        return Optional.empty();
      }
      for (JsonNode owner : object.at("metadata", "ownerReferences")) {
        ObjectRef root = roots.get(owner.path("uid").asText());
        if (root != null) {
          roots.put(object.uid(), root);
          return Optional.of(root);
        }
      }
      return Optional.ofNullable(roots.get(object.uid()));
    }

    /** P2a and P2b, and slots. */
    private void follow(Movement movement, ObjectRef root, Manifest object, boolean counts) {
      boolean isSource = movement.atSource();
      if (Activeness.serves(object)) {
        serving.add(object.uid());
      }
      boolean there = movement.change().after().isPresent();
      boolean isRoot = (isSource ? atSource : atTarget).containsKey(object.ref());
      note(
          isSource ? workingAtSource : workingAtTarget,
          root,
          object,
          there && Activeness.mayWork(object));
      if (isRoot) {
        note(
            isSource ? awakeAtSource : awakeAtTarget,
            root,
            object,
            there && Activeness.isAwake(object));
      }
      if (counts && !of(workingAtSource, root).isEmpty() && !of(workingAtTarget, root).isEmpty()) {
        broken.add("P2a: " + root + " is at work in both clusters");
      }
      if (counts && !of(awakeAtSource, root).isEmpty() && !of(awakeAtTarget, root).isEmpty()) {
        broken.add("P2b: " + root + " is stored active in both clusters");
      }
      if (root.kind().equals("CronJob") && object.kind().equals("Job") && there) {
        String before = slots.putIfAbsent(root + " " + object.name(), object.uid());
        if (before != null && !before.equals(object.uid())) {
          broken.add("P2: slot " + object.name() + " of " + root + " ran twice");
        }
      }
    }

    private static void note(
        Map<ObjectRef, Set<String>> where, ObjectRef root, Manifest object, boolean in) {
      Set<String> uids = where.computeIfAbsent(root, ref -> new HashSet<>());
      if (in) {
        uids.add(object.uid());
      } else {
        uids.remove(object.uid());
      }
    }

    private static Set<String> of(Map<ObjectRef, Set<String>> where, ObjectRef root) {
      return where.getOrDefault(root, Set.of());
    }

    /** P3 and P5 at the source: only what the plan hands over is touched, as it was announced. */
    private void requestAtSource(StoredChange change, Manifest object) {
      PlannedObject planned = atSource.get(object.ref());
      if (mayTerminate && roots.containsKey(object.uid()) && planned == null) {
        return;
      }
      if (object.kind().equals("ScaledObject") && isOnlyPaused(change)) {
        if (!isAnnounced(change.before().orElseThrow(), "pause")) {
          broken.add("P4: no intent on disk for the pause of " + object.ref());
        }
        return;
      }
      if (object.kind().equals("PersistentVolumeClaim") && isOnlySetFree(change)) {
        if (!isAnnounced(change.before().orElseThrow(), "release")) {
          broken.add("P4: no intent on disk for setting " + object.ref() + " free");
        }
        return;
      }
      if (planned == null && isOfTransfer(object)) {
        transferChanged(change, object);
        return;
      }
      if (planned == null && change.before().isEmpty() && (mayRestore || mayUndo)) {
        broughtAlong(object);
        return;
      }
      if (mayPrune && planned != null && planned.protection() != Protection.DUPLICATION) {
        prunedAtSource(planned, change);
        return;
      }
      if (planned == null || planned.protection() != Protection.DUPLICATION) {
        broken.add("P5: " + object.ref() + " was changed at the source");
        return;
      }
      if (mayRestore && (change.before().isEmpty() || restored.contains(object.uid()))) {
        restoredAtSource(change, object, planned);
        return;
      }
      if (!planned.uid().equals(object.uid())) {
        broken.add("P3: another uid of " + object.ref() + " was changed at the source");
        return;
      }
      if (change.before().isEmpty()) {
        broken.add("P5: " + object.ref() + " was created at the source");
        return;
      }
      boolean wasGoing = change.before().get().isBeingDeleted();
      boolean isDeletion =
          !wasGoing && (change.after().isEmpty() || change.after().get().isBeingDeleted());
      if (isDeletion) {
        deletedAtSource(change.before().get(), object.ref());
      } else if (!isAnnounced(object, "quiesce", "drain", "rollback", "reserve")) {
        broken.add("P4: no intent on disk for a change of " + object.ref() + " at the source");
      }
    }

    /** A claim loses owners that are handed over, and nothing else of it changes. */
    private boolean isOnlySetFree(StoredChange change) {
      if (change.before().isEmpty() || change.after().isEmpty()) {
        return false;
      }
      Manifest before = change.before().get();
      Manifest after = change.after().get();
      for (JsonNode owner : before.at("metadata", "ownerReferences")) {
        boolean kept =
            after.at("metadata", "ownerReferences").valueStream().anyMatch(owner::equals);
        if (!kept && !roots.containsKey(owner.path("uid").asText())) {
          return false;
        }
      }
      return Definition.lasting(before).equals(Definition.lasting(after));
    }

    /** P1: also no controller deletes a claim of volumes, unless its disk is handed over. */
    private void claimStays(Movement movement, Manifest object) {
      PlannedObject planned = atSource.get(object.ref());
      if (planned != null && planned.isHandedOverVolume()) {
        return;
      }
      boolean goes = movement.change().after().filter(o -> !o.isBeingDeleted()).isEmpty();
      if (goes && movement.atSource() && object.kind().equals("PersistentVolumeClaim")) {
        broken.add("P1: " + object.ref() + " was deleted at the source");
      }
    }

    /** P1: the garbage collector deletes nothing that a controller does not make again. */
    private void dependantStays(Movement movement) {
      StoredChange change = movement.change();
      boolean byCollector = !change.byRequest() && change.before().isPresent();
      boolean goes = change.after().filter(o -> !o.isBeingDeleted()).isEmpty();
      if (!byCollector || !goes || !movement.atSource()) {
        return;
      }
      Manifest before = change.before().get();
      PlannedObject planned = atSource.get(before.ref());
      boolean owned = !before.at("metadata", "ownerReferences").isEmpty();
      boolean handedOver = planned != null && planned.protection() == Protection.DUPLICATION;
      if (!owned || before.isBeingDeleted() || handedOver || PASSING.contains(before.kind())) {
        return;
      }
      boolean made =
          before
              .at("metadata", "ownerReferences")
              .valueStream()
              .anyMatch(owner -> owner.path("controller").asBoolean());
      boolean hasContent =
          Set.of("Secret", "ConfigMap").contains(before.kind()) && !before.at("data").isEmpty();
      if (!made || hasContent || !before.at("metadata", "finalizers").isEmpty()) {
        broken.add("P1: " + before.ref() + " was deleted at the source with its owner");
      }
      wentAlong.add(before);
    }

    /** What scales a duplicate-intolerant object is paused, and nothing else of it changes. */
    private static boolean isOnlyPaused(StoredChange change) {
      return change.before().isPresent()
          && change.after().isPresent()
          && Definition.isSameButFor(
              change.before().get(),
              change.after().get(),
              "autoscaling.keda.sh/paused-replicas",
              "migrator.dev/paused");
    }

    /** The hand-over mirrored: announced, marked, created inert while the target has nothing. */
    private void restoredAtSource(StoredChange change, Manifest object, PlannedObject planned) {
      boolean isCreation = change.before().isEmpty();
      restored.add(object.uid());
      if (change.after().isEmpty() || object.isBeingDeleted()) {
        broken.add("P5: the restored " + planned.ref() + " was deleted");
      }
      if (atTargetNow.contains(planned.ref())) {
        broken.add("P2: " + planned.ref() + " was restored while the target has it");
      }
      if (isCreation) {
        if (!object.annotations().containsKey("migrator.dev/origin")) {
          broken.add("P4: " + planned.ref() + " was restored without our mark");
        }
        if (intents.getOrDefault("restore:" + planned.ref(), List.of()).isEmpty()) {
          broken.add("P4: no intent on disk for the restoring of " + planned.ref());
        }
        if (!Definition.isPassive(object) && Activeness.isAwake(object)) {
          broken.add("P2b: " + planned.ref() + " was restored active");
        }
        if (ended.contains(planned.ref())) {
          broken.add("P2: " + planned.ref() + " ran to its end at the source, and begins anew");
        }
        if (!of(workingAtSource, planned.ref()).isEmpty()) {
          broken.add("P2: " + planned.ref() + " was restored beside what still works there");
        }
      } else if (!isAnnounced(change.before().get(), "restore")) {
        broken.add("P4: no intent on disk for waking " + planned.ref() + " at the source");
      }
    }

    /** Only what went with its owner is created anew, announced and with our mark. */
    private void broughtAlong(Manifest object) {
      if (wentAlong.stream().noneMatch(one -> one.ref().equals(object.ref()))) {
        broken.add("P5: " + object.ref() + " was created at the source");
      }
      if (!Definition.isPassive(object) || object.ref().isForeign()) {
        broken.add("P2: " + object.ref() + " was created at the source, and may work");
      }
      if (!object.annotations().containsKey("migrator.dev/origin")
          || intents.getOrDefault("along:" + object.ref(), List.of()).isEmpty()) {
        broken.add("P4: " + object.ref() + " was created at the source unannounced");
      }
    }

    private void prunedAtSource(PlannedObject planned, StoredChange change) {
      if (change.before().isEmpty()) {
        unprunedAtSource(planned, change.object());
        return;
      }
      Manifest before = change.before().get();
      boolean isDeletion = change.after().isEmpty() || change.after().get().isBeingDeleted();
      if (!isDeletion) {
        broken.add("P5: " + planned.ref() + " was changed at the source");
      } else if (!planned.uid().equals(before.uid()) && !unpruned.contains(before.uid())) {
        broken.add("P3: another uid of " + planned.ref() + " was pruned");
      } else if (!atTargetNow.contains(planned.ref())) {
        broken.add("P1: " + planned.ref() + " was pruned, and the target does not have it");
      } else if (!isAnnounced(before, "prune")) {
        broken.add("P4: no intent on disk for the pruning of " + planned.ref());
      } else if (!isAsItMoved(planned, before)) {
        broken.add("P3: " + planned.ref() + " was pruned, and somebody had changed it");
      }
      pruned.add(planned.ref());
    }

    private boolean isAsItMoved(PlannedObject planned, Manifest live) {
      Manifest original = originals.get(planned.ref());
      return original != null
          && (unpruned.contains(live.uid())
              ? Definition.isBroughtBack(original, live, QUIESCED)
              : Definition.isAsBefore(original, live, QUIESCED));
    }

    /** Only what a prune removed is put back, as it was, announced and with our mark. */
    private void unprunedAtSource(PlannedObject planned, Manifest object) {
      unpruned.add(object.uid());
      if (!pruned.contains(planned.ref())) {
        broken.add("P5: " + planned.ref() + " was put back, and no prune removed it");
      }
      if (!object.annotations().containsKey("migrator.dev/origin")) {
        broken.add("P4: " + planned.ref() + " was put back without our mark");
      }
      if (intents.getOrDefault("unprune:" + planned.ref(), List.of()).isEmpty()) {
        broken.add("P4: no intent on disk for putting " + planned.ref() + " back");
      }
      if (!isAsItMoved(planned, object)) {
        broken.add("P1: " + planned.ref() + " was put back, and not as it was");
      }
    }

    private void deletedAtSource(Manifest before, ObjectRef ref) {
      if (!isAnnounced(before, "delete")) {
        broken.add("P3: no intent on disk for the deleted state of " + ref);
      }
      boolean endsByDeletion = ref.kind().equals("Pod");
      Set<String> atWork = new HashSet<>(of(workingAtSource, ref));
      if (Definition.isPassive(before)) {
        // Pods that serve a custom resource have no other end; what does work comes to its own.
        atWork.removeAll(serving);
      }
      if (!endsByDeletion && !atWork.isEmpty()) {
        broken.add("P2: " + ref + " was deleted while it was at work");
      }
      if (!endsByDeletion
          && Activeness.isAwake(before)
          && !Definition.isPassive(before)
          && !ref.kind().equals("Job")) {
        broken.add("P2: " + ref + " was deleted without having been stopped");
      }
    }

    /** P5 at the target: only what we made ourselves is ever changed. */
    private void requestAtTarget(StoredChange change, Manifest object) {
      PlannedObject planned = atTarget.get(object.ref());
      if (planned == null && isOfTransfer(object)) {
        transferChanged(change, object);
        return;
      }
      if (planned == null) {
        broken.add("P5: " + object.ref() + " was changed at the target");
        return;
      }
      if (change.before().isEmpty()) {
        ours.add(object.uid());
        createdAtTarget(planned, object);
      } else if (!ours.contains(object.uid())) {
        broken.add("P5: " + object.ref() + ", which is not ours, was changed at the target");
      } else if (mayUndo && (change.after().isEmpty() || object.isBeingDeleted())) {
        // Taken back, and it was ours.
        return;
      } else if (mayRestore && (change.after().isEmpty() || object.isBeingDeleted())) {
        if (!of(awakeAtTarget, planned.ref()).isEmpty()
            || planned.protection() != Protection.DUPLICATION) {
          broken.add("P2: " + object.ref() + " was removed from the target while it works there");
        }
      } else if (change.after().isEmpty() || object.isBeingDeleted()) {
        broken.add("P5: " + object.ref() + " was deleted at the target");
      } else if (!isAnnouncedFor(planned.ref(), change.before().get(), "activate")) {
        broken.add("P4: no intent on disk for the activation of " + planned.ref());
      }
    }

    private void createdAtTarget(PlannedObject planned, Manifest object) {
      if (!object.annotations().containsKey("migrator.dev/origin")) {
        broken.add("P4: " + object.ref() + " was created without our mark");
      }
      if (planned.protection() != Protection.DUPLICATION) {
        return;
      }
      if (intents.getOrDefault("inert:" + planned.ref(), List.of()).isEmpty()
          && intents.getOrDefault("create:" + planned.ref(), List.of()).isEmpty()) {
        broken.add("P4: no intent on disk for the creation of " + planned.ref());
      }
      if (ended.contains(planned.ref())) {
        broken.add("P2: " + planned.ref() + " ran to its end at the source, and begins anew");
      }
      boolean isInert = Definition.isPassive(object) || !Activeness.isAwake(object);
      if (!isInert) {
        broken.add("P2b: " + planned.ref() + " was created active");
      }
      if (!of(workingAtSource, planned.ref()).isEmpty()) {
        broken.add("P2: " + planned.ref() + " was created while it was at work at the source");
      }
    }

    private static boolean isOfTransfer(Manifest object) {
      return object.name().startsWith("migrator-")
          && (object.kind().equals("VolumeSnapshot")
              || object.kind().equals("VolumeSnapshotContent")
              || object.labels().containsKey(Origin.TRANSFER));
    }

    /** What data comes by is made for a claim of the plan, deleted, and both were announced. */
    private void transferChanged(StoredChange change, Manifest object) {
      Optional<PlannedObject> claim =
          atSource.values().stream()
              .filter(
                  p -> object.name().equals("migrator-" + p.uid()) || Origin.isOf(object, p.uid()))
              .filter(p -> p.volume().filter(PlannedVolume::isCarried).isPresent())
              .findFirst();
      if (claim.isEmpty()) {
        broken.add("P5: " + object.ref() + " is of no claim whose data is carried");
        return;
      }
      String ref = claim.get().ref().toString();
      boolean isAnnounced =
          change.before().isEmpty()
              ? Stream.of("precopy:", "capture:", "fill:")
                  .anyMatch(verb -> intents.containsKey(verb + ref))
              : isAnnouncedFor(
                  claim.get().ref(), change.before().get(), "tidy", "precopy", "capture", "fill");
      if (!isAnnounced) {
        broken.add("P4: no intent on disk for " + object.ref());
      }
    }

    private boolean isAnnounced(Manifest before, String... verbs) {
      return isAnnouncedFor(before.ref(), before, verbs);
    }

    /** Whether an intent for exactly this state of exactly this object is on the disk. */
    private boolean isAnnouncedFor(ObjectRef ref, Manifest before, String... verbs) {
      String version = versions.getOrDefault(before.uid(), before.resourceVersion());
      for (String verb : verbs) {
        for (JsonNode intent : intents.getOrDefault(verb + ":" + ref, List.of())) {
          if (intent.path("uid").asText().equals(before.uid())
              && intent.path("resourceVersion").asText().equals(version)) {
            return true;
          }
        }
      }
      return false;
    }
  }

  /** The planned objects as the target has them, without what differs from run to run. */
  Map<ObjectRef, ObjectNode> result() {
    Map<ObjectRef, ObjectNode> result = new HashMap<>();
    atTarget.forEach(
        (ref, object) ->
            target
                .world()
                .stored(ref)
                .filter(live -> !live.isBeingDeleted())
                .ifPresent(live -> result.put(ref, Definition.lasting(live))));
    return result;
  }

  /** What is not as it was before the run: at the source all of it, at the target nothing of us. */
  List<String> compareWithBefore() {
    List<String> wrong = new ArrayList<>();
    originals.forEach(
        (ref, original) -> {
          Optional<Manifest> live = source.world().stored(ref);
          boolean same =
              live.filter(o -> o.uid().equals(original.uid()))
                  .filter(o -> Definition.isAsBefore(original, o, QUIESCED))
                  .isPresent();
          if (!same) {
            wrong.add("the source's " + ref + " is not as it was: " + live);
          }
        });
    for (Manifest object : target.world().everything()) {
      if (object.annotations().containsKey("migrator.dev/origin")
          && !object.isBeingDeleted()
          && !staysForData(object)) {
        wrong.add("the target still has our " + object.ref());
      }
    }
    return wrong;
  }

  /** A claim that was in use keeps its data, its class and its namespace. */
  private boolean staysForData(Manifest object) {
    return target.world().everything().stream()
        .filter(claim -> claim.kind().equals("PersistentVolumeClaim"))
        .filter(claim -> claim.at("status", "phase").asText().equals("Bound"))
        .anyMatch(
            claim ->
                claim.ref().equals(object.ref())
                    || object.ref().equals(ObjectRef.namespace(claim.namespace()))
                    || (object.kind().equals("StorageClass")
                        && claim.at("spec", "storageClassName").asText().equals(object.name())));
  }

  /** What was to be handed over and is not back at the source as it was, by its definition. */
  List<String> compareBroughtBack() {
    List<String> wrong = new ArrayList<>();
    for (PlannedObject object : plan.objects()) {
      Manifest original = originals.get(object.ref());
      if (object.protection() != Protection.DUPLICATION || original == null) {
        continue;
      }
      Optional<Manifest> live = source.world().stored(object.ref());
      boolean same =
          live.filter(o -> !o.isBeingDeleted())
              .filter(o -> Definition.isBroughtBack(original, o, QUIESCED))
              .isPresent();
      if (!same && !hasEnded(object)) {
        wrong.add("P4: the source's " + object.ref() + " is " + live + ", and was " + original);
      }
    }
    return wrong;
  }

  private boolean hasEnded(PlannedObject object) {
    return source.world().history().stream()
        .filter(change -> change.object().uid().equals(object.uid()))
        .anyMatch(change -> Activeness.hasEnded(change.object()));
  }

  /** The planned objects that the source still has. */
  Set<ObjectRef> leftAtSource() {
    Set<ObjectRef> left = new TreeSet<>();
    for (ObjectRef ref : atSource.keySet()) {
      source.world().stored(ref).filter(o -> !o.isBeingDeleted()).ifPresent(o -> left.add(ref));
    }
    return left;
  }

  /** What is not as after an undisturbed move. */
  List<String> compare(Map<ObjectRef, ObjectNode> wanted, Set<ObjectRef> mayHaveEnded) {
    List<String> wrong = new ArrayList<>();
    Map<ObjectRef, ObjectNode> result = result();
    wanted.forEach(
        (ref, object) -> {
          ObjectNode found = result.get(ref);
          if (found == null ? !mayHaveEnded.contains(ref) : !found.equals(object)) {
            wrong.add("the target's " + ref + " is " + found + ", and not " + object);
          }
        });
    for (PlannedObject object : plan.objects()) {
      if (object.protection() == Protection.DUPLICATION
          && source.world().stored(object.ref()).isPresent()) {
        wrong.add(object.ref() + " is still at the source");
      }
    }
    return wrong;
  }
}
