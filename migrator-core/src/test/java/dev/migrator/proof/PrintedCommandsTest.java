package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.plans.PlanCase;
import dev.migrator.proof.Walk.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks the sequences of the commands that are printed one after the other, up to six of them, and
 * looks after each: nothing is in neither cluster, the source's claims are what they were, and what
 * must not run twice has beside it what it needs.
 *
 * <p>What another sequence came to is not gone on with twice. {@code -Dproof.commands=6} takes all
 * scenes six commands far; without it the first is, and the others are four.
 */
@Timeout(900)
class PrintedCommandsTest {

  private static final int LENGTH = 6;
  private static final int SHORT = 4;

  static Stream<PlanCase> cases() {
    return Stream.of(
        Scenes.named("shared"),
        Scenes.named("serving"),
        Scenes.named("cron"),
        PlanCase.named("config-only"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingIsEverInNeitherCluster(PlanCase example) {
    boolean isWhole = example.name().equals("shared");
    int length = Integer.getInteger("proof.commands", isWhole ? LENGTH : SHORT);
    Set<String> seen = new HashSet<>();
    Set<String> wrong = new TreeSet<>();
    int walked = 0;
    List<List<Command>> open = List.of(List.of());
    while (!open.isEmpty()) {
      List<List<Command>> longer = new ArrayList<>();
      for (List<Command> sequence : open) {
        Walk walk = new Walk(example).all(sequence);
        String before = walk.state();
        for (Command next : walk.commands()) {
          walk.perform(next);
          walked++;
          List<Command> extended = Stream.concat(sequence.stream(), Stream.of(next)).toList();
          walk.wrong().forEach(what -> wrong.add(extended + ": " + what));
          String after = walk.state();
          if (seen.add(after) && extended.size() < length) {
            longer.add(extended);
          }
          if (!after.equals(before)) {
            walk = new Walk(example).all(sequence);
          }
        }
      }
      // What is wrong already says nothing more when it goes on.
      open = wrong.isEmpty() ? longer : List.of();
    }
    System.out.printf("%s: %,d commands, %,d states%n", example.name(), walked, seen.size());
    assertThat(wrong).isEmpty();
    assertThat(walked).isGreaterThan(50);
  }
}
