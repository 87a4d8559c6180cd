package dev.migrator.journal;

import dev.migrator.model.ErrorCode;
import dev.migrator.model.KeyedDigest;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file that holds the key of a plan: beside the plan, and in the folder of each of its runs,
 * there sealed like the vault's Secrets where these are.
 *
 * <p>Source: docs/adr/0041
 */
public final class PlanKeyFile {

  private static final String ENDING = ".key";
  private static final String SEALED = ".sealed";

  /** Much more than any key has, sealed or not. */
  private static final long LONGEST = 64 * 1024L;

  private final Disk disk;
  private final Path file;

  private PlanKeyFile(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
  }

  /** What the file of the key is called, in the words in which the plan's is. */
  public static String name(String plan) {
    return plan + ENDING;
  }

  /** The file in which the key of this plan file is looked for. */
  public static PlanKeyFile beside(Disk disk, Path plan) {
    return new PlanKeyFile(disk, plan.resolveSibling(name(String.valueOf(plan.getFileName()))));
  }

  /** Whether anything has its name, even a link that leads nowhere. */
  public boolean exists() {
    return disk.exists(file);
  }

  /** The key that it holds; empty when it cannot be read, or holds something else. */
  public Optional<PlanKey> key() {
    try {
      return content(file).flatMap(PlanKey::read);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The key of the plan that knows it by this check; empty when there is no such file.
   *
   * <p>Errors: M1003 when it holds something else, such as the key of another plan.
   */
  public Optional<PlanKey> of(KeyedDigest check) {
    return exists() ? Optional.of(require(key(), check)) : Optional.empty();
  }

  /**
   * Makes the file, readable by its owner alone. Never in the place of anything: errors as {@link
   * Disk#create}.
   */
  public void create(PlanKey key) throws IOException {
    disk.create(file, key.file());
  }

  /** As {@link #create}, readable by whoever may read the Secrets of the run's vault. */
  void keep(PlanKey key, VaultKeys keys) throws IOException {
    if (keys.seals()) {
      disk.write(sealed(), keys.seal(key.file()));
    } else {
      disk.write(file, key.file());
    }
  }

  /**
   * As {@link #of(KeyedDigest)}, for whoever has these keys to the run's vault; empty, too, when
   * they do not open it.
   */
  Optional<PlanKey> of(KeyedDigest check, VaultKeys keys) {
    if (!disk.exists(sealed())) {
      return of(check);
    }
    try {
      return content(sealed())
          .flatMap(keys::open)
          .map(opened -> require(PlanKey.read(opened), check));
    } catch (IOException e) {
      throw foreign(String.valueOf(e.getMessage()));
    }
  }

  private Path sealed() {
    return file.resolveSibling(file.getFileName() + SEALED);
  }

  private Optional<byte[]> content(Path path) throws IOException {
    return disk.size(path) > LONGEST ? Optional.empty() : Optional.of(disk.read(path));
  }

  private PlanKey require(Optional<PlanKey> found, KeyedDigest check) {
    PlanKey key = found.orElseThrow(() -> foreign("it cannot be read, or holds no key of a plan"));
    if (!key.check().equals(check)) {
      throw foreign("it is the key of another plan");
    }
    return key;
  }

  private ProblemException foreign(String why) {
    return Problem.of(
            ErrorCode.M1003,
            file + " is not the key of the plan",
            why,
            "put the file there that migrator plan wrote beside the plan",
            "or move it away: then Secrets are compared by their resourceVersion")
        .withState("This command changed nothing.")
        .exception();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
