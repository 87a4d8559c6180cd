package dev.migrator.cli.wiring;

import java.util.function.Consumer;

/** The wish of a person or a machine that the program stops: Ctrl-C or SIGTERM. */
public interface Signals {

  /**
   * Calls the listener with each signal until closed, instead of ending the program.
   *
   * @return to be closed when signals shall end the program again
   */
  Watch watch(Consumer<Signal> listener);

  /** Ends the program at once: nothing is finished, nothing is closed. */
  void halt(int exitCode);

  /** A signal that ends programs. */
  enum Signal {
    /** Ctrl-C. */
    INT(130),
    /** A polite kill. */
    TERM(143);

    private final int exitCode;

    Signal(int exitCode) {
      this.exitCode = exitCode;
    }

    /** The exit code of a program that it ended. */
    public int exitCode() {
      return exitCode;
    }
  }

  /** A listener that is being called. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
