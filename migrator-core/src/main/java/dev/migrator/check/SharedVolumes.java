package dev.migrator.check;

import dev.migrator.classify.VolumeClassifier;
import dev.migrator.migration.VolumeRule;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which storage the workloads of the source use, and which of it the target reaches too: by a
 * PersistentVolume that travels, by one that it has already, or because pods name it themselves.
 */
public final class SharedVolumes {

  /**
   * The value of {@link VolumeClassifier#LABEL} on a claim, a volume or a workload that says: both
   * clusters may write to it at once.
   */
  public static final String SHARE = VolumeWay.SHARE.label();

  private final List<VolumeRule> declared;
  private final Map<ObjectRef, Workload> workloads = new TreeMap<>();
  private final Map<String, Volume> volumes = new TreeMap<>();
  private final Map<ObjectRef, StorageBackend> sent = new HashMap<>();
  private final TreeMap<String, Claim> claims = new TreeMap<>();

  /**
   * @param declared by the migration file
   */
  public SharedVolumes(List<VolumeRule> declared) {
    this.declared = declared.stream().filter(rule -> rule.via() == VolumeWay.SHARE).toList();
  }

  /**
   * @param before what its pods mount at the source
   * @param after what they will mount at the target
   * @param resting whether it starts no pods as it is
   */
  private record Workload(List<Mount> before, List<Mount> after, boolean resting, boolean share) {}

  private record Claim(String volume, List<String> modes, boolean share) {}

  private record Volume(Optional<StorageBackend> storage, List<String> modes, boolean share) {}

  /**
   * A storage that a workload writes to, and would write to at the target.
   *
   * @param name of the claim and its volume, or of the storage itself
   * @param label what to label so that it is shared
   * @param certain whether it is known to be one storage for both clusters
   */
  record Shared(
      ObjectRef workload, String name, ObjectRef label, boolean resting, boolean certain) {}

  /**
   * Takes in what an object of the source says of volumes.
   *
   * @param body as it will be sent to the target
   */
  public void accept(Manifest object, Manifest body) {
    switch (object.ref().groupKind()) {
      case "PersistentVolume" -> {
        know(object);
        StorageBackend.ofVolume(body.at("spec"))
            .ifPresent(storage -> sent.put(object.ref(), storage));
      }
      case "PersistentVolumeClaim" ->
          claims.put(
              key(object.namespace(), object.name()),
              new Claim(
                  object.at("spec", "volumeName").asText(""), modes(object), isShared(object)));
      default -> {
        List<Mount> before = Mount.of(object);
        if (!before.isEmpty() && !isTemplate(object.ref())) {
          workloads.put(
              object.ref(),
              new Workload(before, Mount.of(body), isResting(body), isShared(object)));
        }
      }
    }
  }

  /** Takes in a PersistentVolume of the source, also one that stays. */
  public void know(Manifest volume) {
    volumes.put(
        volume.name(),
        new Volume(StorageBackend.ofVolume(volume.at("spec")), modes(volume), isShared(volume)));
    String claim = volume.at("spec", "claimRef", "name").asText("");
    if (!claim.isEmpty()) {
      claims.merge(
          key(volume.at("spec", "claimRef", "namespace").asText(), claim),
          new Claim(volume.name(), modes(volume), false),
          (known, of) ->
              known.volume().isEmpty()
                  ? new Claim(of.volume(), known.modes(), known.share())
                  : known);
    }
  }

  /** Whether there are claims, of whose storage somebody may ask. */
  public boolean hasClaims() {
    return !claims.isEmpty();
  }

  private static boolean isTemplate(ObjectRef ref) {
    return ref.isForeign()
        && (ref.kind().endsWith("Template")
            || ref.groupKind().equals("Task.tekton.dev")
            || ref.groupKind().equals("Pipeline.tekton.dev"));
  }

  private static boolean isResting(Manifest body) {
    return body.at("spec", "suspend").asBoolean()
        || (body.at("spec", "replicas").isInt() && body.at("spec", "replicas").intValue() == 0);
  }

  private static boolean isShared(Manifest object) {
    return object.labels().getOrDefault(VolumeClassifier.LABEL, "").equals(SHARE);
  }

