package dev.migrator.it.cluster;

import dev.migrator.it.programs.Program;
import dev.migrator.it.programs.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The programs of one cluster that run at the moment. May be used by many threads. */
final class RunningPrograms {

  private final Programs programs;
  private final ControlPlaneArguments arguments;
  private final Map<Program, SupervisedProgram> running = new EnumMap<>(Program.class);

  RunningPrograms(Programs programs, ControlPlaneArguments arguments) {
    this.programs = programs;
    this.arguments = arguments;
  }

  void start(Program program) throws IOException {
    start(program, programs.path(program), arguments.of(program));
  }

  void start(Program program, Path executable, List<String> its) throws IOException {
    SupervisedProgram started =
        SupervisedProgram.start(program, executable, its, arguments.folder(), arguments.logs());
    synchronized (running) {
      running.put(program, started);
    }
  }

  /** Ends one program in the given way, and waits for that. */
  void end(Program program, Consumer<SupervisedProgram> way) {
    take(program)
        .ifPresent(
            ending -> {
              way.accept(ending);
              ending.awaitEnd();
            });
  }

  void signal(Program program, String signal) {
    synchronized (running) {
      Optional.ofNullable(running.get(program)).ifPresent(found -> found.signal(signal));
    }
  }

  void endAll() {
    // etcd comes last: it waits for its clients, and the API server for its storage.
    Optional<SupervisedProgram> etcd = take(Program.ETCD);
    List<SupervisedProgram> others;
    synchronized (running) {
      others = List.copyOf(running.values());
      running.clear();
    }
    others.forEach(SupervisedProgram::askToEnd);
    others.forEach(SupervisedProgram::awaitEnd);
    etcd.ifPresent(SupervisedProgram::askToEnd);
    etcd.ifPresent(SupervisedProgram::awaitEnd);
  }

  /** What there is to say of a program that should run and does not. */
  Optional<String> trouble() {
    synchronized (running) {
      return running.values().stream()
          .filter(program -> !program.isAlive())
          .findFirst()
          .map(dead -> dead.program() + " has ended:\n" + dead.endOfLog());
    }
  }

  List<Long> pids() {
    synchronized (running) {
      return running.values().stream().flatMap(program -> program.pid().stream()).toList();
    }
  }

  private Optional<SupervisedProgram> take(Program program) {
    synchronized (running) {
      return Optional.ofNullable(running.remove(program));
    }
  }
}
