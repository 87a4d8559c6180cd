package dev.migrator.journal;

import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The disk of this machine.
 *
 * <p>Source: <a href="https://man7.org/linux/man-pages/man2/fsync.2.html">fsync(2)</a>: the name of
 * a new file is durable only when its directory was synced too.
 */
public final class RealDisk implements Disk {

  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private static final int FORCED_AT_ONCE = 16;

  /**
   * POSIX drops all locks of a process on a file when it closes ANY descriptor of it, so a held
   * file is not opened again.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  @Override
  public boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = directory.toAbsolutePath().normalize();
        at != null && !Files.isDirectory(at);
        at = at.getParent()) {
      missing.push(at);
    }
    for (Path made : missing) {
      try {
        Files.createDirectory(made, PosixFilePermissions.asFileAttribute(DIRECTORY));
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(made)) {
          throw e;
        }
      }
      Path parent = made.getParent();
      if (parent != null) {
        sync(parent);
      }
    }
  }

  @Override
  public void makeDirectory(Path directory) throws IOException {
    Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(DIRECTORY));
  }

  @Override
  public Appender append(Path file) throws IOException {
    // Created by open(2) with its mode, so that it is never readable by others, not even for a
    // moment.
    open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))
        .close();
    return new RealAppender(file);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void link(Path from, Path name) throws IOException {
    try {
      Files.createLink(name, from);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A file system without hard links: two at the same moment are not kept apart there.
      if (exists(name)) {
        throw new FileAlreadyExistsException(name.toString());
      }
      move(from, name);
    }
  }

  @Override
  public byte[] read(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  @Override
  public byte[] read(Path file, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new EOFException(file + " ends before byte " + (offset + length));
        }
      }
    }
    return buffer.array();
  }

  @Override
  public long size(Path file) throws IOException {
    return Files.size(file);
  }

  @Override
  public void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
      channel.force(true);
    }
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    if (!exists(path)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
    sync(directoryOf(path));
  }

  @Override
  public void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Many at once: a file system writes what they wait for together. */
  @Override
  public void forceAll(Collection<Path> files) throws IOException {
    atOnce(
        files,
        file -> {
          try (Appender appender = append(file)) {
            appender.force();
          }
        });
  }

  @Override
  public void syncAll(Collection<Path> directories) throws IOException {
    atOnce(directories, this::sync);
  }

  private interface Effect {
    void on(Path path) throws IOException;
  }

  /** Throws the first failure in the order of the paths, after all have ended. */
  private static void atOnce(Collection<Path> paths, Effect effect) throws IOException {
    List<Future<Optional<IOException>>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(FORCED_AT_ONCE)) {
      for (Path path : paths) {
        all.add(
            threads.submit(
                () -> {
                  try {
                    effect.on(path);
                    return Optional.<IOException>empty();
                  } catch (IOException e) {
                    return Optional.of(e);
                  }
                }));
      }
    }
    for (Future<Optional<IOException>> one : all) {
      Optional<IOException> failure = one.resultNow();
      if (failure.isPresent()) {
        throw failure.get();
      }
    }
  }

  @Override
  public Optional<Lock> lock(Path file) throws IOException {
    Path absolute = directoryOf(file).toRealPath().resolve(file.getFileName());
    if (!HELD.add(absolute)) {
      return Optional.empty();
    }
    boolean held = false;
    try {
      FileChannel channel =
          open(absolute, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      held = true;
      return Optional.of(
          () -> {
            channel.close();
            HELD.remove(absolute);
          });
    } finally {
      if (!held) {
        HELD.remove(absolute);
      }
    }
  }

  private static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
    FileAttribute<Set<PosixFilePermission>> mode = PosixFilePermissions.asFileAttribute(FILE);
    return FileChannel.open(file, options, mode);
  }

  private static Path directoryOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  /**
   * Writes by a stream, because an interrupted thread would close a FileChannel under everybody
   * else.
   */
  private static final class RealAppender implements Appender {

    private final FileOutputStream out;
    private long position;

    RealAppender(Path file) throws IOException {
      this.out = new FileOutputStream(file.toFile(), true);
      this.position = Files.size(file);
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      out.write(bytes);
      position += bytes.length;
    }

    @Override
    public void force() throws IOException {
      out.getFD().sync();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
