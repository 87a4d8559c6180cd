package dev.migrator.check;

import dev.migrator.plan.Finding;
import java.util.ArrayList;
import java.util.List;

/** A check for which an object speaks for itself. What does not travel is not told of. */
public abstract class ObjectCheck implements Check {

  private final List<Finding> noticed = new ArrayList<>();

  /** What this object alone shows; each finding is about it. */
  protected abstract List<Finding> of(CheckedObject object);

  @Override
  public final void see(CheckedObject object) {
    noticed.addAll(of(object));
  }

  @Override
  public final List<Finding> findings(Move move) {
    return move.ofTravelling(noticed);
  }
}
