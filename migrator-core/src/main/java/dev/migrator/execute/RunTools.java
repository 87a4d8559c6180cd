package dev.migrator.execute;

import dev.migrator.cluster.TimeSource;
import dev.migrator.event.RunEvent;
import java.util.function.Consumer;

/**
 * What the run has to work with.
 *
 * @param events hears what happens, one call at a time
 */
public record RunTools(
    TimeSource time,
    Locks locks,
    StepThreads threads,
    Gatekeeper gatekeeper,
    CommandRunner commands,
    Interruption interruption,
    Consumer<RunEvent> events) {}