  private static List<String> modes(Manifest object) {
    List<String> modes = new ArrayList<>();
    object.at("spec", "accessModes").forEach(mode -> modes.add(mode.asText()));
    return List.copyOf(modes);
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  /**
   * What the target reaches.
   *
   * @param travels whether the object of the source is sent to the target
   * @param there the PersistentVolumes of the target
   */
  public Reached reached(Predicate<ObjectRef> travels, Collection<Manifest> there) {
    Set<StorageBackend> reached = new HashSet<>();
    sent.forEach(
        (ref, storage) -> {
          if (travels.test(ref)) {
            reached.add(storage);
          }
        });
    there.forEach(volume -> StorageBackend.ofVolume(volume.at("spec")).ifPresent(reached::add));
    return new Reached(reached);
  }

  /** The storage of claims and workloads, seen from the target. */
  public final class Reached {

    private final Set<StorageBackend> storages;

    private Reached(Set<StorageBackend> storages) {
      this.storages = storages;
    }

    /** Whether a claim of the source has the same storage in both clusters. */
    public boolean isReached(ObjectRef claim) {
      return Optional.ofNullable(claims.get(key(claim.namespace(), claim.name())))
          .flatMap(this::storage)
          .isPresent();
    }

    /** The source's claims that were made from the templates of a workload. */
    Set<ObjectRef> claimsOf(ObjectRef workload) {
      Set<ObjectRef> made = new TreeSet<>();
      Optional.ofNullable(workloads.get(workload)).map(Workload::before).orElse(List.of()).stream()
          .filter(Mount::template)
          .flatMap(mount -> claims(workload.namespace(), mount).keySet().stream())
          .forEach(key -> made.add(claim(key)));
      return made;
    }

    /** The source's claims that these workloads name, each with the first that does. */
    Map<ObjectRef, ObjectRef> namedBy(Predicate<ObjectRef> users) {
      Map<ObjectRef, ObjectRef> named = new TreeMap<>();
      workloads.forEach(
          (ref, workload) -> {
            if (users.test(ref)) {
              workload.before().stream()
                  .filter(mount -> !mount.template() && mount.inline().isEmpty())
                  .flatMap(mount -> claims(ref.namespace(), mount).keySet().stream())
                  .forEach(key -> named.putIfAbsent(claim(key), ref));
            }
          });
      return named;
    }

    private static ObjectRef claim(String key) {
      int slash = key.indexOf('/');
      return ObjectRef.core(
          "PersistentVolumeClaim", key.substring(0, slash), key.substring(slash + 1));
    }

    private Optional<StorageBackend> storage(Claim claim) {
      return Optional.ofNullable(volumes.get(claim.volume()))
          .flatMap(Volume::storage)
          .filter(storages::contains);
    }

    /** What workloads would write to in both clusters, and nobody declared shared; sorted. */
    List<Shared> written() {
      List<Shared> written = new ArrayList<>();
      workloads.forEach(
          (ref, workload) -> {
            if (!workload.share()) {
              workload.before().forEach(mount -> look(ref, workload, mount, written));
            }
          });
      return written;
    }

    private void look(ObjectRef ref, Workload workload, Mount mount, List<Shared> written) {
      Optional<StorageBackend> inline = mount.inline();
      if (inline.isPresent()) {
        StorageBackend storage = inline.get();
        if (!isHarmless(mount, workload, storage.isFiles())
            && !isDeclared(ref.namespace(), "", "", storage)) {
          written.add(
              new Shared(
                  ref,
                  "its own volume of type " + storage.driver(),
                  ref,
                  workload.resting(),
                  storage.isKnownToStay()));
        }
        return;
      }
      claims(ref.namespace(), mount)
          .forEach((key, claim) -> claimed(ref, workload, mount, key, claim, written));
    }

    private Map<String, Claim> claims(String namespace, Mount mount) {
      String key = key(namespace, mount.claim());
      if (!mount.template()) {
        return Optional.ofNullable(claims.get(key)).map(one -> Map.of(key, one)).orElse(Map.of());
      }
      Map<String, Claim> made = new TreeMap<>();
      claims
          .subMap(key, key + Character.MAX_VALUE)
          .forEach(
              (name, claim) -> {
                if (name.substring(key.length()).matches("[0-9]+")) {
                  made.put(name, claim);
                }
              });
      return made;
    }

    private void claimed(
        ObjectRef ref,
        Workload workload,
        Mount mount,
        String key,
        Claim claim,
        List<Shared> written) {
      Optional<StorageBackend> storage = storage(claim);
      if (storage.isEmpty()) {
        return;
      }
      Volume volume = Optional.ofNullable(volumes.get(claim.volume())).orElseThrow();
      String name = claim(key).name();
      boolean many =
          storage.get().isFiles()
              || claim.modes().contains("ReadWriteMany")
              || claim.modes().contains("ReadOnlyMany");
      if (claim.modes().equals(List.of("ReadOnlyMany"))
          || volume.modes().equals(List.of("ReadOnlyMany"))
          || claim.share()
          || volume.share()
          || isHarmless(mount, workload, many)
          || isDeclared(ref.namespace(), name, claim.volume(), storage.get())) {
        return;
      }
      written.add(
          new Shared(
              ref,
              "PersistentVolume %s (claim %s)".formatted(claim.volume(), name),
              claim(key),
              workload.resting(),
              true));
    }

    /**
     * Read-only on one side is one writer. Of a disk that one node may mount it does not help: the
     * node mounts it to write before the container reads.
     */
    private static boolean isHarmless(Mount mount, Workload workload, boolean many) {
      List<Mount> after =
          workload.after().stream()
              .filter(m -> m.claim().equals(mount.claim()) && m.inline().equals(mount.inline()))
              .toList();
      return after.isEmpty()
          || (many && (mount.readOnly() || after.stream().allMatch(Mount::readOnly)));
    }

    private boolean isDeclared(
        String namespace, String claim, String volume, StorageBackend storage) {
      VolumeRule.Storage known =
          new VolumeRule.Storage(
              namespace, claim, volume, "", storage.driver(), List.of(), List.of());
      return declared.stream().anyMatch(rule -> rule.matches(known));
    }
  }
}
