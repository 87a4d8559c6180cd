package dev.migrator.cli;

import dev.migrator.cli.output.Console;
import dev.migrator.cli.output.Terminal;
import dev.migrator.cli.wiring.Connections;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cli.wiring.Programs;
import dev.migrator.cli.wiring.Scene;
import dev.migrator.cli.wiring.Signals;
import dev.migrator.cli.wiring.Ticker;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.TimeSource;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.fault.FaultyCluster;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Request;
import dev.migrator.cluster.fault.Traffic;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.execute.StepThreads;
import dev.migrator.journal.RealDisk;
import dev.migrator.journal.RunFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder, simulated clusters by context name and a recorded terminal: the CLI's world in tests.
 */
final class World {

  final Path folder;
  final VirtualClock clock = new VirtualClock();
  final Map<String, Cluster> clusters = new LinkedHashMap<>();
  private final Map<String, MemoryCluster> simulated = new LinkedHashMap<>();
  private Terminal terminal = Terminal.none();
  private String typed = "";
  final List<List<String>> asked = new ArrayList<>();
  final List<String> told = new ArrayList<>();
  int gateExit;
  final Sent signals = new Sent();
  final Map<String, String> environment = new LinkedHashMap<>();
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger keys = new AtomicInteger();

  World(Path folder) {
    this.folder = folder;
  }

  World withTerminal(Terminal other, String input) {
    terminal = other;
    typed = input;
    return this;
  }

  World file(String name, String content) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.writeString(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two simulated clusters, {@code old} and {@code new}, as a case of {@code plans/} has them. */
  World clusters(String example) {
    return clusters("old", source(example)).clusters("new", "");
  }

  /** A simulated cluster behind this context, a minute old. */
  World clusters(String context, String yaml) {
    String version = context.equals("new") ? "v1.36.3" : "v1.34.4";
    MemoryCluster cluster = Scene.cluster(clock, context, version, yaml);
    simulated.put(context, cluster);
    clusters.put(context, cluster);
    clock.advance(Duration.ofMinutes(1));
    return this;
  }

  /** The simulated cluster behind this context. */
  MemoryCluster simulated(String context) {
    return Objects.requireNonNull(simulated.get(context));
  }

  String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the source of a case of {@code plans/} holds. */
  static String source(String example) {
    try (Stream<Path> files = Files.list(Path.of("../plans", example, "source"))) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.sorted().toList()) {
        text.append("---\n").append(Files.readString(file)).append('\n');
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Plans the move from {@code old} to {@code new}, into {@code move.plan.yaml}. */
  void plan(String... more) {
    List<String> line =
        new ArrayList<>(List.of("plan", "--source-context", "old", "--target-context", "new"));
    line.addAll(List.of(more));
    line.addAll(List.of("-o", "move.plan.yaml"));
    Result result = run(line.toArray(String[]::new));
    if (result.exit() != 0) {
      throw new AssertionError(result.err());
    }
  }

  /** Does something just before the first such request to the cluster is sent. */
  void onRequest(String context, Predicate<Request> which, Consumer<Request> action) {
    AtomicBoolean done = new AtomicBoolean();
    faults(
        context,
        request -> {
          if (which.test(request) && done.compareAndSet(false, true)) {
            action.accept(request);
          }
          return new Fault.None();
        });
  }

  /** From now on requests to the cluster go wrong as the script says. */
  void faults(String context, FaultScript script) {
    clusters.put(
        context,
        new FaultyCluster(
            simulated(context), context, script, new Traffic(), new ProcessLife(), clock));
  }

  /** Runs the program in this process. */
  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal);
    int exit = Main.run(surroundings(console), args);
    return new Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Environment surroundings(Console console) {
    Connections connections = this::open;
    TimeSource time = clock;
    return new Environment(
        console,
        connections,
        time,
        new RealDisk(),
        folder,
        environment,
        () -> "r-" + clock.now().toEpochMilli() + "-" + runs.incrementAndGet(),
        () -> planKey(keys.incrementAndGet()),
        signals,
        StepThreads.alone(),
        Ticker.none(),
        (command, unwanted) -> {
          asked.add(command.argv());
          told.add(command.input());
          List<String> words = List.of("said by " + command.argv().getFirst());
          return new Programs.Ended(gateExit, false, String.join("\n", words), words);
        },
        "pid 1 on test");
  }

  /** As random as a test can be: each of its own, and the same at each run of the test. */
  private static PlanKey planKey(int number) {
    byte[] bytes = new byte[PlanKey.BYTES];
    java.util.Arrays.fill(bytes, (byte) number);
    return PlanKey.of(bytes);
  }

  private Cluster open(RunFile.Login login) {
    Cluster cluster = clusters.get(login.context());
    if (cluster == null) {
      throw Problem.of(
              ErrorCode.M1005, "no context " + login.context(), "", "kubectl config get-contexts")
          .exception();
    }
    return cluster;
  }

  /** What a run of the program gave. */
  record Result(int exit, String out, String err) {}

  /** Signals that a test sends. */
  static final class Sent implements Signals {
    private volatile Optional<Consumer<Signal>> listener = Optional.empty();
    final List<Integer> halts = new ArrayList<>();

    void send(Signal signal) {
      listener.orElseThrow(() -> new AssertionError("nobody listens")).accept(signal);
    }

    @Override
    public Watch watch(Consumer<Signal> heard) {
      listener = Optional.of(heard);
      return () -> listener = Optional.empty();
    }

    @Override
    public void halt(int exitCode) {
      halts.add(exitCode);
    }
  }
}
