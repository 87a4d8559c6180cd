package dev.migrator.journal.memory;

import dev.migrator.journal.Disk;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that behaves, at a crash, as badly as a real one may: bytes that were not forced
 * are lost, cut short, or replaced by garbage; names that were not synced are there or not.
 *
 * <p>Wrap it in a {@link dev.migrator.journal.HookedDisk} to stop at each effect. Safe for use by
 * many threads.
 *
 * <p>Source: <a
 * href="https://www.usenix.org/conference/osdi14/technical-sessions/presentation/pillai">All File
 * Systems Are Not Created Equal</a> (OSDI 2014)
 */
public final class SimulatedDisk implements Disk {

  /** What the processes of the machine see. */
  private final Map<Path, Node> names = new TreeMap<>();

  /** What is certain to be there after a crash. */
  private final Map<Path, Node> durableNames = new HashMap<>();

  private final Set<Path> locks = new HashSet<>();
  private long capacity = Long.MAX_VALUE;
  private boolean off;

  /** A file's or directory's content; shared by all its names. */
  private static final class Node {
    final boolean directory;
    byte[] bytes = new byte[0];
    int size;
    int forced;

    Node(boolean directory) {
      this.directory = directory;
    }

    static Node file(byte[] content) {
      Node node = new Node(false);
      node.append(content, content.length);
      node.forced = node.size;
      return node;
    }

    void append(byte[] content, int length) {
      if (size + length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(size + length, bytes.length * 2));
      }
      System.arraycopy(content, 0, bytes, size, length);
      size += length;
    }

