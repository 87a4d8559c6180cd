package dev.migrator.plan;

import dev.migrator.model.ObjectRef;
import java.util.Optional;

/**
 * The name of a step, unique in its plan and stable from run to run: verb, colon, object ({@code
 * copy:Deployment.apps/shop/web}).
 */
public record StepId(String text) implements Comparable<StepId> {

  private static final String GATE = "gate:";

  public StepId {
    if (text.indexOf(':') <= 0) {
      throw new IllegalArgumentException("not of the form verb:object: " + text);
    }
  }

  /** The step that does this to the object. */
  public static StepId of(Verb verb, ObjectRef object) {
    return new StepId(verb.label() + ":" + object);
  }

  /** The step that waits for this gate to open. */
  public static StepId gate(String name) {
    return new StepId(GATE + name);
  }

  public boolean isGate() {
    return text.startsWith(GATE);
  }

  /** What it does to its object; empty for a gate, a hook of a phase and the verification. */
  public Optional<Verb> verb() {
    return Verb.of(text.substring(0, text.indexOf(':')));
  }

  /** The step that does this to the same object. */
  public StepId ofSame(Verb verb) {
    return new StepId(verb.label() + ":" + subject());
  }

  public boolean is(Verb verb) {
    String label = verb.label();
    return text.length() > label.length()
        && text.charAt(label.length()) == ':'
        && text.startsWith(label);
  }

  /** Whether it is a step of this object, whatever it does. */
  public boolean concerns(ObjectRef object) {
    return subject().equals(object.toString());
  }

  /** What stands behind the verb: an object, or the name of a gate. */
  public String subject() {
    return text.substring(text.indexOf(':') + 1);
  }

  /** Whether it removes a copy from the source when the run is done, or puts one back. */
  public boolean isOfPrune() {
    return is(Verb.PRUNE) || is(Verb.UNDO_PRUNE);
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
