package dev.migrator.plan.sanity;

import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import java.util.function.BiConsumer;

/**
 * A Secret is bound by uid and resourceVersion and, where the plan has a key, by the digest of its
 * definition under that key; everything else by the digest of its definition.
 */
final class NoDigestOfSecrets implements SanityCheck {

  @Override
  public void check(Plan plan, BiConsumer<String, String> breach) {
    boolean hasKey = plan.keyCheck().isPresent();
    for (PlannedObject object : plan.objects()) {
      boolean secret = object.ref().groupKind().equals("Secret");
      if (secret == object.digest().isPresent() || secret == object.resourceVersion().isEmpty()) {
        breach.accept(
            object.ref().toString(),
            secret
                ? "is a Secret and must be bound by resourceVersion, not by a digest"
                : "must be bound by its digest");
      }
      if (object.keyed().isPresent() != (secret && hasKey)) {
        breach.accept(
            object.ref().toString(),
            secret
                ? "is a Secret and must be bound by a keyed digest where the plan has a key, only"
                : "is no Secret and must not be bound by a keyed digest");
      }
    }
  }
}
