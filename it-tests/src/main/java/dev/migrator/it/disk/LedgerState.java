package dev.migrator.it.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code ledger verify} says of one folder.
 *
 * @param label the name and the folder that the ledger was begun with, such as {@code
 *     ledger-0/accounts}; empty where there are no records
 * @param records how many there are
 * @param turns who wrote them, one after the other
 * @param holder who took the folder last; empty where there was nobody
 * @param released whether that one said that it was done
 * @param problems torn and damaged records, breaks in the chain, writers that met; empty is good
 */
public record LedgerState(
    String label,
    long records,
    List<Turn> turns,
    String holder,
    boolean released,
    List<String> problems) {

  /**
   * Consecutive records of one writer.
   *
   * @param cluster whose node it ran on, where it runs in a pod
   */
  public record Turn(
      String cluster, String writer, long first, long last, Instant from, Instant to) {

    private static Turn of(JsonNode turn) {
      String writer = turn.path("writer").asText();
      return new Turn(
          writer.substring(0, Math.max(0, writer.indexOf('/'))),
          writer,
          turn.path("first").asLong(),
          turn.path("last").asLong(),
          Instant.parse(turn.path("from").asText()),
          Instant.parse(turn.path("to").asText()));
    }
  }

  public LedgerState {
    turns = List.copyOf(turns);
    problems = List.copyOf(problems);
  }

  static LedgerState of(JsonNode chain) {
    List<Turn> turns = new ArrayList<>();
    chain.path("turns").forEach(turn -> turns.add(Turn.of(turn)));
    List<String> problems = new ArrayList<>();
    chain.path("problems").forEach(problem -> problems.add(problem.asText()));
    JsonNode lock = chain.path("lock");
    return new LedgerState(
        chain.path("label").asText(),
        chain.path("records").asLong(),
        turns,
        lock.path("holder").asText(),
        lock.path("released").asBoolean(),
        problems);
  }

  /**
   * Lets the program verify a folder. One that is being written to may seem torn.
   *
   * @param ledger the program
   */
  public static LedgerState verify(Path ledger, Path folder) {
    try {
      Process process =
          new ProcessBuilder(ledger.toString(), "verify", folder.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor();
      return of(Json.parse(said));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while verifying " + folder, e);
    }
  }

  /** The clusters that wrote, in their order; each turn counts, so none should be here twice. */
  public List<String> clusters() {
    List<String> clusters = new ArrayList<>();
    for (Turn turn : turns) {
      if (clusters.isEmpty() || !clusters.getLast().equals(turn.cluster())) {
        clusters.add(turn.cluster());
      }
    }
    return List.copyOf(clusters);
  }

  /** How many records one cluster wrote. */
  public long records(String cluster) {
    return turns.stream()
        .filter(turn -> turn.cluster().equals(cluster))
        .mapToLong(turn -> turn.last() - turn.first() + 1)
        .sum();
  }
}
