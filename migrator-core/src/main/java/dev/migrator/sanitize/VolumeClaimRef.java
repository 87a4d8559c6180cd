package dev.migrator.sanitize;

import java.util.List;

/**
 * The identity of the claim that a static volume is bound to; its name stays, so that no other
 * claim takes the volume.
 *
 * <p>Before: {@code spec.claimRef: {namespace: a, name: b, uid: 1f.., resourceVersion: "7"}}.
 * After: {@code spec.claimRef: {namespace: a, name: b}}.
 */
final class VolumeClaimRef implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (draft.is("PersistentVolume")) {
      draft
          .object("spec", "claimRef")
          .ifPresent(claim -> claim.remove(List.of("uid", "resourceVersion")));
    }
  }
}
