package dev.migrator.journal;

import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.KeyedDigest;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The folder of one run: {@code <state dir>/<run id>/} with {@code plan.yaml} and its key, {@code
 * run.json}, {@code journal}, {@code vault/} and {@code events.jsonl}; and {@code prunes/}, a
 * folder of the same form for each prune of the run.
 *
 * <p>Crash: {@code run.json} is written last, so a folder without it is no run: nothing was changed
 * in any cluster for it.
 */
public final class RunDirectory {

  /** Stands for the run that was created last. */
  public static final String LATEST = "latest";

  private static final String RUN = "run.json";
  private static final String PLAN = "plan.yaml";
  private static final String PRUNES = "prunes";

  private final Disk disk;
  private final Path root;
  private final RunFile run;
  private final VaultKeys keys;

  private RunDirectory(Disk disk, Path root, RunFile run) {
    this(disk, root, run, VaultKeys.none());
  }

  private RunDirectory(Disk disk, Path root, RunFile run, VaultKeys keys) {
    this.disk = disk;
    this.root = root;
    this.run = run;
    this.keys = keys;
  }

  /**
   * Makes the folder of a new run with a copy of its plan, which has no key, and for nobody who
   * seals or opens anything.
   *
   * <p>Errors: as {@link #create(Disk, Path, RunFile, byte[], Optional, VaultKeys)}.
   */
  public static RunDirectory create(Disk disk, Path stateDirectory, RunFile run, byte[] plan) {
    return create(disk, stateDirectory, run, plan, Optional.empty(), VaultKeys.none());
  }

  /**
   * Makes the folder of a new run with a copy of its plan and of the plan's key.
   *
   * <p>Errors: M1009 when the disk refuses, M2105 when the run exists already; {@link
   * IllegalArgumentException} when the plan's bytes do not have the digest that the run names.
   *
   * @param key of the plan; empty when it has none, or nobody knows it here
   * @param keys to the vault, by which the plan's key is sealed as well
   */
  public static RunDirectory create(
      Disk disk,
      Path stateDirectory,
      RunFile run,
      byte[] plan,
      Optional<PlanKey> key,
      VaultKeys keys) {
    if (!Digest.ofBytes(plan).equals(run.plan())) {
      throw new IllegalArgumentException("the plan is not the one that the run names");
    }
    Path root = stateDirectory.resolve(run.id());
    if (disk.exists(root.resolve(RUN))) {
      throw unwritable(root, "the run exists already");
    }
    try {
      disk.createDirectories(root);
      disk.write(root.resolve(PLAN), plan);
      if (key.isPresent()) {
        PlanKeyFile.beside(disk, root.resolve(PLAN)).keep(key.get(), keys);
      }
      disk.write(root.resolve(RUN), run.json());
      return new RunDirectory(disk, root, run, keys);
    } catch (IOException e) {
      throw Problem.of(
              ErrorCode.M1009,
              root + " cannot be written",
              DiskTrouble.words(e),
              "give a folder that can be written: --state-dir DIR")
          .exception();
    }
  }

  /**
   * Finds a run by what a person types: its id, its folder, or {@value #LATEST}.
   *
   * <p>Errors: M1006 when there is none, with the ids that there are.
   */
  public static RunDirectory find(Disk disk, Path stateDirectory, String wanted) {
    if (wanted.equals(LATEST)) {
      return all(disk, stateDirectory).stream()
          .max(
              Comparator.comparing((RunDirectory d) -> d.run.createdAt())
                  .thenComparing(d -> d.run.id()))
          .orElseThrow(() -> noSuchRun(disk, stateDirectory, wanted, ""));
    }
    Path root =
        RunFile.isId(wanted) && disk.exists(stateDirectory.resolve(wanted).resolve(RUN))
            ? stateDirectory.resolve(wanted)
            : asPath(disk, stateDirectory, wanted);
    try {
      return open(disk, root);
    } catch (IOException e) {
      throw noSuchRun(disk, stateDirectory, wanted, "");
    } catch (IllegalArgumentException e) {
      throw noSuchRun(
          disk, stateDirectory, wanted, "its " + RUN + " is broken: " + e.getMessage() + "; ");
    }
  }

