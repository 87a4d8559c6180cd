package dev.migrator.check;

import dev.migrator.classify.LossWithOwner;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import java.util.List;
import java.util.Optional;

/**
 * An object of the source, as far as ownership goes.
 *
 * @param owners all of them; mostly none
 * @param fate what the plan does with it
 * @param stays why it does not travel; empty when it does
 * @param orphan the controller that alone keeps it from travelling
 * @param loss what is lost for good if it is deleted with its owners
 */
public record OwnedObject(
    ObjectRef ref,
    String uid,
    List<Owner> owners,
    Fate fate,
    String stays,
    Optional<Owner> orphan,
    LossWithOwner loss) {

  /** What the plan does with an object of the source. */
  public enum Fate {
    /** It is handed over: deleted at the source. */
    HANDED_OVER,
    /** It travels, and stays at the source as well. */
    COPIED,
    /** It does not travel. */
    LEFT
  }

  public OwnedObject {
    owners = List.copyOf(owners);
  }
}
