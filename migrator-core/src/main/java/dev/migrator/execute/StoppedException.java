package dev.migrator.execute;

/** A step gives up waiting because the run shall stop; it goes on when the run is resumed. */
final class StoppedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StoppedException() {
    super("the run shall stop", null, false, false);
  }
}