  /**
   * All runs of the state directory, the oldest first. Folders that are no runs are passed over.
   */
  public static List<RunDirectory> all(Disk disk, Path stateDirectory) {
    List<RunDirectory> found = new ArrayList<>();
    try {
      for (Path folder : disk.list(stateDirectory)) {
        if (disk.exists(folder.resolve(RUN))) {
          found.add(open(disk, folder));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw Problem.of(
              ErrorCode.M1006,
              "the runs in " + stateDirectory + " cannot be read",
              String.valueOf(e.getMessage()))
          .exception();
    }
    found.sort(
        Comparator.comparing((RunDirectory d) -> d.run.createdAt()).thenComparing(d -> d.run.id()));
    return List.copyOf(found);
  }

  /** The other runs of the same state directory, the oldest first. */
  public List<RunDirectory> others() {
    Path parent = root.getParent();
    return parent == null
        ? List.of()
        : all(disk, parent).stream().filter(other -> !other.root.equals(root)).toList();
  }

  /** The same folder, for somebody who has these keys to its vault. */
  public RunDirectory with(VaultKeys held) {
    return new RunDirectory(disk, root, run, held);
  }

  /**
   * Makes the folder of a prune of this run: with the same plan, and a journal and a vault of its
   * own, for whoever has the keys to this one.
   *
   * <p>Errors: as {@link #create}.
   */
  public RunDirectory createPrune(Instant now) {
    Path folder = root.resolve(PRUNES);
    String id = "prune-" + (prunes().size() + 1);
    RunFile file = new RunFile(id, now, run.plan(), run.source(), run.target(), run.options());
    return create(disk, folder, file, plan()).with(keys);
  }

  /** The prunes of this run, the oldest first. */
  public List<RunDirectory> prunes() {
    Path folder = root.resolve(PRUNES);
    return disk.exists(folder)
        ? all(disk, folder).stream().map(prune -> prune.with(keys)).toList()
        : List.of();
  }

  public RunFile run() {
    return run;
  }

  public Path root() {
    return root;
  }

  public Path journalFile() {
    return root.resolve("journal");
  }

  public Path vaultDirectory() {
    return root.resolve("vault");
  }

  public Path eventsFile() {
    return root.resolve("events.jsonl");
  }

  public Path planFile() {
    return root.resolve(PLAN);
  }

  /**
   * The plan's bytes as {@code apply} was given them.
   *
   * <p>Errors: M1003 when they are no longer the same.
   */
  public byte[] plan() {
    try {
      byte[] plan = disk.read(planFile());
      if (Digest.ofBytes(plan).equals(run.plan())) {
        return plan;
      }
      throw Problem.of(
              ErrorCode.M1003,
              "the run's plan " + planFile() + " was changed",
              "its digest is not the run's")
          .exception();
    } catch (IOException e) {
      throw Problem.of(
              ErrorCode.M1003,
              "the run's plan " + planFile() + " cannot be read",
              String.valueOf(e.getMessage()))
          .exception();
    }
  }

  /**
   * The key of the run's plan; empty when the run began without it, or it is sealed and none of our
   * keys opens it.
   *
   * <p>Errors: M1003 when what is there is not the key that the plan knows by this check.
   */
  public Optional<PlanKey> planKey(KeyedDigest check) {
    return PlanKeyFile.beside(disk, planFile()).of(check, keys);
  }

  public boolean hasJournal() {
    return disk.exists(journalFile());
  }

  /** What a journal of this run is bound to. */
  public JournalHeader header(String sourceUid, String targetUid) {
    return new JournalHeader(run.id(), run.plan(), sourceUid, targetUid);
  }

  /** Begins the run's journal. */
  public Journal createJournal(String sourceUid, String targetUid) {
    return Journal.create(disk, journalFile(), header(sourceUid, targetUid));
  }

  /**
   * Gives the run a journal that is whole from the first moment on.
   *
   * <p>Errors: M2105 when the disk refuses, or the run has a journal.
   *
   * <p>Crash: the whole journal is there, or none.
   */
  public void createJournal(String sourceUid, String targetUid, Consumer<Journal> filling) {
    if (hasJournal()) {
      throw unwritable(journalFile(), "it exists already");
    }
    // Safeguard: journal-made-in-place
    Path making = root.resolve("journal.new");
    try {
      disk.delete(making);
      try (Journal journal = Journal.create(disk, making, header(sourceUid, targetUid))) {
        filling.accept(journal);
      }
      disk.move(making, journalFile());
      disk.sync(root);
    } catch (IOException e) {
      throw unwritable(journalFile(), DiskTrouble.words(e));
    }
  }

  /** Opens the run's journal to go on with it. */
  public Journal openJournal() {
    return Journal.open(disk, journalFile());
  }

  /** Reads the run's journal and changes nothing, not even a torn tail. */
  public Replay readJournal() {
    return Journal.read(disk, journalFile());
  }

  /** Begins the vault, throwing away a half-written one. */
  public VaultWriter createVault() {
    return Vault.create(disk, vaultDirectory(), keys);
  }

  /** The vault; empty when there is none or it is half-written. Errors: M1008, M2206. */
  public Optional<Vault> vault() {
    return Vault.open(disk, vaultDirectory(), keys);
  }

  /**
   * Opens the file of events for writing at its end. Events are for people: nothing is decided by
   * them, so they are not forced.
   */
  public Disk.Appender events() throws IOException {
    return disk.append(eventsFile());
  }

  /**
   * Keeps other processes of this machine off the run until closed. Only the Leases keep off other
   * machines.
   *
   * <p>Errors: M1301, naming the process that has it; M1009 when the disk refuses.
   *
   * @param holder who we are, such as {@code pid 4711 on build-3 (resume)}; shown to whoever comes
   *     second
   */
  public Closeable lock(String holder) {
    return lock().take(holder);
  }

  /**
   * Who works on the run at this moment, as {@link #lock} was told; empty when nobody of this
   * machine does. Disturbs nobody.
   */
  public Optional<String> worker() {
    return lock().holder();
  }

  /** Errors: M1301, naming the process that works on the run. */
  public void requireFree() {
    lock().requireFree();
  }

  private RunLock lock() {
    return new RunLock(disk, root, run.id());
  }

  private static RunDirectory open(Disk disk, Path root) throws IOException {
    return new RunDirectory(disk, root, RunFile.read(disk.read(root.resolve(RUN))));
  }

  private static Path asPath(Disk disk, Path stateDirectory, String wanted) {
    try {
      if (wanted.isEmpty()) {
        throw noSuchRun(disk, stateDirectory, wanted, "neither an id nor a folder");
      }
      return Path.of(wanted);
    } catch (java.nio.file.InvalidPathException e) {
      throw noSuchRun(disk, stateDirectory, wanted, "neither an id nor a folder");
    }
  }

  private static ProblemException noSuchRun(
      Disk disk, Path stateDirectory, String wanted, String why) {
    List<String> ids = new ArrayList<>();
    try {
      for (Path folder : disk.list(stateDirectory)) {
        if (disk.exists(folder.resolve(RUN))) {
          ids.add(String.valueOf(folder.getFileName()));
        }
      }
    } catch (IOException e) {
      ids.clear();
    }
    String known =
        ids.isEmpty()
            ? "no runs in " + stateDirectory
            : "runs in " + stateDirectory + ": " + String.join(", ", ids);
    return Problem.of(
            ErrorCode.M1006,
            wanted.equals(LATEST)
                ? "there is no run yet"
                : "no such run: " + Json.text(Json.object().textNode(wanted)),
            why + known,
            "migrator status "
                + (ids.isEmpty() ? "latest" : ids.getLast())
                + " --state-dir DIR   (when it was begun in another folder)")
        .exception();
  }

  private static ProblemException unwritable(Path path, String why) {
    return Problem.of(ErrorCode.M2105, path + " cannot be written, so nothing is changed", why)
        .exception();
  }
}
