package dev.migrator.plan;

/**
 * The name of a step, unique in its plan and stable from run to run: verb, colon, object ({@code
 * copy:Deployment.apps/shop/web}).
 */
public record StepId(String text) implements Comparable<StepId> {

  public StepId {
    if (text.indexOf(':') <= 0) {
      throw new IllegalArgumentException("not of the form verb:object: " + text);
    }
  }

  /** Whether it removes a copy from the source when the run is done, or puts one back. */
  public boolean isOfPrune() {
    return text.startsWith("prune:") || text.startsWith("unprune:");
  }

  // By hand: what a record makes of itself goes through method handles.

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof StepId id && text.equals(id.text));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public int compareTo(StepId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
