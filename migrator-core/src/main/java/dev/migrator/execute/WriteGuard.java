package dev.migrator.execute;

/**
 * Says whether a write may be sent: enough must be left of the locks.
 *
 * <p>Errors: each throws a {@link dev.migrator.model.ProblemException} with M2109 when it may not.
 */
public interface WriteGuard {

  /** Before a write is made ready: renews what is due. */
  void requireTime();

  /** Right before it leaves. */
  void requireLeft();
}
