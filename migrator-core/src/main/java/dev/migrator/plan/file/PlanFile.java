package dev.migrator.plan.file;

import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.plan.Plan;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;

/**
 * The file that holds a plan: YAML, one line an object and a step, made for diff, grep, people and
 * streaming readers alike.
 *
 * <p>Shape: a comment for people; apiVersion, kind, both clusters, the settings, the counts; then a
 * section each for objects, steps, left-out objects and findings, those that cannot be undone or
 * proven last; last the digest of all bytes before its line. Lines end with a line feed. The same
 * plan gives the same bytes on any day and machine: no time stamps, no paths. No object bodies, and
 * nothing derived from the content of a Secret but a digest under the plan's key, which is not in
 * it.
 *
 * <p>Errors: {@link ErrorCode#M1003} with the line, for anything that {@link #write} would not have
 * written.
 */
public final class PlanFile {

  private PlanFile() {}

  /**
   * Writes the plan.
   *
   * @return the digest that the last line holds: the plan's identity
   */
  public static Digest write(Plan plan, Appendable out) {
    try {
      return new PlanWriter(out).write(plan);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a plan, one line at a time, and checks it as a planner's plan is checked. */
  public static Plan read(Reader reader) {
    try {
      return new PlanReader(reader).read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The digest that {@link #write} gives, without the file. */
  public static Digest digest(Plan plan) {
    return write(plan, Nowhere.NOWHERE);
  }

  private enum Nowhere implements Appendable {
    NOWHERE;

    @Override
    public Appendable append(CharSequence text) {
      return this;
    }

    @Override
    public Appendable append(CharSequence text, int start, int end) {
      return this;
    }

    @Override
    public Appendable append(char c) {
      return this;
    }
  }
}
