package dev.migrator.journal;

import static dev.migrator.journal.JournalSamples.HEADER;
import static dev.migrator.journal.JournalSamples.RECORDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.journal.memory.SimulatedDisk;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Stops the machine before and after every effect on the disk, several times each, and looks at
 * what the next boot finds.
 */
@Timeout(120)
class JournalCrashTest {

  private static final Path RUN = Path.of("state", "r-1");
  private static final Path FILE = RUN.resolve("journal");
  private static final Path VAULT = RUN.resolve("vault");
  private static final int SEEDS = 40;

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private interface Work {
    void on(Disk disk) throws IOException;
  }

  private interface Check {
    void after(SimulatedDisk image, String when) throws IOException;
  }

  /**
   * Runs the work with a crash at its n-th hook, for every n and seed; returns how many images were
   * checked.
   */
  private static int atEveryEffect(Work work, Check check) throws IOException {
    int images = 0;
    for (int stop = 0; ; stop++) {
      boolean finished = false;
      for (int seed = 0; seed < SEEDS && !finished; seed++) {
        SimulatedDisk disk = new SimulatedDisk();
        int[] left = {stop};
        Disk hooked =
            new HookedDisk(
                disk,
                (moment, effect, path, bytes) -> {
                  if (left[0]-- == 0) {
                    throw new Crash();
                  }
                });
        try {
          work.on(hooked);
          finished = true;
        } catch (Crash crash) {
          check.after(disk.crash(new Random(seed)), "stop " + stop + ", seed " + seed);
          images++;
        }
      }
      if (finished) {
        return images;
      }
    }
  }

  @Test
  void whatWasForcedIsThereAndWhatIsThereIsAPrefix() throws IOException {
    int[] forced = {0};
    int images =
        atEveryEffect(
            disk -> {
              forced[0] = -1;
              disk.createDirectories(RUN);
              Journal journal = Journal.create(disk, FILE, HEADER);
              forced[0] = 0;
              for (int i = 0; i < RECORDS.size(); i++) {
                long sequence = journal.append(RECORDS.get(i));
                if (i % 3 == 2) {
                  journal.force(sequence);
                  forced[0] = i + 1;
                }
              }
              journal.close();
            },
            (image, when) -> {
              if (!image.exists(FILE)) {
                assertThat(forced[0]).as(when).isEqualTo(-1);
                return;
              }
              List<JournalRecord> records;
              try (Journal journal = Journal.open(image, FILE)) {
                records = Journal.read(image, FILE).records();
                assertThat(journal.header()).isEqualTo(HEADER);
                journal.commit(RECORDS.get(0));
              }
              assertThat(records).as(when).isEqualTo(RECORDS.subList(0, records.size()));
              assertThat(records.size()).as(when).isGreaterThanOrEqualTo(forced[0]);
              assertThat(Journal.read(image, FILE).records()).as(when).hasSize(records.size() + 1);
            });
    assertThat(images).isGreaterThan(1000);
  }

  @Test
  void aVaultWithAnIndexIsWholeAndOneWithoutIsMadeAgain() throws IOException {
    boolean[] sealed = {false};
    int images =
        atEveryEffect(
            disk -> {
              sealed[0] = false;
              VaultWriter writer = Vault.create(disk, VAULT, VaultKeys.none());
              for (int i = 0; i < 4; i++) {
                writer.store(object("ns-" + i % 2, "o" + i, "v1"));
              }
              writer.seal();
              sealed[0] = true;
            },
            (image, when) -> {
              Optional<Vault> vault = Vault.open(image, VAULT, VaultKeys.none());
              assertThat(vault.isPresent() || !sealed[0]).as(when).isTrue();
              Vault whole;
              if (vault.isPresent()) {
                whole = vault.get();
              } else {
                VaultWriter writer = Vault.create(image, VAULT, VaultKeys.none());
                for (int i = 0; i < 4; i++) {
                  writer.store(object("ns-" + i % 2, "o" + i, "v1"));
                }
                whole = writer.seal();
              }
              for (int i = 0; i < 4; i++) {
                Manifest wanted = object("ns-" + i % 2, "o" + i, "v1");
                assertThat(whole.read(wanted.ref())).as(when).contains(wanted);
              }
            });
    assertThat(images).isGreaterThan(400);
  }

  @Test
  void replacingOneObjectNeverHarmsTheOthersAndCanBeDoneAgain() throws IOException {
    ObjectRef second = object("ns", "o1", "v1").ref();
    boolean[] replaced = {false};
    atEveryEffect(
        disk -> {
          replaced[0] = false;
          VaultWriter writer = Vault.create(disk, VAULT, VaultKeys.none());
          for (int i = 0; i < 3; i++) {
            writer.store(object("ns", "o" + i, "v1"));
          }
          Vault vault = writer.seal();
          vault.replace(object("ns", "o1", "v2"));
          replaced[0] = true;
          vault.replace(object("new", "o9", "v1"));
        },
        (image, when) -> {
          Optional<Vault> vault = Vault.open(image, VAULT, VaultKeys.none());
          if (vault.isEmpty()) {
            return;
          }
          for (int i = 0; i < 3; i += 2) {
            Manifest wanted = object("ns", "o" + i, "v1");
            assertThat(vault.get().read(wanted.ref())).as(when).contains(wanted);
          }
          Manifest again = object("ns", "o1", "v2");
          Manifest found = vault.get().read(second).orElseThrow();
          assertThat(found).as(when).isIn(object("ns", "o1", "v1"), again);
          assertThat(!replaced[0] || found.equals(again)).as(when).isTrue();
          vault.get().replace(again);
          assertThat(Vault.open(image, VAULT, VaultKeys.none()).orElseThrow().read(second))
              .as(when)
              .contains(again);
        });
  }

  @Test
  void afterACrashTheOldProcessCannotWrite() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    disk.createDirectories(RUN);
    Journal journal = Journal.create(disk, FILE, HEADER);
    SimulatedDisk next = disk.kill();
    assertThatThrownBy(() -> journal.commit(RECORDS.get(0))).hasMessageStartingWith("M2105");
    assertThat(Journal.read(next, FILE).records()).isEmpty();
  }

  private static Manifest object(String namespace, String name, String version) {
    return Manifest.parse(
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"namespace": "%s", "name": "%s", "uid": "u-%s", "resourceVersion": "%s"}, "data": {"a": "b"}}
        """
            .formatted(namespace, name, name, version));
  }
}
