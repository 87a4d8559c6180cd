package dev.migrator.plan;

import dev.migrator.model.Digest;
import dev.migrator.model.KeyedDigest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import java.util.List;
import java.util.Optional;

/**
 * One object that travels: who it is at the source, at which version it is read and written, and
 * why it moves when it moves.
 *
 * @param ref as it is called at the source
 * @param apiVersion the version at which the source is read and the target is written
 * @param sourceApiVersion the version at which the source is read; differs from apiVersion only
 *     where no version is served by both
 * @param uid at the source
 * @param resourceVersion at the source; only of Secrets, empty for all others
 * @param digest of the definition that is to be sent (sanitised, before the origin mark); empty for
 *     Secrets
 * @param keyed of a Secret's definition that is to be sent, under the key of the plan; empty for
 *     all others, and in a plan without a key
 * @param rule what decided the protection, in words
 * @param volume how its data travels; of a claim, and of a volume that is handed over
 * @param alreadyThere true when the target has an equal object: it is adopted, not created
 * @param drops what is left out of this object beyond what every object loses; sorted
 * @param notReady why it was not Current at the source when the plan was made; empty when it was
 * @param autoscaled its replicas when the plan was made, where an autoscaler decides them: another
 *     number later is no change; empty for all others
 */
public record PlannedObject(
    ObjectRef ref,
    String apiVersion,
    String sourceApiVersion,
    String uid,
    String resourceVersion,
    Optional<Digest> digest,
    Optional<KeyedDigest> keyed,
    Protection protection,
    String rule,
    Optional<PlannedVolume> volume,
    boolean alreadyThere,
    List<String> drops,
    String notReady,
    Optional<Integer> autoscaled) {

  public PlannedObject {
    drops = List.copyOf(drops);
  }

  /** Whether it is a claim or a volume whose disk leaves the source. */
  public boolean isHandedOverVolume() {
    return volume.filter(PlannedVolume::isHandedOver).isPresent();
  }

  /** Whether it is a claim whose files a mover copies; one that is there has its own. */
  public boolean isCopied() {
    return !alreadyThere && volume.filter(PlannedVolume::isCopied).isPresent();
  }

  /** Whether it is a claim whose data steps of the plan carry; one that is there has its own. */
  public boolean isCarried() {
    return !alreadyThere && volume.filter(PlannedVolume::isCarried).isPresent();
  }

  /** The same, to be sent to the cluster that it came from. */
  public PlannedObject asAtSource() {
    return new PlannedObject(
        ref,
        sourceApiVersion,
        sourceApiVersion,
        uid,
        resourceVersion,
        Optional.empty(),
        Optional.empty(),
        protection,
        rule,
        volume,
        false,
        List.of(),
        notReady,
        Optional.empty());
  }
}
