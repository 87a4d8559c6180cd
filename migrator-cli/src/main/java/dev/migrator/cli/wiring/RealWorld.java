package dev.migrator.cli.wiring;

import dev.migrator.cli.output.Console;
import dev.migrator.cli.output.Terminal;
import dev.migrator.execute.StepThreads;
import dev.migrator.journal.RealDisk;
import dev.migrator.model.PlanKey;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;

/** The program as it runs for people. */
public final class RealWorld {

  private static final int RUN_ID_BITS = 24;

  private RealWorld() {}

  /** Of this process. */
  public static Environment environment() {
    Map<String, String> variables = System.getenv();
    Terminal terminal =
        Terminal.of(
            System.getProperty("migrator.terminals", ""),
            System.getProperty("migrator.columns", ""),
            variables);
    Console console =
        new Console(
            new FileInputStream(FileDescriptor.in),
            new PrintStream(new FileOutputStream(FileDescriptor.out), true),
            new PrintStream(new FileOutputStream(FileDescriptor.err), true),
            terminal);
    SystemTime time = new SystemTime();
    Path folder = Path.of("").toAbsolutePath();
    return new Environment(
        console,
        new KubeconfigConnections(variables, console::say, time),
        time,
        new RealDisk(),
        folder,
        variables,
        () -> "r-%06x".formatted(new SecureRandom().nextInt(1 << RUN_ID_BITS)),
        RealWorld::newPlanKey,
        new ProcessSignals(),
        StepThreads.of(Thread.ofVirtual().name("step-", 0).factory()),
        new ThreadTicker(),
        new LocalPrograms(folder),
        "pid " + ProcessHandle.current().pid() + " on " + host(variables));
  }

  private static PlanKey newPlanKey() {
    byte[] random = new byte[PlanKey.BYTES];
    new SecureRandom().nextBytes(random);
    return PlanKey.of(random);
  }

  /** The machine's name as far as it is easily known: for people who find a lock. */
  private static String host(Map<String, String> environment) {
    String name = environment.getOrDefault("HOSTNAME", environment.getOrDefault("HOST", ""));
    try {
      return name.isEmpty() ? Files.readString(Path.of("/etc/hostname")).strip() : name;
    } catch (IOException e) {
      return "this machine";
    }
  }
}
