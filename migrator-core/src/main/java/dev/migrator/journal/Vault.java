package dev.migrator.journal;

import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Every planned object as it was at the source before anything changed: {@code
 * <namespace>/<Kind>.<group>.jsonl}, one object a line, restorable by {@code kubectl create -f}
 * without us; cluster-scoped objects are in {@code _cluster}.
 *
 * <p>Bodies stay on disk and are read one by one; only the index is in memory. Safe for use by many
 * threads.
 *
 * <p>Errors: M2206 when a stored object is not what was stored; M2106 when the disk refuses a
 * write.
 */
public final class Vault {

  static final String INDEX = "index.jsonl";

  /** The entries that came after the index; apart, so that one more does not write all again. */
  private static final String REPLACED = "index.replaced.jsonl";

  private final Disk disk;
  private final Path directory;
  private final VaultKeys keys;
  private final Map<ObjectRef, VaultEntry> entries;
  private final Map<ObjectRef, VaultEntry> replaced;
  private final ReentrantLock replacing = new ReentrantLock();

  Vault(
      Disk disk,
      Path directory,
      VaultKeys keys,
      Map<ObjectRef, VaultEntry> entries,
      Map<ObjectRef, VaultEntry> replaced) {
    this.disk = disk;
    this.directory = directory;
    this.keys = keys;
    this.entries = new ConcurrentHashMap<>(entries);
    this.replaced = new TreeMap<>(replaced);
    this.entries.putAll(replaced);
  }

  /**
   * Begins a vault; throws away what a crash left of a half-written one. Only while nothing was
   * changed in any cluster.
   */
  public static VaultWriter create(Disk disk, Path directory, VaultKeys keys) {
    try {
      disk.delete(directory);
      disk.createDirectories(directory);
      return new VaultWriter(disk, directory, keys);
    } catch (IOException e) {
      throw VaultWriter.unwritable(directory, e);
    }
  }

