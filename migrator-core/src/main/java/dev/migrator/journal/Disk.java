package dev.migrator.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Every effect that a run directory has on files. Files are made readable and writable by their
 * owner alone (0600), directories 0700.
 *
 * <p>Safe for use by many threads; one {@link Appender} a file at a time.
 *
 * <p>Errors: {@link IOException} with the cause in words; after one the state of the file is
 * unknown, and nothing is tried again here.
 *
 * <p>Crash: only what was forced (the bytes of a file) and synced (the names in a directory) is
 * certain to be there afterwards.
 */
public interface Disk {

  /** Whether a file or directory of that name exists. */
  boolean exists(Path path);

  /**
   * Makes the directory and its missing parents.
   *
   * <p>Crash: the names of what was made are synced when this returns.
   */
  void createDirectories(Path directory) throws IOException;

  /**
   * Makes one directory in one that exists.
   *
   * <p>Crash: its name is not synced; use {@link #sync} on the directory that it is in.
   */
  void makeDirectory(Path directory) throws IOException;

  /**
   * Opens the file for writing at its end; makes it when it is absent.
   *
   * <p>Crash: the name of a new file is not synced; use {@link #sync} on its directory.
   */
  Appender append(Path file) throws IOException;

  /**
   * Gives the file this content, whole or not at all: writes a temporary file, forces it, moves it
   * over, syncs the directory.
   *
   * <p>Crash: the old content or the new one; a temporary file {@code .name.tmp} may be left.
   */
  default void write(Path file, byte[] content) throws IOException {
    Path temporary = temporary(file);
    force(temporary, content);
    move(temporary, file);
    // Safeguard: directory-not-synced
    syncParent(file);
  }

  private void force(Path file, byte[] content) throws IOException {
    delete(file);
    try (Appender appender = append(file)) {
      appender.write(content);
      appender.force();
    }
  }

  private void syncParent(Path file) throws IOException {
    Path directory = file.getParent();
    sync(directory == null ? Path.of("") : directory);
  }

  /**
   * Finds out whether {@link #write} could make its temporary file; leaves nothing behind.
   *
   * <p>Crash: an empty temporary file {@code .name.tmp} may be left.
   */
  default void tryToWrite(Path file) throws IOException {
    Path temporary = temporary(file);
    delete(temporary);
    append(temporary).close();
    delete(temporary);
  }

  /**
   * Makes a file with this content, whole, where nothing has its name: no file, and no link, which
   * is not followed.
   *
   * <p>Errors: {@link java.nio.file.FileAlreadyExistsException} when something has its name; it is
   * as it was.
   *
   * <p>Crash: the whole file or none; a temporary file {@code .name.tmp} may be left.
   */
  default void create(Path file, byte[] content) throws IOException {
    Path temporary = temporary(file);
    force(temporary, content);
    try {
      link(temporary, file);
    } finally {
      delete(temporary);
    }
    syncParent(file);
  }

  /**
   * Gives the file one more name, which nothing has.
   *
   * <p>Errors: {@link java.nio.file.FileAlreadyExistsException} when something has it.
   *
   * <p>Crash: the name is not synced; use {@link #sync} on its directory.
   */
  void link(Path from, Path name) throws IOException;

  private static Path temporary(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".tmp");
  }

  /**
   * Gives the file another name in one act; what had that name is gone.
   *
   * <p>Crash: until the directory is synced, either name may be found.
   */
  void move(Path from, Path to) throws IOException;

  /** The whole content. */
  byte[] read(Path file) throws IOException;

  /**
   * Part of the content.
   *
   * <p>Errors: {@link java.io.EOFException} when the file ends before.
   */
  byte[] read(Path file, long offset, int length) throws IOException;

  /** In bytes. */
  long size(Path file) throws IOException;

  /** Cuts the file and forces it. */
  void truncate(Path file, long size) throws IOException;

  /**
   * The files and directories directly in the directory, sorted; empty when the directory does not
   * exist.
   */
  List<Path> list(Path directory) throws IOException;

  /**
   * Removes a file, or a directory with everything in it; does nothing when there is none. Links
   * are removed, not followed.
   */
  void delete(Path path) throws IOException;

  /** Makes the names in the directory durable. */
  void sync(Path directory) throws IOException;

  /** Makes durable what was written to each of the files, in any order. */
  default void forceAll(Collection<Path> files) throws IOException {
    for (Path file : files) {
      try (Appender appender = append(file)) {
        appender.force();
      }
    }
  }

  /** Makes the names in each of the directories durable, in any order. */
  default void syncAll(Collection<Path> directories) throws IOException {
    for (Path directory : directories) {
      sync(directory);
    }
  }

  /**
   * Takes the lock that the operating system keeps on a file for one process; it goes when the
   * process ends, however it ends.
   *
   * @return empty when another process, or another user of this process, has it
   */
  Optional<Lock> lock(Path file) throws IOException;

  /**
   * A file that only grows. Used by one thread at a time, but {@link #force} may run beside {@link
   * #write}.
   */
  interface Appender extends Closeable {

    /** Where the next byte goes: the size of the file. */
    long position();

    /** Writes all bytes, or throws after having written some. */
    void write(byte[] bytes) throws IOException;

    /**
     * Makes everything that was written before this call durable. Never to be repeated after it
     * failed.
     */
    void force() throws IOException;
  }

  /** A lock that is held until it is closed. */
  interface Lock extends Closeable {}
}
