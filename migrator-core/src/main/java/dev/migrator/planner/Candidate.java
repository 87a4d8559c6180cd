package dev.migrator.planner;

import dev.migrator.classify.Verdict;
import dev.migrator.model.Digest;
import dev.migrator.model.KeyedDigest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.PlannedVolume;
import java.util.List;
import java.util.Optional;

/**
 * What planning must know of one object, reduced from its manifest so that no body is kept.
 *
 * @param ref as it is called at the source
 * @param apiVersion the version at which the target is written
 * @param sourceApiVersion the version at which the source is read
 * @param uid at the source
 * @param resourceVersion at the source; only of Secrets, empty for all others
 * @param digest of the sanitised definition; empty for Secrets
 * @param keyed of the sanitised definition of a Secret, where the plan has a key; else empty
 * @param volume how its data travels; of a claim, and of a volume that is handed over
 * @param drops what is left out of this object beyond what every object loses
 * @param notReady why it is not Current at the source; empty when it is
 * @param atTarget what the target has under its name
 */
public record Candidate(
    ObjectRef ref,
    String apiVersion,
    String sourceApiVersion,
    String uid,
    String resourceVersion,
    Optional<Digest> digest,
    Optional<KeyedDigest> keyed,
    Verdict verdict,
    Optional<PlannedVolume> volume,
    List<String> drops,
    String notReady,
    AtTarget atTarget) {

  public Candidate {
    drops = List.copyOf(drops);
  }

  public Candidate withVolume(PlannedVolume other) {
    return new Candidate(
        ref,
        apiVersion,
        sourceApiVersion,
        uid,
        resourceVersion,
        digest,
        keyed,
        verdict,
        Optional.of(other),
        drops,
        notReady,
        atTarget);
  }

  public Candidate withAtTarget(AtTarget found) {
    return new Candidate(
        ref,
        apiVersion,
        sourceApiVersion,
        uid,
        resourceVersion,
        digest,
        keyed,
        verdict,
        volume,
        drops,
        notReady,
        found);
  }

  /** What the target has under the name that the object will have there. */
  public sealed interface AtTarget {

    /** Nothing. */
    record Absent() implements AtTarget {}

    /** The same definition. */
    record Equal() implements AtTarget {}

    /**
     * Something else, which is never overwritten.
     *
     * @param fields the paths that differ, never their values
     */
    record Different(List<String> fields) implements AtTarget {
      public Different {
        fields = List.copyOf(fields);
      }
    }
  }
}
