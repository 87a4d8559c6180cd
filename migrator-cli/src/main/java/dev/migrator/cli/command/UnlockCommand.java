package dev.migrator.cli.command;

import dev.migrator.cli.option.ClusterOptions;
import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.option.RunOptions;
import dev.migrator.cli.option.YesOption;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.Printable;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.report.Listing;
import dev.migrator.runbook.Unlocking;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows who holds the locks of both clusters, and removes those of a dead process. */
@Command(
    name = "unlock",
    description = "Shows who holds the locks of both clusters, and removes them when asked.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A lock ends by itself two minutes after its holder died, and the same run takes its own"
          + " back",
      "at once: this is for the time between, and for when you know better.",
      "",
      "Examples:",
      "  migrator unlock latest",
      "  migrator unlock latest -o json     (only looks)"
    })
public final class UnlockCommand implements Callable<Integer> {

  private final Environment environment;

  @Mixin private RunOptions run = new RunOptions();
  @Mixin private ClusterOptions clusters = new ClusterOptions();
  @Mixin private YesOption yes = new YesOption();
  @Mixin private FormOption form = new FormOption();

  UnlockCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    KnownRun known = KnownRun.of(environment, run, clusters);
    Console console = environment.console();
    try (OpenClusters open = known.open(environment)) {
      Optional<Unlocking.Lock> source =
          Unlocking.look("source", open.source(), environment.time().now());
      Optional<Unlocking.Lock> target =
          Unlocking.look("target", open.target(), environment.time().now());
      if (form.form().isPresent()) {
        document(known, Stream.of(source, target).flatMap(Optional::stream), form.form().get());
        return 0;
      }
      if (source.isEmpty() && target.isEmpty()) {
        console.print("Neither cluster is locked.");
        return 0;
      }
      Stream.of(source, target).flatMap(Optional::stream).forEach(this::show);
      String again = "migrator unlock " + known.id() + " --yes";
      console.say("Remove them only when the holder is dead: never run two at once.");
      if (!Confirmation.given(console, yes.yes(), again)) {
        return ErrorCode.Category.LOCKED.exitCode();
      }
      source.ifPresent(lock -> Unlocking.remove(open.source(), lock));
      target.ifPresent(lock -> Unlocking.remove(open.target(), lock));
      console.print("Unlocked.");
      return 0;
    }
  }

  private void document(KnownRun known, Stream<Unlocking.Lock> locks, Listing.Form wanted) {
    environment
        .console()
        .document(
            wanted,
            Listing.head("Locks").put("run", known.id()),
            Map.of(
                "locks",
                locks.map(
                    lock ->
                        Json.object()
                            .put("side", lock.side())
                            .put("holder", lock.holder())
                            .put("over", lock.isOver())
                            .put("secondsLeft", Math.max(0, lock.left().toSeconds())))));
  }

  private void show(Unlocking.Lock lock) {
    environment
        .console()
        .print(
            "%s is locked by %s, %s"
                .formatted(
                    lock.side(),
                    Printable.of(lock.holder()),
                    lock.isOver()
                        ? "which is over: anybody may take it"
                        : "for " + lock.left().toSeconds() + " s more"));
  }
}
