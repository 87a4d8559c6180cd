package dev.migrator.sanitize;

/**
 * References to owners by uids that the target does not have: its garbage collector would delete
 * the object.
 *
 * <p>Before: {@code metadata.ownerReferences: [{kind: Foo, uid: 1f..}]}. After: none.
 */
final class ForeignOwners implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (draft.metadata().path("ownerReferences").size() > 0) {
      draft.dropped("metadata.ownerReferences");
    }
    draft.metadata().remove("ownerReferences");
  }
}
