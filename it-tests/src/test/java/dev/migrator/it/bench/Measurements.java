package dev.migrator.it.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured, and what follows from it. A rate is compared with that of the ceiling in the
 * same round: absolute figures of a shared machine mean nothing.
 */
final class Measurements {

  /** The name of the bare client's turns. */
  static final String CEILING = "bare client";

  /**
   * One turn.
   *
   * @param what is done, such as writing
   * @param size of the workload
   * @param rate objects a second
   */
  record Turn(What what, int size, int round, String who, double seconds, double rate) {
    Table table() {
      return new Table(what, size);
    }
  }

  /** What the ceiling does too. */
  enum What {
    WRITING,
    READING;

    String word() {
      return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
  }

  /** Turns that may be compared. */
  record Table(What what, int size) {}

  /** What all turns of one contender at one size say. */
  record Row(
      String who, int rounds, double seconds, double rate, double ratio, double low, double high) {}

  private final List<Turn> turns = new ArrayList<>();
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final Map<String, Long> peaks = new LinkedHashMap<>();
  private final Map<String, List<Effort>> efforts = new LinkedHashMap<>();

  /** The processor time of one turn, in milliseconds an object. */
  private record Effort(double client, double servers) {}

  /** Notes a turn, and tells it whoever watches. */
  void add(What what, int size, int round, String who, int objects, double seconds) {
    Turn turn = new Turn(what, size, round, who, seconds, objects / seconds);
    turns.add(turn);
    System.out.printf(
        Locale.ROOT,
        "  %s %,d objects, round %d: %s: %.2f s, %.0f objects/s%n",
        what.word(),
        size,
        round,
        who,
        seconds,
        turn.rate());
  }

  /** Notes something that is no rate. */
  void fact(String what, String value) {
    facts.put(what, value);
    System.out.println("  " + what + ": " + value);
  }

  /** Notes the most memory that a command had; the highest of all rounds counts. */
  void peak(int size, String command, ProgramRun run) {
    String what = String.format(Locale.ROOT, "memory of %s at %,d objects", command, size);
    peaks.merge(what, run.peakMegabytes(), Math::max);
    System.out.printf(
        Locale.ROOT, "  %s: %d MB, %.1f s%n", what, run.peakMegabytes(), run.seconds());
  }

  /** Notes the processor time that a turn cost: what bounds it where all share the processors. */
  void effort(int size, String who, Duration client, Duration servers) {
    Effort effort = new Effort(millis(client) / size, millis(servers) / size);
    String what = String.format(Locale.ROOT, "%s, %,d objects", who, size);
    efforts.computeIfAbsent(what, k -> new ArrayList<>()).add(effort);
    System.out.printf(
        Locale.ROOT,
        "  processor time of %s: client %.2f ms, servers %.2f ms an object%n",
        what,
        effort.client(),
        effort.servers());
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  /** Notes how long objects were active in neither cluster. */
  void pauses(int count, List<Double> seconds) {
    fact(
        String.format(Locale.ROOT, "pause of a CronJob, %,d at a time", count),
        String.format(
            Locale.ROOT,
            "p50 %.0f ms, p99 %.0f ms, longest %.0f ms (of %,d)",
            1e3 * quantile(seconds, 0.5),
            1e3 * quantile(seconds, 0.99),
            1e3 * quantile(seconds, 1),
            seconds.size()));
  }

  static double quantile(List<Double> values, double part) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
  }

  List<Table> tables() {
    return turns.stream().map(Turn::table).distinct().toList();
  }

  /** One row a contender, in the order of their first turns. */
  List<Row> rows(Table table) {
    return turns.stream()
        .filter(t -> t.table().equals(table))
        .map(Turn::who)
        .distinct()
        .map(who -> row(table, who))
        .toList();
  }

  /** Errors: {@link IllegalArgumentException} when it had no turn. */
  Row row(Table table, String who) {
    List<Turn> mine = of(table, who);
    if (mine.isEmpty()) {
      throw new IllegalArgumentException(who + " had no turn at " + table);
    }
    double rate = median(mine.stream().map(Turn::rate).toList());
    List<Double> ratios =
        mine.stream()
            .flatMap(t -> ceiling(table, t.round()).stream().map(ceiling -> t.rate() / ceiling))
            .sorted()
            .toList();
    return new Row(
        who,
        mine.size(),
        median(mine.stream().map(Turn::seconds).toList()),
        rate,
        rate / median(of(table, CEILING).stream().map(Turn::rate).toList()),
        ratios.isEmpty() ? Double.NaN : ratios.getFirst(),
        ratios.isEmpty() ? Double.NaN : ratios.getLast());
  }

  private List<Turn> of(Table table, String who) {
    return turns.stream().filter(t -> t.table().equals(table) && t.who().equals(who)).toList();
  }

  private List<Double> ceiling(Table table, int round) {
    return of(table, CEILING).stream().filter(t -> t.round() == round).map(Turn::rate).toList();
  }

  static double median(List<Double> values) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /** Tables in Markdown. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    for (Table table : tables()) {
      text.append(
          String.format(Locale.ROOT, "%s %,d objects:%n%n", table.what().word(), table.size()));
      text.append(
          "| What | Objects/s (median) | Seconds (median) | Of the bare client | Spread |\n");
      text.append("|---|---|---|---|---|\n");
      for (Row row : rows(table)) {
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %.0f | %.1f | %.2f | %.2f to %.2f |%n",
                row.who(),
                row.rate(),
                row.seconds(),
                row.ratio(),
                row.low(),
                row.high()));
      }
      text.append('\n');
    }
    if (!efforts.isEmpty()) {
      text.append("| Processor time an object (median) | Client | Both clusters meanwhile |\n");
      text.append("|---|---|---|\n");
      efforts.forEach((what, all) -> text.append(line(what, all)));
      text.append('\n');
    }
    peaks.forEach((what, megabytes) -> facts.put(what, megabytes + " MB at most"));
    if (!facts.isEmpty()) {
      text.append("| What | Measured |\n|---|---|\n");
      facts.forEach((what, value) -> text.append("| " + what + " | " + value + " |\n"));
    }
    return text.toString().strip() + "\n";
  }

  private static String line(String what, List<Effort> all) {
    return String.format(
        Locale.ROOT,
        "| %s | %.2f ms | %.2f ms |%n",
        what,
        median(all.stream().map(Effort::client).toList()),
        median(all.stream().map(Effort::servers).toList()));
  }

  /** Everything, turn by turn. */
  String json() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode all = mapper.createObjectNode();
    all.put("cores", Processors.all());
    all.put("java", Runtime.version().toString());
    all.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    var array = all.putArray("turns");
    for (Turn turn : turns) {
      array
          .addObject()
          .put("what", turn.what().word())
          .put("size", turn.size())
          .put("round", turn.round())
          .put("who", turn.who())
          .put("seconds", turn.seconds())
          .put("objectsPerSecond", turn.rate());
    }
    var ratios = all.putArray("ratios");
    for (Table table : tables()) {
      for (Row row : rows(table)) {
        ratios
            .addObject()
            .put("what", table.what().word())
            .put("size", table.size())
            .put("who", row.who())
            .put("median", row.ratio())
            .put("lowest", row.low())
            .put("highest", row.high());
      }
    }
    facts.forEach(all.putObject("facts")::put);
    return all.toPrettyString() + "\n";
  }
}
