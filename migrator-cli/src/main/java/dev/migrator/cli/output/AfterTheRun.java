package dev.migrator.cli.output;

import dev.migrator.model.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came to pass with the objects of a run beside it, as far as the folder of all runs tells.
 *
 * @param pruned what prunes of the run removed from the source, and nobody put back
 * @param handedOver what another run between the same clusters handed over, by that run's id
 * @param broughtBack what this run handed over and a later one moved back, by that run's id
 * @param isPruneInterrupted whether its last prune has left what it was to remove
 * @param worker the process that works on the run at this moment
 */
public record AfterTheRun(
    List<ObjectRef> pruned,
    Map<ObjectRef, String> handedOver,
    Map<ObjectRef, String> broughtBack,
    boolean isPruneInterrupted,
    Optional<String> worker) {

  public AfterTheRun {
    pruned = List.copyOf(pruned);
    handedOver = Map.copyOf(handedOver);
    broughtBack = Map.copyOf(broughtBack);
  }

  /** Nothing but who works on the run. */
  public static AfterTheRun only(Optional<String> worker) {
    return new AfterTheRun(List.of(), Map.of(), Map.of(), false, worker);
  }
}
