package dev.migrator.runbook;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.TimeSource;
import dev.migrator.event.RunEvent;
import dev.migrator.execute.CommandRunner;
import dev.migrator.execute.Gatekeeper;
import dev.migrator.execute.Interruption;
import dev.migrator.execute.StepThreads;
import dev.migrator.journal.RunDirectory;
import java.util.function.Consumer;

/**
 * Everything that a run works with, given from outside.
 *
 * @param directory of the run, which exists already
 * @param holder who we are, such as {@code pid 4711 on build-3 (resume)}: shown to whoever finds
 *     the locks taken
 * @param events hears what happens, one call at a time
 */
public record RunContext(
    Cluster source,
    Cluster target,
    RunDirectory directory,
    TimeSource time,
    StepThreads threads,
    Gatekeeper gatekeeper,
    CommandRunner commands,
    Interruption interruption,
    String holder,
    Consumer<RunEvent> events) {}
