package dev.migrator.it.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code volume.py}, which makes a volume with all that a mover must keep, and changes it. */
final class VolumeMaking {

  private VolumeMaking() {}

  /**
   * Runs it to its end.
   *
   * @param folder where the program is put
   */
  static synchronized void run(Path folder, String... arguments)
      throws IOException, InterruptedException {
    Path program = folder.resolve("volume.py");
    if (!Files.exists(program)) {
      try (InputStream in = VolumeMaking.class.getResourceAsStream("volume.py")) {
        if (in == null) {
          throw new IllegalStateException("no resource volume.py");
        }
        Files.write(program, in.readAllBytes());
      }
    }
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-B", program.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as("volume.py").isZero();
  }
}
