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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Fills a new vault. Safe for use by many threads.
 *
 * <p>Errors: M2106 when the disk refuses; then the vault is of no use and is made again.
 *
 * <p>Crash: before {@link #seal} returned there is no index, so the next run takes the vault for
 * half-written and makes it again. Nothing may be changed in a cluster before that.
 */
public final class VaultWriter {

  /** Bodies are kept in memory up to this size, and then written to all files that have some. */
  private static final int BUFFER = 4 * 1024 * 1024;

  private final Disk disk;
  private final Path directory;
  private final VaultKeys keys;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ObjectRef, VaultEntry> entries = new LinkedHashMap<>();
  private final Map<String, Content> contents = new TreeMap<>();
  private final Set<Path> directories = new TreeSet<>();
  private int buffered;

  VaultWriter(Disk disk, Path directory, VaultKeys keys) {
    this.disk = disk;
    this.directory = directory;
    this.keys = keys;
  }

  private static final class Content {
    final ByteArrayOutputStream unwritten = new ByteArrayOutputStream();
    long size;
  }

  /** An object, ready to be kept. */
  public static final class Line {

    private final ObjectRef ref;
    private final String uid;
    private final String resourceVersion;
    private final byte[] bytes;
    private final Digest digest;
    private final List<String> owners;

    private Line(Manifest object, VaultKeys keys) {
      this.ref = object.ref();
      this.uid = object.uid();
      this.resourceVersion = object.resourceVersion();
      this.bytes = VaultLine.of(object, keys);
      this.digest = Digest.ofBytes(bytes);
      this.owners = Owner.uids(object);
    }
  }

  /** What is written of the object as it is now at the source; nothing is, yet. */
  public Line line(Manifest object) {
    return new Line(object, keys);
  }

  /** Keeps the object as it is now at the source; errors as those of the other. */
  public void store(Manifest object) {
    store(line(object));
  }

  /**
   * Keeps an object.
   *
   * <p>Errors: {@link IllegalArgumentException} when this vault has it already.
   */
  public void store(Line object) {
    byte[] line = object.bytes;
    lock.lock();
    try {
      ObjectRef ref = object.ref;
      if (entries.containsKey(ref)) {
        throw new IllegalArgumentException("vaulted twice: " + ref);
      }
      String file = VaultPaths.file(ref, keys.seals(ref));
      Content content = contentOf(file);
      entries.put(
          ref,
          new VaultEntry(
              ref,
              object.uid,
              object.resourceVersion,
              object.digest,
              object.owners,
              file,
              content.size,
              line.length));
      content.unwritten.writeBytes(line);
      content.unwritten.write('\n');
      content.size += line.length + 1L;
      buffered += line.length + 1;
      if (buffered >= BUFFER) {
        flush();
      }
    } catch (IOException e) {
      throw unwritable(directory, e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes everything durable, then writes the index, whose presence says that the vault is whole.
   */
  public Vault seal() {
    lock.lock();
    try {
      flush();
      // Safeguard: vault-not-forced
      disk.forceAll(contents.keySet().stream().map(directory::resolve).toList());
      disk.syncAll(directories);
      // Before the index: whoever finds that relies on all that it names.
      // Safeguard: vault-names-not-synced
      disk.sync(directory);
      ByteArrayOutputStream index = new ByteArrayOutputStream();
      entries.values().forEach(entry -> index.writeBytes(VaultIndex.line(entry)));
      disk.write(directory.resolve(Vault.INDEX), index.toByteArray());
      return new Vault(disk, directory, keys, entries, Map.of());
    } catch (IOException e) {
      throw unwritable(directory, e);
    } finally {
      lock.unlock();
    }
  }

  private Content contentOf(String file) {
    Content content = contents.getOrDefault(file, new Content());
    contents.put(file, content);
    return content;
  }

  private void flush() throws IOException {
    for (Map.Entry<String, Content> each : contents.entrySet()) {
      ByteArrayOutputStream unwritten = each.getValue().unwritten;
      if (unwritten.size() > 0) {
        Path file = directory.resolve(each.getKey());
        Path parent = file.getParent();
        if (parent != null && directories.add(parent)) {
          disk.makeDirectory(parent);
        }
        try (Disk.Appender appender = disk.append(file)) {
          appender.write(unwritten.toByteArray());
        }
        unwritten.reset();
      }
    }
    buffered = 0;
  }

  static ProblemException unwritable(Path directory, IOException e) {
    return Problem.of(
            ErrorCode.M2106,
            "the vault " + directory + " cannot be written, so nothing is changed",
            DiskTrouble.words(e),
            "migrator resume RUN   (once the disk is healthy and has space)")
        .exception();
  }
}
