package dev.migrator.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A disk that asks before and tells after each effect, so that a test or a rehearsal can stop the
 * machine there or let the effect fail (EIO, ENOSPC). Wraps any disk. Reads are not effects and
 * pass through.
 */
public final class HookedDisk implements Disk {

  private final Disk disk;
  private final Hook hook;

  public HookedDisk(Disk disk, Hook hook) {
    this.disk = disk;
    this.hook = hook;
  }

  /** What is about to happen, or has happened. */
  public enum Effect {
    MAKE_DIRECTORY,
    APPEND,
    FORCE,
    RENAME,
    TRUNCATE,
    DELETE,
    SYNC
  }

  /** On which side of the effect the hook is called. */
  public enum Moment {
    BEFORE,
    AFTER
  }

  /** Called at each effect, by the thread that causes it. */
  @FunctionalInterface
  public interface Hook {

    /**
     * May throw an {@link IOException} to let the effect fail, or anything unchecked to stop the
     * caller as a crash would.
     *
     * @param bytes how many are written; 0 where there are none
     */
    void at(Moment moment, Effect effect, Path path, int bytes) throws IOException;
  }

  private interface Action {
    void run() throws IOException;
  }

  private void effect(Effect effect, Path path, int bytes, Action action) throws IOException {
    hook.at(Moment.BEFORE, effect, path, bytes);
    action.run();
    hook.at(Moment.AFTER, effect, path, bytes);
  }

  @Override
  public boolean exists(Path path) {
    return disk.exists(path);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    if (!disk.exists(directory)) {
      effect(Effect.MAKE_DIRECTORY, directory, 0, () -> disk.createDirectories(directory));
    }
  }

  @Override
  public void makeDirectory(Path directory) throws IOException {
    effect(Effect.MAKE_DIRECTORY, directory, 0, () -> disk.makeDirectory(directory));
  }

  @Override
  public Appender append(Path file) throws IOException {
    return new HookedAppender(file, disk.append(file));
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    effect(Effect.RENAME, to, 0, () -> disk.move(from, to));
  }

  @Override
  public void link(Path from, Path name) throws IOException {
    effect(Effect.RENAME, name, 0, () -> disk.link(from, name));
  }

  @Override
  public byte[] read(Path file) throws IOException {
    return disk.read(file);
  }

  @Override
  public byte[] read(Path file, long offset, int length) throws IOException {
    return disk.read(file, offset, length);
  }

  @Override
  public long size(Path file) throws IOException {
    return disk.size(file);
  }

  @Override
  public void truncate(Path file, long size) throws IOException {
    effect(Effect.TRUNCATE, file, 0, () -> disk.truncate(file, size));
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public void delete(Path path) throws IOException {
    if (disk.exists(path)) {
      effect(Effect.DELETE, path, 0, () -> disk.delete(path));
    }
  }

  @Override
  public void sync(Path directory) throws IOException {
    effect(Effect.SYNC, directory, 0, () -> disk.sync(directory));
  }

  @Override
  public Optional<Lock> lock(Path file) throws IOException {
    return disk.lock(file);
  }

  private final class HookedAppender implements Appender {

    private final Path file;
    private final Appender appender;

    HookedAppender(Path file, Appender appender) {
      this.file = file;
      this.appender = appender;
    }

    @Override
    public long position() {
      return appender.position();
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      effect(Effect.APPEND, file, bytes.length, () -> appender.write(bytes));
    }

    @Override
    public void force() throws IOException {
      effect(Effect.FORCE, file, 0, appender::force);
    }

    @Override
    public void close() throws IOException {
      appender.close();
    }
  }
}
