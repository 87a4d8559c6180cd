package dev.migrator.execute;

import dev.migrator.cluster.TimeSource;
import dev.migrator.event.RunEvent;
import dev.migrator.model.PlanKey;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the run has to work with.
 *
 * @param key of the plan; empty where it has none, or where it is not here
 * @param events hears what happens, one call at a time
 */
public record RunTools(
    TimeSource time,
    Locks locks,
    StepThreads threads,
    Gatekeeper gatekeeper,
    CommandRunner commands,
    Interruption interruption,
    Optional<PlanKey> key,
    Consumer<RunEvent> events) {}
