package dev.migrator.it.disk;

import dev.migrator.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The disks that the nodes of several clusters share, seen from outside all of them.
 *
 * @param folder of the driver: one folder for each disk or snapshot, named by its handle
 * @param ledger the program that writes in pods and verifies here
 */
public record Disks(Path folder, Path ledger) {

  /** The driver's name, which is the same in all clusters. */
  public static final String DRIVER = "disk.csi.example.com";

  /** The StorageClass whose disks are made as soon as there is a claim. */
  public static final String AT_ONCE = "disk";

  /** The StorageClass whose disks are made when the first pod of a claim is scheduled. */
  public static final String LATE = "disk-late";

  /** The image of pods; it has busybox and {@code ledger}, and is never pulled. */
  public static final String IMAGE = "example.com/busybox:1";

  /** Whether this disk or snapshot is there, and its data with it. */
  public boolean has(String handle) {
    return Files.isDirectory(data(handle));
  }

  /** The folder that pods see as the volume. */
  public Path data(String handle) {
    return folder.resolve(handle).resolve("data");
  }

  /** Everything that the driver was called for, in its order. */
  public List<DiskCall> calls() {
    Path log = folder.resolve("calls.jsonl");
    try {
      String text = Files.exists(log) ? Files.readString(log) : "";
      // The last line may be half written.
      return text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .map(line -> DiskCall.of(Json.parse(line)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The calls for one disk. */
  public List<DiskCall> calls(String handle) {
    return calls().stream().filter(call -> call.disk().equals(handle)).toList();
  }

  /** The moments at which a disk was in use on two nodes. Only for disks that are for one. */
  public List<String> overlaps() {
    return DiskUse.overlaps(calls());
  }

  /** What the ledger on a disk says; an independent process verifies it. */
  public LedgerState ledger(String handle) {
    return LedgerState.verify(ledger, data(handle));
  }
}