    byte[] content() {
      return Arrays.copyOf(bytes, size);
    }
  }

  /** Leaves this many bytes of space on the disk from now on; 0 is a full disk. */
  public synchronized void leaveSpace(long bytes) {
    capacity = used() + bytes;
  }

  /** A disk with all the space that is wanted again. */
  public synchronized void makeSpace() {
    capacity = Long.MAX_VALUE;
  }

  /**
   * Ends the machine: what runs on it fails from now on, and the disk that the next boot finds is
   * returned.
   *
   * @param random decides the fate of each thing that was not made durable
   */
  public synchronized SimulatedDisk crash(RandomGenerator random) {
    off = true;
    SimulatedDisk next = new SimulatedDisk();
    Set<Path> all = new TreeSet<>(names.keySet());
    all.addAll(durableNames.keySet());
    Map<Node, Node> survivors = new HashMap<>();
    for (Path path : all) {
      Node now = names.get(path);
      Node durable = durableNames.get(path);
      Node kept = now == durable || random.nextBoolean() ? now : durable;
      Path parent = path.getParent();
      if (kept != null
          && (parent == null || next.names.containsKey(parent) || !all.contains(parent))) {
        Node survivor = survivors.computeIfAbsent(kept, node -> survive(node, random));
        next.names.put(path, survivor);
        next.durableNames.put(path, survivor);
      }
    }
    return next;
  }

  /**
   * Ends the process but not the machine: nothing that was written is lost. What still runs fails
   * from now on.
   */
  public synchronized SimulatedDisk kill() {
    off = true;
    SimulatedDisk next = new SimulatedDisk();
    next.names.putAll(names);
    next.durableNames.putAll(durableNames);
    return next;
  }

  private static Node survive(Node node, RandomGenerator random) {
    if (node.directory) {
      return node;
    }
    int unforced = node.size - node.forced;
    int kept = unforced == 0 ? 0 : random.nextInt(unforced + 1);
    byte[] content = Arrays.copyOf(node.bytes, node.forced + kept);
    if (kept > 0 && random.nextInt(4) == 0) {
      // The size reached the disk before the bytes did.
      int from = node.forced + random.nextInt(kept);
      int to = from + random.nextInt(node.forced + kept - from) + 1;
      if (random.nextBoolean()) {
        Arrays.fill(content, from, to, (byte) 0);
      } else {
        byte[] garbage = new byte[to - from];
        random.nextBytes(garbage);
        System.arraycopy(garbage, 0, content, from, garbage.length);
      }
    }
    return Node.file(content);
  }

  @Override
  public synchronized boolean exists(Path path) {
    return names.containsKey(path);
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    requirePower();
    List<Path> missing = new ArrayList<>();
    for (Path at = directory; at != null && !at.toString().isEmpty(); at = at.getParent()) {
      Node node = names.get(at);
      if (node == null) {
        missing.add(at);
      } else if (!node.directory) {
        throw new FileAlreadyExistsException(at.toString());
      }
    }
    for (Path made : missing.reversed()) {
      Node node = new Node(true);
      names.put(made, node);
      durableNames.put(made, node);
    }
  }

  @Override
  public synchronized void makeDirectory(Path directory) throws IOException {
    requirePower();
    requireDirectory(directory.getParent());
    if (names.containsKey(directory)) {
      throw new FileAlreadyExistsException(directory.toString());
    }
    names.put(directory, new Node(true));
  }

  @Override
  public synchronized Appender append(Path file) throws IOException {
    requirePower();
    requireDirectory(file.getParent());
    Node node = names.getOrDefault(file, new Node(false));
    names.put(file, node);
    if (node.directory) {
      throw new IOException(file + " is a directory");
    }
    return new SimulatedAppender(node);
  }

  @Override
  public synchronized void move(Path from, Path to) throws IOException {
    requirePower();
    Node node = file(from);
    requireDirectory(to.getParent());
    names.remove(from);
    names.put(to, node);
  }

  @Override
  public synchronized void link(Path from, Path name) throws IOException {
    requirePower();
    Node node = file(from);
    requireDirectory(name.getParent());
    if (names.containsKey(name)) {
      throw new FileAlreadyExistsException(name.toString());
    }
    names.put(name, node);
  }

  @Override
  public synchronized byte[] read(Path file) throws IOException {
    return file(file).content();
  }

  @Override
  public synchronized byte[] read(Path file, long offset, int length) throws IOException {
    Node node = file(file);
    if (offset + length > node.size) {
      throw new EOFException(file + " ends before byte " + (offset + length));
    }
    return Arrays.copyOfRange(node.bytes, (int) offset, (int) offset + length);
  }

  @Override
  public synchronized long size(Path file) throws IOException {
    return file(file).size;
  }

  @Override
  public synchronized void truncate(Path file, long size) throws IOException {
    requirePower();
    Node node = file(file);
    node.size = (int) Math.min(size, node.size);
    node.forced = node.size;
  }

  @Override
  public synchronized List<Path> list(Path directory) throws IOException {
    return names.keySet().stream().filter(path -> directory.equals(path.getParent())).toList();
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    requirePower();
    names.keySet().removeIf(name -> name.startsWith(path));
    durableNames.keySet().removeIf(name -> name.startsWith(path));
  }

  @Override
  public synchronized void sync(Path directory) throws IOException {
    requirePower();
    durableNames
        .keySet()
        .removeIf(path -> directory.equals(path.getParent()) && !names.containsKey(path));
    names.forEach(
        (path, node) -> {
          if (directory.equals(path.getParent())) {
            durableNames.put(path, node);
          }
        });
  }

  @Override
  public synchronized Optional<Lock> lock(Path file) throws IOException {
    requirePower();
    if (!locks.add(file)) {
      return Optional.empty();
    }
    return Optional.of(
        () -> {
          synchronized (this) {
            locks.remove(file);
          }
        });
  }

  private long used() {
    return names.values().stream().mapToLong(node -> node.size).sum();
  }

  private Node file(Path path) throws IOException {
    Node node = names.get(path);
    if (node == null || node.directory) {
      throw new NoSuchFileException(path.toString());
    }
    return node;
  }

  private void requireDirectory(@Nullable Path path) throws IOException {
    Node node = path == null ? null : names.get(path);
    if (path != null && (node == null || !node.directory)) {
      throw new NoSuchFileException(path.toString());
    }
  }

  private void requirePower() throws IOException {
    if (off) {
      throw new IOException("the machine is off");
    }
  }

  private static IOException noSpace() {
    return new IOException("No space left on device");
  }

  private final class SimulatedAppender implements Appender {

    private final Node node;

    SimulatedAppender(Node node) {
      this.node = node;
    }

    @Override
    public long position() {
      synchronized (SimulatedDisk.this) {
        return node.size;
      }
    }

    @Override
    public void write(byte[] content) throws IOException {
      synchronized (SimulatedDisk.this) {
        requirePower();
        if (capacity == Long.MAX_VALUE) {
          node.append(content, content.length);
          return;
        }
        int fits = (int) Math.max(0, Math.min(content.length, capacity - used()));
        node.append(content, fits);
        if (fits < content.length) {
          throw noSpace();
        }
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimulatedDisk.this) {
        requirePower();
        node.forced = node.size;
      }
    }

    @Override
    public void close() {}
  }
}
