package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.journal.memory.SimulatedDisk;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Rehearsal.End;
import dev.migrator.runbook.Scene;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs whose files somebody damaged: refused in words, or resumed without a wrong write. The
 * formats themselves are tested byte by byte in their own packages.
 */
@Timeout(1800)
class BadInputTest {

  private static final int RUNS = 2_000;
  private static final Path RUN = Scene.STATE.resolve(Scene.RUN);

  /** Moments of a hand-over: which part of all points has passed. */
  private static final List<Integer> PERCENT = List.of(60, 75, 90);

  @Test
  void aDamagedJournalIsRefusedOrResumedWithoutAWrongWrite() {
    List<Matrix.Cell> cells = new ArrayList<>();
    for (PlanCase example : Scenes.small()) {
      Rehearsal undisturbed = new Rehearsal(example);
      undisturbed.run();
      for (int percent : PERCENT) {
        int stop = undisturbed.points() * percent / 100;
        int size = stopped(example, stop).file("journal").length;
        for (int cut = 0; cut < size; cut++) {
          int length = cut;
          cells.add(
              new Matrix.Cell(
                  example,
                  "at " + percent + "% cut " + cut,
                  random -> damaged(example, stop, bytes -> Arrays.copyOf(bytes, length))));
        }
        for (int flipped = 0; flipped < size * 8; flipped++) {
          int bit = flipped;
          cells.add(
              new Matrix.Cell(
                  example,
                  "at " + percent + "% flip " + bit,
                  random -> damaged(example, stop, bytes -> flip(bytes, bit))));
        }
      }
    }
    Matrix matrix = Matrix.named("damaged journals");
    Collections.shuffle(cells, new Random(matrix.seed()));
    System.out.printf("damaged journals: of all %,d%n", cells.size());
    matrix.run(cells.subList(0, Math.min(cells.size(), Matrix.wanted(RUNS))));
  }

  private interface Damage {
    byte[] to(byte[] bytes);
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << (bit % 8));
    return flipped;
  }

  private record Stopped(Rehearsal rehearsal) {
    byte[] file(String name) {
      try {
        return rehearsal.disk.read(RUN.resolve(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Stopped stopped(PlanCase example, int stop) {
    Rehearsal rehearsal = new Rehearsal(example);
    End end = rehearsal.runUntil(stop);
    assertThat(end).isInstanceOf(End.Died.class);
    rehearsal.processIsKilled();
    return new Stopped(rehearsal);
  }

  private static List<String> damaged(PlanCase example, int stop, Damage damage) {
    Stopped stopped = stopped(example, stop);
    Rehearsal rehearsal = stopped.rehearsal();
    // What was announced is known from before the damage.
    rehearsal.checker.remember(rehearsal.image());
    put(rehearsal.disk, "journal", damage.to(stopped.file("journal")));
    End end = rehearsal.run();
    List<String> wrong = new ArrayList<>(FaultMatrixTest.withoutReason(end));
    wrong.addAll(rehearsal.judge());
    if (!wrong.isEmpty()) {
      wrong.add("stopped: " + end);
    }
    return wrong;
  }

  private static void put(SimulatedDisk disk, String name, byte[] content) {
    try {
      disk.write(RUN.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The other files of a run: nothing but words, and no write in either cluster. */
  @Test
  void aDamagedRunDirectoryIsRefusedInWords() {
    Matrix matrix = Matrix.named("damaged run directories");
    Random random = new Random(matrix.seed());
    PlanCase example = Scenes.named("once");
    Rehearsal undisturbed = new Rehearsal(example);
    undisturbed.run();
    int stop = undisturbed.points() * 3 / 4;
    List<Matrix.Cell> cells = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      long seed = random.nextLong();
      cells.add(new Matrix.Cell(example, "file " + i, own -> damagedFile(example, stop, seed)));
    }
    matrix.run(cells);
  }

  private static List<String> damagedFile(PlanCase example, int stop, long seed) {
    Random random = new Random(seed);
    Rehearsal rehearsal = stopped(example, stop).rehearsal();
    rehearsal.checker.remember(rehearsal.image());
    List<Map.Entry<Path, byte[]>> files = new ArrayList<>(rehearsal.image().files().entrySet());
    files.removeIf(e -> e.getKey().endsWith("journal") || e.getKey().toString().contains("lock"));
    files.sort(Map.Entry.comparingByKey());
    Map.Entry<Path, byte[]> chosen = files.get(random.nextInt(files.size()));
    Path file = chosen.getKey();
    byte[] bytes = chosen.getValue();
    byte[] broken =
        random.nextInt(3) == 0
            ? Arrays.copyOf(bytes, random.nextInt(Math.max(1, bytes.length)))
            : flip(bytes, random.nextInt(Math.max(8, bytes.length * 8)));
    put(rehearsal.disk, RUN.relativize(file).toString(), broken);
    End end = rehearsal.run();
    List<String> wrong = new ArrayList<>(FaultMatrixTest.withoutReason(end));
    // What the damage took from the vault is not our loss; everything else is judged.
    rehearsal.judge().stream().filter(p -> !p.startsWith("P1")).forEach(wrong::add);
    if (!wrong.isEmpty()) {
      wrong.add("stopped: " + file + " " + end);
    }
    return wrong;
  }

  /** Plans of all cases, cut and changed at random. */
  @Test
  void aBrokenPlanIsRefusedInWords() {
    long seed = Matrix.named("").seed();
    Random random = new Random(seed);
    int refused = 0;
    int runs = 2_400;
    List<PlanCase> cases = PlanCase.all();
    List<String> plans =
        cases.stream()
            .map(c -> new String(new Scene(c).planBytes(), StandardCharsets.UTF_8))
            .toList();
    for (int i = 0; i < runs; i++) {
      String whole = plans.get(i % plans.size());
      StringBuilder text = new StringBuilder(whole);
      for (int n = random.nextInt(3); n >= 0; n--) {
        int at = random.nextInt(Math.max(1, text.length()));
        switch (random.nextInt(4)) {
          case 0 -> text.setLength(Math.max(1, at));
          case 1 -> text.replace(at, at + 1, String.valueOf((char) random.nextInt(0x300)));
          case 2 -> text.insert(at, "{}[]:,&*!|>-\"'#\n\t\u202e\u0000".charAt(random.nextInt(19)));
          default -> text.delete(at, at + 1);
        }
      }
      try {
        Plan read = PlanFile.read(new StringReader(text.toString()));
        // Only what a comment says may differ.
        assertThat(read).as("seed %d run %d", seed, i).isEqualTo(plan(whole));
      } catch (ProblemException e) {
        refused++;
        assertThat(e.problem().code()).as("seed %d run %d", seed, i).isEqualTo(ErrorCode.M1003);
      }
    }
    System.out.printf("broken plans: %,d runs, seed %d, %,d refused%n", runs, seed, refused);
    assertThat(refused).isGreaterThan(runs / 2);
  }

  private static Plan plan(String text) {
    return PlanFile.read(new StringReader(text));
  }
}
