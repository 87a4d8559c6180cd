package dev.migrator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import dev.migrator.journal.RunFile.Login;
import dev.migrator.journal.memory.SimulatedDisk;
import dev.migrator.model.Digest;
import dev.migrator.model.Manifest;
import dev.migrator.model.PlanKey;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunDirectoryTest {

  private static final Path STATE = Path.of(".migrator");
  private static final byte[] PLAN = "kind: Plan\n".getBytes(StandardCharsets.UTF_8);

  private final SimulatedDisk disk = new SimulatedDisk();

  @Test
  void aRunRemembersEverythingThatLaterCommandsNeed() {
    RunFile run = run("r-1", 1);
    RunDirectory made = RunDirectory.create(disk, STATE, run, PLAN);
    made.createJournal("s", "t").close();
    VaultWriter writer = made.createVault();
    writer.store(
        Manifest.parse(
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\",\"namespace\":\"n\"}}"));
    assertThat(made.vault()).isEmpty();
    writer.seal();

    RunDirectory found = RunDirectory.find(disk, STATE, "r-1");
    assertThat(found.run()).isEqualTo(run);
    assertThat(found.plan()).isEqualTo(PLAN);
    assertThat(found.hasJournal()).isTrue();
    assertThat(found.readJournal().header()).isEqualTo(found.header("s", "t"));
    assertThat(found.vault().orElseThrow().size()).isEqualTo(1);
    assertThat(RunDirectory.find(disk, STATE, STATE.resolve("r-1").toString()).run())
        .isEqualTo(run);
  }

  @Test
  void latestIsTheRunThatWasCreatedLast() {
    assertThatThrownBy(() -> RunDirectory.find(disk, STATE, "latest"))
        .hasMessageStartingWith("M1006");
    RunDirectory.create(disk, STATE, run("r-z", 1), PLAN);
    RunDirectory.create(disk, STATE, run("r-a", 3), PLAN);
    RunDirectory.create(disk, STATE, run("r-m", 2), PLAN);
    assertThat(RunDirectory.find(disk, STATE, "latest").run().id()).isEqualTo("r-a");
    assertThat(RunDirectory.all(disk, STATE))
        .extracting(each -> each.run().id())
        .containsExactly("r-z", "r-m", "r-a");
  }

  @Test
  void whatIsNoRunIsM1006AndTheKnownOnesAreNamed() throws IOException {
    RunDirectory.create(disk, STATE, run("r-1", 1), PLAN);
    disk.createDirectories(STATE.resolve("r-half"));
    for (String wanted :
        List.of("r-2", "r-half", "../r-1", "", "a\0b", "\u001b[31m", "x".repeat(5000), "latest2")) {
      assertThatThrownBy(() -> RunDirectory.find(disk, STATE, wanted))
          .as(wanted)
          .hasMessageStartingWith("M1006")
          .hasMessageContaining("r-1")
          .hasMessageNotContaining("\u001b")
          .hasMessageNotContaining("\0");
    }
    disk.write(
        STATE.resolve("r-1").resolve("run.json"), "{\"kind\":".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> RunDirectory.find(disk, STATE, "r-1")).hasMessageStartingWith("M1006");
  }

  @Test
  void brokenRunFilesAreRefusedInWords() {
    byte[] whole = run("r-1", 1).json();
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      byte[] broken = java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
      if (random.nextBoolean()) {
        broken = whole.clone();
        broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        RunFile.requireId(RunFile.read(broken).id());
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
      }
    }
  }

  @Test
  void idsAreSafeAsFolderNames() {
    for (String id :
        List.of("", "..", "a/b", "A", "-a", "a-", "a b", "latest", "x".repeat(64), "é")) {
      assertThatThrownBy(() -> run(id, 1)).as(id).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(run("r-7f3a", 1).id()).isEqualTo("r-7f3a");
  }

  @Test
  void whereNothingCanBeWrittenNoRunBegins() throws IOException {
    disk.createDirectories(STATE);
    disk.write(STATE.resolve("r-1"), new byte[0]);
    assertThatThrownBy(() -> RunDirectory.create(disk, STATE, run("r-1", 1), PLAN))
        .hasMessageStartingWith("M1009");
  }

  @Test
  void troublesAreToldInWordsThatPeopleKnow() {
    assertThat(DiskTrouble.words(new AccessDeniedException("/a")))
        .isEqualTo("permission denied: /a");
    assertThat(DiskTrouble.words(new NoSuchFileException("/a")))
        .isEqualTo("no such file or folder: /a");
    assertThat(DiskTrouble.words(new FileSystemException("/a", null, "Read-only file system")))
        .isEqualTo("Read-only file system: /a");
    assertThat(DiskTrouble.words(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
  }

  @Test
  void aChangedPlanIsRefused() throws IOException {
    RunDirectory made = RunDirectory.create(disk, STATE, run("r-1", 1), PLAN);
    assertThatThrownBy(() -> RunDirectory.create(disk, STATE, run("r-1", 1), PLAN))
        .hasMessageStartingWith("M2105");
    assertThatThrownBy(() -> RunDirectory.create(disk, STATE, run("r-2", 1), new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    disk.write(made.planFile(), "kind: Plan\n#\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(made::plan).hasMessageStartingWith("M1003");
  }

  @Test
  void theLockNamesItsHolder() throws IOException {
    RunDirectory made = RunDirectory.create(disk, STATE, run("r-1", 1), PLAN);
    try (Closeable lock = made.lock("pid 4711 on build-3")) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> made.lock("pid 1"))
          .hasMessageStartingWith("M1301")
          .hasMessageContaining("pid 4711 on build-3");
      assertThat(made.worker()).contains("pid 4711 on build-3");
      assertThatThrownBy(made::requireFree)
          .hasMessageStartingWith("M1301")
          .hasMessageContaining("pid 4711 on build-3");
    }
    assertThat(made.worker()).isEmpty();
    made.requireFree();
    made.lock("pid 1").close();
  }

  @Test
  void toLookWhoWorksKeepsNobodyOff(@TempDir Path folder) throws Exception {
    RunDirectory made = RunDirectory.create(new RealDisk(), folder, run("r-1", 1), PLAN);
    made.lock("pid 1").close();
    AtomicBoolean ends = new AtomicBoolean();
    Thread looking =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!ends.get()) {
                    Optional<String> unused = made.worker();
                    LockSupport.parkNanos(1_000_000);
                  }
                });
    try {
      for (int i = 0; i < 1000; i++) {
        made.lock("pid 1").close();
      }
    } finally {
      ends.set(true);
      looking.join();
    }
  }

  @Test
  void aCrashWhileMakingItLeavesAWholeRunOrNone() throws IOException {
    for (int stop = 0; stop < 30; stop++) {
      for (int seed = 0; seed < 20; seed++) {
        SimulatedDisk one = new SimulatedDisk();
        int[] left = {stop};
        Disk hooked =
            new HookedDisk(
                one,
                (moment, effect, path, bytes) -> {
                  if (left[0]-- == 0) {
                    throw new IllegalStateException("crash");
                  }
                });
        boolean made = false;
        try {
          RunDirectory.create(hooked, STATE, run("r-1", 1), PLAN);
          made = true;
        } catch (IllegalStateException crash) {
          assertThat(crash).hasMessage("crash");
        }
        SimulatedDisk image = one.crash(new Random(seed));
        List<RunDirectory> runs = RunDirectory.all(image, STATE);
        assertThat(!made || runs.size() == 1).as("stop %d, seed %d", stop, seed).isTrue();
        runs.forEach(each -> assertThat(each.plan()).isEqualTo(PLAN));
      }
    }
  }

  @Test
  void thePlansKeyIsSealedWhereTheVaultsSecretsAre() throws Exception {
    KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
    VaultKeys sealing = VaultKeys.of(List.of(text(pair.getPublic())), List.of());
    PlanKey key = PlanKey.of(new byte[PlanKey.BYTES]);
    RunDirectory made =
        RunDirectory.create(disk, STATE, run("r-1", 1), PLAN, Optional.of(key), sealing);
    assertThat(made.planKey(key.check()).map(PlanKey::check)).contains(key.check());

    assertThat(disk.exists(made.root().resolve("plan.yaml.key"))).isFalse();
    for (Path file : disk.list(made.root())) {
      assertThat(new String(disk.read(file), StandardCharsets.ISO_8859_1))
          .doesNotContain("0".repeat(2 * PlanKey.BYTES));
    }
    RunDirectory later = RunDirectory.find(disk, STATE, "r-1");
    assertThat(later.planKey(key.check())).isEmpty();
    VaultKeys opening = VaultKeys.of(List.of(), List.of(text(pair.getPrivate())));
    assertThat(later.with(opening).planKey(key.check()).map(PlanKey::check)).contains(key.check());
    PlanKey another =
        PlanKey.of("another key of as many bytes ...".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> later.with(opening).planKey(another.check()))
        .hasMessageStartingWith("M1003");
  }

  private static String text(Key key) {
    return new String(key.getEncoded(), StandardCharsets.US_ASCII);
  }

  @Test
  void onTheRealDiskEverythingIsPrivate(@TempDir Path folder) throws IOException {
    RealDisk real = new RealDisk();
    RunDirectory made =
        RunDirectory.create(
            real,
            folder.resolve(".migrator"),
            run("r-1", 1),
            PLAN,
            Optional.of(PlanKey.of(new byte[PlanKey.BYTES])),
            VaultKeys.none());
    made.createJournal("s", "t").close();
    try (Disk.Appender events = made.events();
        Closeable lock = made.lock("pid 1")) {
      assertThat(lock).isNotNull();
      events.write(new byte[] {'\n'});
      assertThatThrownBy(() -> made.lock("pid 2")).hasMessageContaining("pid 1");
    }
    RealDiskTest.assertPrivate(folder.resolve(".migrator"));
    RealDiskTest.assertPrivate(made.root());
    real.list(made.root()).forEach(RealDiskTest::assertPrivate);
    assertThat(real.list(made.root())).contains(made.root().resolve("plan.yaml.key"));
  }

  private static RunFile run(String id, long second) {
    return new RunFile(
        id,
        Instant.ofEpochSecond(second),
        Digest.ofBytes(PLAN),
        new Login(Optional.of("/home/me/.kube/old"), "old"),
        new Login(Optional.empty(), "new"),
        Map.of("parallel", "8"));
  }
}
