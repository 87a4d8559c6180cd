package dev.migrator.mover;

import dev.migrator.model.ObjectRef;
import java.util.Map;
import java.util.Optional;

/**
 * What is filled into the templates of a mover for one transfer in one cluster.
 *
 * @param name of the transfer's objects, a DNS label; the Jobs' own names add side and pass
 * @param namespace of the claim in this cluster
 * @param claim whose data is read or written
 * @param about namespace and claim of the source, for tags and words
 * @param run its id
 * @param marks on every object and pod
 * @param node where the pods must run; empty for any
 * @param peer where the source reaches the target; only for movers whose Jobs run together
 * @param key 64 hexadecimal digits, the secret of this transfer, the same in both clusters
 * @param with the parameters that the user gave
 */
public record Values(
    String name,
    String namespace,
    String claim,
    String about,
    String run,
    Marks marks,
    String node,
    Optional<Peer> peer,
    String key,
    Map<String, String> with) {

  public Values {
    with = Map.copyOf(with);
    if (!name.matches("[a-z]([-a-z0-9]{0,46}[a-z0-9])?")) {
      throw new IllegalArgumentException("not a DNS label of at most 48 characters: " + name);
    }
    if (!key.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("the key is not 64 hexadecimal digits");
    }
  }

  /** For questions about a transfer that nobody has begun. */
  public static Values toAsk(ObjectRef claim, Map<String, String> with) {
    return new Values(
        "migrator",
        claim.namespace(),
        claim.name(),
        claim.namespace() + "/" + claim.name(),
        "",
        new Marks(Map.of(), Map.of()),
        "",
        Optional.empty(),
        "0".repeat(64),
        with);
  }

  /** The same with the target's address. */
  public Values withPeer(Peer found) {
    return new Values(
        name, namespace, claim, about, run, marks, node, Optional.of(found), key, with);
  }

  /** Names the transfer and never prints its key. */
  @Override
  public String toString() {
    return "Values[" + namespace + "/" + name + " of " + about + "]";
  }
}
