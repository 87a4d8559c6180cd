package dev.migrator.cli.command;

import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.RefText;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.PlannedObject;
import dev.migrator.runbook.LeavingOut;
import java.util.List;
import java.util.stream.Collectors;

/** Asks whether a run shall go on without some of its objects, and has that written down. */
final class LeaveOut {

  private final Environment environment;
  private final KnownRun known;

  LeaveOut(Environment environment, KnownRun known) {
    this.environment = environment;
    this.known = known;
  }

  /**
   * Whether it was agreed to, and is in the journal.
   *
   * <p>Errors: M1001 when an object is not one of the run's, or cannot be left out, or nobody is
   * there to ask.
   */
  boolean agreed(List<String> typed, boolean yes) {
    List<ObjectRef> objects = typed.stream().map(this::one).distinct().toList();
    String again =
        "migrator resume %s %s --yes"
            .formatted(
                known.id(),
                objects.stream()
                    .map(ref -> "--leave-out " + RefText.of(ref))
                    .collect(Collectors.joining(" ")));
    try (OpenClusters clusters = known.open(environment)) {
      return LeavingOut.decide(
          clusters.source(),
          clusters.target(),
          known.directory(),
          known.plan(),
          objects,
          environment.process() + " (resume)",
          () -> environment.time().now(),
          question -> isAgreed(question, yes, again));
    }
  }

  private boolean isAgreed(LeavingOut.Question question, boolean yes, String again) {
    Console console = environment.console();
    list(console, "Stays at the source:", question.out());
    list(console, "Is at the target, and not waited for any more:", question.unawaited());
    list(console, "Needs it, and goes on without it:", question.needing());
    list(console, "Needs it, and is handed over only when the target has it:", question.waiting());
    return Confirmation.given(console, yes, again);
  }

  private void list(Console console, String title, List<ObjectRef> refs) {
    if (!refs.isEmpty()) {
      console.say(title);
      Confirmation.shortened(
              refs.stream().map(ref -> "  " + RefText.of(ref)).toList(),
              "migrator status " + known.id())
          .forEach(console::say);
    }
  }

  private ObjectRef one(String typed) {
    List<ObjectRef> found =
        known.plan().objects().stream()
            .map(PlannedObject::ref)
            .filter(ref -> RefText.matches(ref, typed))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw Problem.of(
            ErrorCode.M1001,
            found.isEmpty()
                ? "the run has no object " + typed
                : typed + " is not one object but " + found.size(),
            found.stream().limit(20).map(RefText::of).collect(Collectors.joining(", ")),
            "migrator status " + known.id())
        .withState("This command changed nothing.")
        .exception();
  }
}
