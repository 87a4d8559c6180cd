package dev.migrator.check;

import dev.migrator.classify.Verdict;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.List;

/**
 * An object of the source, as a check sees it.
 *
 * @param object as it is at the source
 * @param body as it would be sent to the target
 * @param type as which it was read
 * @param repairs what is changed in a definition so that the target takes it, in words; mostly
 *     empty
 */
public record CheckedObject(
    Manifest object, Manifest body, ResourceType type, Verdict verdict, List<String> repairs) {

  public CheckedObject {
    repairs = List.copyOf(repairs);
  }

  /** Its name at the source. */
  public ObjectRef ref() {
    return object.ref();
  }

  /**
   * @param groupKind such as {@code Deployment.apps}
   */
  boolean is(String groupKind) {
    return ref().groupKind().equals(groupKind);
  }
}