  /**
   * The vault in the directory; empty when there is none or it is half-written. Changes nothing.
   *
   * <p>Errors: M1008 when it holds sealed Secrets that the keys do not open.
   */
  public static Optional<Vault> open(Disk disk, Path directory, VaultKeys keys) {
    Path index = directory.resolve(INDEX);
    if (!disk.exists(index)) {
      return Optional.empty();
    }
    try {
      Path later = directory.resolve(REPLACED);
      byte[] replaced = disk.exists(later) ? disk.read(later) : new byte[0];
      Vault vault =
          new Vault(
              disk, directory, keys, VaultIndex.read(disk.read(index)), VaultIndex.read(replaced));
      // Now, and not in the middle of a run: one tells for all, they are sealed alike.
      vault.entries.values().stream()
          .filter(VaultEntry::isSealed)
          .findAny()
          .ifPresent(one -> vault.read(one.ref()));
      return Optional.of(vault);
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(index.toString(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * What a vault in the directory holds, which nobody needs a key to know; empty when there is none
   * or it is half-written.
   */
  public static Set<ObjectRef> kept(Disk disk, Path directory) {
    Set<ObjectRef> kept = new HashSet<>();
    Path index = directory.resolve(INDEX);
    try {
      for (Path file :
          disk.exists(index) ? List.of(index, directory.resolve(REPLACED)) : List.<Path>of()) {
        if (disk.exists(file)) {
          kept.addAll(VaultIndex.read(disk.read(file)).keySet());
        }
      }
      return kept;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(index.toString(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Makes durable that the vault is there. A process that was killed may have given the index its
   * name and not synced it: whoever goes on relies on it, so it must outlive the machine too.
   *
   * <p>Errors: M2106 when the disk refuses.
   */
  public Vault synced() {
    try {
      disk.sync(directory);
      return this;
    } catch (IOException e) {
      throw VaultWriter.unwritable(directory, e);
    }
  }

  /** Where the object is kept; empty when it was not vaulted. */
  public Optional<VaultEntry> entry(ObjectRef ref) {
    return Optional.ofNullable(entries.get(ref));
  }

  /** The file in which the object's line stands. */
  public Path file(VaultEntry entry) {
    return directory.resolve(entry.file());
  }

  /** All entries, by ref. */
  public List<VaultEntry> entries() {
    return entries.values().stream()
        .sorted(java.util.Comparator.comparing(VaultEntry::ref))
        .toList();
  }

  /**
   * The uids with those of all that they own, at whatever distance, as far as that is in the vault.
   */
  public Set<String> withOwned(Set<String> uids) {
    Set<String> all = new HashSet<>(uids);
    List<VaultEntry> owned =
        entries.values().stream().filter(entry -> !entry.owners().isEmpty()).toList();
    boolean more = true;
    while (more) {
      more = false;
      for (VaultEntry entry : owned) {
        more |= entry.owners().stream().anyMatch(all::contains) && all.add(entry.uid());
      }
    }
    return all;
  }

  public int size() {
    return entries.size();
  }

  /**
   * The object as it was, with the uid and resourceVersion that it had; empty when it was not
   * vaulted.
   *
   * <p>Shape: of a Job without {@code manualSelector} the generated selector and controller-uid
   * labels are gone, of a Pod the ephemeral containers: no server takes them in a create.
   */
  public Optional<Manifest> read(ObjectRef ref) {
    for (VaultEntry entry = entries.get(ref); entry != null; ) {
      Optional<Manifest> object = read(entry);
      VaultEntry now = entries.get(ref);
      if (object.isPresent()) {
        return object;
      }
      if (entry.equals(now)) {
        throw damaged(ref.toString(), "its line in " + entry.file() + " is not what was stored");
      }
      // It was replaced while we read; the newer line is the one to read.
      entry = now;
    }
    return Optional.empty();
  }

  private Optional<Manifest> read(VaultEntry entry) {
    try {
      byte[] line = disk.read(directory.resolve(entry.file()), entry.offset(), entry.length());
      if (!Digest.ofBytes(line).equals(entry.digest())) {
        return Optional.empty();
      }
      Optional<Manifest> object = VaultLine.read(line, entry, keys);
      if (object.isEmpty()) {
        throw sealed(entry);
      }
      return object;
    } catch (IOException e) {
      throw damaged(entry.ref().toString(), entry.file() + ": " + e.getMessage());
    }
  }

  /**
   * Keeps a newer state of an object, or one more object; durable when this returns. The older
   * state's line is blanked, so that {@code kubectl create -f} restores the newer one.
   *
   * <p>Crash: the older or the newer state is read; a crash just before the end leaves the line of
   * the older state in front of the newer.
   */
  public VaultEntry replace(Manifest object) {
    byte[] line = VaultLine.of(object, keys);
    ObjectRef ref = object.ref();
    String name = VaultPaths.file(ref, keys.seals(ref));
    Path file = directory.resolve(name);
    replacing.lock();
    try {
      byte[] old = disk.exists(file) ? disk.read(file) : new byte[0];
      Digest digest = Digest.ofBytes(line);
      VaultEntry entry =
          new VaultEntry(
              ref,
              object.uid(),
              object.resourceVersion(),
              digest,
              Owner.uids(object),
              name,
              old.length,
              line.length);
      byte[] grown = Arrays.copyOf(old, old.length + line.length + 1);
      System.arraycopy(line, 0, grown, old.length, line.length);
      grown[grown.length - 1] = '\n';
      disk.createDirectories(directoryOf(file));
      disk.write(file, grown);
      addToIndex(entry);
      VaultEntry former = entries.put(ref, entry);
      if (former != null) {
        // Offsets stay: other objects of the file are read while this happens.
        int from = (int) former.offset();
        Arrays.fill(grown, from, from + former.length(), (byte) ' ');
        disk.write(file, grown);
      }
      return entry;
    } catch (IOException e) {
      throw VaultWriter.unwritable(directory, e);
    } finally {
      replacing.unlock();
    }
  }

  private void addToIndex(VaultEntry entry) throws IOException {
    replaced.put(entry.ref(), entry);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    replaced.values().forEach(each -> lines.writeBytes(VaultIndex.line(each)));
    disk.write(directory.resolve(REPLACED), lines.toByteArray());
  }

  private Path directoryOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? directory : parent;
  }

  private ProblemException sealed(VaultEntry entry) {
    Path run = directory.toAbsolutePath().getParent();
    String id = run == null ? "RUN" : String.valueOf(run.getFileName());
    return Problem.of(
            ErrorCode.M1008,
            "the Secrets of the run's vault are sealed, and no identity that was given opens them",
            "the first is " + entry.ref() + "; they were sealed by --vault-recipient",
            "migrator resume "
                + id
                + " --vault-identity key.txt   (likewise verify, rollback and prune)")
        .withState("This command changed nothing.")
        .exception();
  }

  private static ProblemException damaged(String what, String why) {
    return Problem.of(
            ErrorCode.M2206,
            "the vault is damaged: " + what,
            why,
            "migrator verify RUN   (shows what source and target still have)")
        .exception();
  }
}
