package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.EventsOption;
import dev.migrator.cli.output.EventFile;
import dev.migrator.cli.output.Progress;
import dev.migrator.cli.output.RunView;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.cli.wiring.Signals;
import dev.migrator.cli.wiring.Ticker;
import dev.migrator.event.RunEvent;
import dev.migrator.event.StepText;
import dev.migrator.execute.Execution;
import dev.migrator.execute.Interruption;
import dev.migrator.journal.JournalState;
import dev.migrator.journal.RunDirectory;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.report.PlanReport;
import dev.migrator.runbook.RunContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** One process that works on a run: shows it, listens to signals, says how it ended. */
final class MovingSession {

  private static final int MOST_IN_DOUBT = 10;

  private final Environment environment;
  private final RunDirectory directory;
  private final Plan plan;
  private final Set<String> approvedGates;
  private final EventsOption alsoTo;
  private final Interruption interruption = new Interruption();
  private final AtomicReference<Signals.Signal> signal = new AtomicReference<>(Signals.Signal.INT);

  MovingSession(
      Environment environment,
      RunDirectory directory,
      Plan plan,
      Set<String> approvedGates,
      EventsOption alsoTo) {
    this.environment = environment;
    this.directory = directory;
    this.plan = plan;
    this.approvedGates = Set.copyOf(approvedGates);
    this.alsoTo = alsoTo;
  }

  /**
   * Works on the run until it ends for now.
   *
   * <p>Errors: those of opening clusters and of {@link dev.migrator.runbook.ApplyRunbook}.
   *
   * @param verb the command, for whoever finds the locks taken
   * @return the exit code
   */
  int run(
      String verb,
      ClusterOptions.Pair logins,
      BiFunction<RunContext, Plan, RunEvent.RunEnded> moving) {
    boolean goesForward = goingOn(verb).verb().equals("resume");
    Set<StepId> before = goesForward ? doneBefore() : Set.of();
    return run(
        verb,
        logins,
        moving,
        goesForward ? new RunView(plan, before) : RunView.of(plan, goingOn(verb).verb()),
        (ended, took) -> {
          ReportFile.leave(environment, directory, plan);
          return new Ending(environment.console(), directory, plan, before.size(), goingOn(verb))
              .say(ended, signal.get(), took);
        });
  }

  /**
   * As {@link #run(String, ClusterOptions.Pair, BiFunction)}, with words of one's own for the end.
   *
   * @param ending says how it ended and how long it took, and gives the exit code
   */
  int run(
      String verb,
      ClusterOptions.Pair logins,
      BiFunction<RunContext, Plan, RunEvent.RunEnded> moving,
      BiFunction<RunEvent.RunEnded, Duration, Integer> ending) {
    return run(verb, logins, moving, RunView.of(plan, goingOn(verb).verb()), ending);
  }

  private int run(
      String verb,
      ClusterOptions.Pair logins,
      BiFunction<RunContext, Plan, RunEvent.RunEnded> moving,
      RunView view,
      BiFunction<RunEvent.RunEnded, Duration, Integer> ending) {
    RunEvent.RunEnded ended;
    try (OpenClusters clusters = OpenClusters.of(environment, logins, plan.settings().limits());
        Progress progress = new Progress(environment.console(), environment.time(), view);
        EventSinks sinks = new EventSinks(progress)) {
      Ticker.Beat beat = environment.ticker().start(Progress.TICK, progress::tick);
      Signals.Watch watch =
          environment.signals().watch(s -> interrupted(s, goingOn(verb), progress));
      try {
        ended = moving.apply(runContext(verb, clusters, progress, sinks), plan);
      } finally {
        watch.close();
        beat.close();
      }
    } catch (ProblemException e) {
      throw goingOn(verb).in(e.problem()).exception();
    }
    return ending.apply(ended, view.elapsed(ended.at()));
  }

  private ContinueCommand goingOn(String verb) {
    return ContinueCommand.after(verb, directory.run().id());
  }

  private RunContext runContext(
      String verb, OpenClusters clusters, Progress progress, EventSinks sinks) {
    return new RunContext(
        clusters.source(),
        clusters.target(),
        directory,
        environment.time(),
        environment.threads(),
        new AskingGatekeeper(
            environment,
            progress,
            interruption,
            new Approvals(environment.disk(), directory),
            approvedGates,
            new PlanReport(plan).startingEmpty()),
        new HookCommands(environment, progress, directory),
        interruption,
        environment.process() + " (" + verb + ")",
        sinks);
  }

  /** The first signal asks the run to stop, the second one stops the program. */
  private void interrupted(Signals.Signal which, ContinueCommand again, Progress progress) {
    if (!interruption.isRequested()) {
      signal.set(which);
      interruption.request();
      progress.say(
          List.of(
              "",
              "Stopping: what is in flight ends, nothing new begins. Once more to stop at once."));
      return;
    }
    progress.close();
    Set<StepId> inDoubt =
        directory.hasJournal() ? directory.readJournal().state().inDoubt() : Set.of();
    environment.console().say("Stopped at once.");
    if (!inDoubt.isEmpty()) {
      StepText text = new StepText(plan);
      environment.console().say("In doubt, because a request was under way:");
      inDoubt.stream()
          .limit(MOST_IN_DOUBT)
          .forEach(step -> environment.console().say("  " + text.doing(step)));
      if (inDoubt.size() > MOST_IN_DOUBT) {
        environment.console().say("  and " + (inDoubt.size() - MOST_IN_DOUBT) + " more");
      }
    }
    environment
        .console()
        .say(
            "Next:   %s   (looks at both clusters before it does anything)"
                .formatted(again.command()));
    environment.programs().endAll();
    environment.signals().halt(which.exitCode());
  }

  private Set<StepId> doneBefore() {
    if (!directory.hasJournal()) {
      return Set.of();
    }
    JournalState state = directory.readJournal().state();
    Set<StepId> done = new HashSet<>();
    for (Step step : plan.steps()) {
      if (Execution.isDone(step, state)) {
        done.add(step.id());
      }
    }
    return done;
  }

  /** Everybody who hears what happens. */
  private final class EventSinks implements Consumer<RunEvent>, AutoCloseable {

    private final Progress progress;
    private final EventFile ofRun;
    private final Optional<EventFile> asked;

    EventSinks(Progress progress) {
      this.progress = progress;
      this.ofRun = file(directory.eventsFile());
      this.asked = alsoTo.file().map(name -> file(environment.path(name)));
    }

    private EventFile file(java.nio.file.Path path) {
      return EventFile.open(environment.console(), environment.disk(), path);
    }

    @Override
    public void accept(RunEvent event) {
      progress.accept(event);
      ofRun.accept(event);
      asked.ifPresent(file -> file.accept(event));
    }

    @Override
    public void close() {
      ofRun.close();
      asked.ifPresent(EventFile::close);
    }
  }
}
