package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.migrator.model.ErrorCode;
import dev.migrator.model.ProblemException;
import dev.migrator.mover.Mover;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MoverFolderTest {

  private static final Path BUILT_IN = Path.of("src/main/resources/dev/migrator/movers");

  @ParameterizedTest
  @ValueSource(strings = {"rsync", "restic"})
  void findsTheProgramsOwn(String name, @TempDir Path folder) {
    assertThat(MoverFolder.find(name, folder).files())
        .containsKeys("mover.yaml", "source.yaml", "target.yaml", "walk.py");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsync", "restic"})
  void hasEveryFileThatIsInItsFolder(String name, @TempDir Path folder) throws IOException {
    TreeSet<String> there = new TreeSet<>();
    for (String part : new String[] {name, "shared"}) {
      try (Stream<Path> files = Files.list(BUILT_IN.resolve(part))) {
        files
            .filter(Files::isRegularFile)
            .map(file -> file.getFileName().toString())
            .forEach(there::add);
      }
    }
    assertThat(MoverFolder.find(name, folder).files().keySet()).isEqualTo(there);
  }

  @Test
  void aFolderBesideTheMigrationFileWins(@TempDir Path folder) throws IOException {
    Path mine = Files.createDirectories(folder.resolve("movers/rsync"));
    for (var file : MoverFolder.find("rsync", folder.resolve("none")).files().entrySet()) {
      Files.writeString(mine.resolve(file.getKey()), file.getValue());
    }
    Files.writeString(mine.resolve("notes.txt"), "mine");
    Files.writeString(mine.resolve(".hidden"), "not read");
    Mover found = MoverFolder.find("rsync", folder);
    assertThat(found.files()).containsEntry("notes.txt", "mine").doesNotContainKey(".hidden");
  }

  @Test
  void namesTheMoversThereAreTheNearestFirst(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("movers/kopia"));
    assertThat(refusal("rsnyc", folder))
        .isEqualTo("M1112: mover rsnyc is not there: there are rsync, kopia, restic");
    assertThat(refusal("nothing-like-it", folder))
        .isEqualTo("M1112: mover nothing-like-it is not there: there are kopia, restic, rsync");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../mine", "/etc", "", ".", "RSYNC"})
  void aNameLeadsNowhereElse(String name, @TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("mine"));
    Files.createDirectories(folder.resolve("movers"));
    assertThat(refusal(name, folder)).contains("is not there");
  }

  @Test
  void whatIsNoTextIsRefused(@TempDir Path folder) throws IOException {
    Path mine = Files.createDirectories(folder.resolve("movers/mine"));
    Files.write(mine.resolve("mover.yaml"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refusal("mine", folder))
        .isEqualTo("M1112: mover mine: mover.yaml: is not a text in UTF-8");
    Files.writeString(mine.resolve("mover.yaml"), "#".repeat(600_000));
    assertThat(refusal("mine", folder)).contains("is larger than");
  }

  @Test
  void whatItHasReadIsAllThatItNeeds(@TempDir Path folder) {
    Mover found = MoverFolder.find("restic", folder);
    assertThat(Mover.of("restic", found.files())).isEqualTo(found);
    assertThat(found.files().values().stream().collect(Collectors.joining())).doesNotContain("\r");
  }

  private static String refusal(String name, Path folder) {
    ProblemException[] thrown = new ProblemException[1];
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> MoverFolder.find(name, folder))
        .satisfies(e -> thrown[0] = e);
    assertThat(thrown[0].problem().code()).isEqualTo(ErrorCode.M1112);
    return String.valueOf(thrown[0].getMessage());
  }
}
