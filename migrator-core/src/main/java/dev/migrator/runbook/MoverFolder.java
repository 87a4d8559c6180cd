package dev.migrator.runbook;

import dev.migrator.migration.Migration;
import dev.migrator.migration.Spelling;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.mover.Mover;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Where movers are: folders in {@code movers} beside the migration file, and those of the program.
 */
public final class MoverFolder {

  private static final String BUILT_IN = "/dev/migrator/movers/";
  private static final String NAME = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

  /** What a ConfigMap can hold is 1 MiB, and a mover is less. */
  private static final long MAX_BYTES = 512 * 1024;

  private MoverFolder() {}

  /**
   * The migration with the files of all movers that its rules name.
   *
   * <p>Errors: as {@link #find}.
   *
   * @param folderOfMigrationFile as {@link #find} has it
   */
  public static Migration withMovers(Migration migration, Path folderOfMigrationFile) {
    SortedMap<String, SortedMap<String, String>> movers = new TreeMap<>();
    migration.data().volumes().stream()
        .flatMap(rule -> rule.mover().stream())
        .distinct()
        .forEach(name -> movers.put(name, find(name, folderOfMigrationFile).files()));
    return movers.isEmpty() ? migration : migration.withData(migration.data().withMovers(movers));
  }

  /**
   * The mover of that name: the user's, else the program's own.
   *
   * <p>Errors: {@link ProblemException} M1112 where there is none, or it cannot be read.
   *
   * @param folderOfMigrationFile whose subfolder {@code movers/<name>} is the user's mover
   */
  public static Mover find(String name, Path folderOfMigrationFile) {
    Path movers = folderOfMigrationFile.resolve("movers");
    if (name.matches(NAME) && Files.isDirectory(movers.resolve(name))) {
      return Mover.of(name, texts(name, movers.resolve(name)));
    }
    SortedMap<String, List<String>> builtIn = builtIn();
    List<String> files = builtIn.get(name);
    if (files != null) {
      return Mover.of(name, resources(files));
    }
    throw unknown(name, movers, builtIn);
  }

  private static ProblemException unknown(
      String name, Path movers, SortedMap<String, List<String>> builtIn) {
    SortedSet<String> names = new TreeSet<>(builtIn.keySet());
    names.addAll(folders(movers));
    List<String> nearestFirst = new ArrayList<>(names);
    Spelling.nearest(name, names)
        .ifPresent(
            nearest -> {
              nearestFirst.remove(nearest);
              nearestFirst.addFirst(nearest);
            });
    return Problem.of(
            ErrorCode.M1112,
            "mover " + name + " is not there",
            "there are " + String.join(", ", nearestFirst))
        .exception();
  }

  private static List<String> folders(Path movers) {
    if (!Files.isDirectory(movers)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(movers)) {
      return all.filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.matches(NAME))
          .toList();
    } catch (IOException e) {
      throw unreadable(movers.toString(), e);
    }
  }

  private static SortedMap<String, String> texts(String name, Path folder) {
    SortedMap<String, String> texts = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        String fileName = file.getFileName().toString();
        if (!fileName.startsWith(".")) {
          texts.put(fileName, text(name, file));
        }
      }
    } catch (IOException e) {
      throw unreadable("mover " + name, e);
    }
    return texts;
  }

  private static String text(String name, Path file) throws IOException {
    String what = "mover " + name + ": " + file.getFileName();
    if (Files.size(file) > MAX_BYTES) {
      throw Problem.of(ErrorCode.M1112, what, "is larger than " + MAX_BYTES + " bytes").exception();
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (CharacterCodingException e) {
      throw Problem.of(ErrorCode.M1112, what, "is not a text in UTF-8").exception();
    }
  }

  private static ProblemException unreadable(String what, IOException e) {
    return Problem.of(ErrorCode.M1112, what, "cannot be read: " + e.getMessage()).exception();
  }

  /** The files of each mover of the program, below {@link #BUILT_IN}. */
  private static SortedMap<String, List<String>> builtIn() {
    SortedMap<String, List<String>> movers = new TreeMap<>();
    for (String line : resource("index.tsv").lines().toList()) {
      List<String> columns = List.of(line.split("\t"));
      movers.put(columns.getFirst(), columns.subList(1, columns.size()));
    }
    return movers;
  }

  private static SortedMap<String, String> resources(List<String> files) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (String file : files) {
      texts.put(file.substring(file.lastIndexOf('/') + 1), resource(file));
    }
    return texts;
  }

  private static String resource(String name) {
    try (InputStream in = MoverFolder.class.getResourceAsStream(BUILT_IN + name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its resource " + BUILT_IN + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
