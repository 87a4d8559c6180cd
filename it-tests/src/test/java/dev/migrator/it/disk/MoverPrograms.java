package dev.migrator.it.disk;

import dev.migrator.runbook.MoverFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The programs of a mover as processes of this machine, without any pod. */
record MoverPrograms(Path folder, String name) {

  /** Writes them below a folder. */
  static MoverPrograms of(String name, Path root) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    for (Map.Entry<String, String> file :
        MoverFolder.find(name, root.resolve("none")).files().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    return new MoverPrograms(folder, name);
  }

  /** What a program that has ended left behind. */
  record Outcome(int exitCode, String log, String termination) {}

  /** One that still runs. */
  record Started(Process process, Path log, Path termination) {

    Outcome end() throws IOException, InterruptedException {
      int code = process.waitFor();
      String left = Files.exists(termination) ? Files.readString(termination) : "";
      return new Outcome(code, Files.readString(log), left);
    }
  }

  /**
   * Starts one side.
   *
   * @param as names its files, so that two sides do not share any
   * @param data the volume
   * @param environment what its pod would have
   */
  Started start(String as, Path data, Map<String, String> environment) throws IOException {
    Path temporary = Files.createDirectories(folder.resolve("tmp-" + as));
    Map<String, String> all = new HashMap<>(environment);
    all.put("VOLUME_DATA", data.toString());
    all.put("MOVER_TMP", temporary.toString());
    all.put("TERMINATION_LOG", folder.resolve(as + ".termination").toString());
    ProcessBuilder builder =
        new ProcessBuilder("/usr/bin/python3", "-B", folder.resolve(name + ".py").toString());
    builder.environment().putAll(all);
    builder.redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(as + ".log").toFile());
    return new Started(
        builder.start(), folder.resolve(as + ".log"), folder.resolve(as + ".termination"));
  }
}
