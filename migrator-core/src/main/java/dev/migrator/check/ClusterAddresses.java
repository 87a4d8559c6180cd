package dev.migrator.check;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cluster addresses that somebody chose for Services: kept where the target can give them, and told
 * where it cannot.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/">Service
 * ClusterIP allocation</a>
 */
public final class ClusterAddresses {

  private final Map<ObjectRef, Asked> asked;
  private final List<String> ranges;
  private final Map<String, ObjectRef> holders = new HashMap<>();

  /**
   * An address that was asked for.
   *
   * @param kept whether the target is asked for it, too
   */
  public record Asked(String address, boolean kept) {}

  /**
   * @param asked by the Services that will be created, by their names at the source
   * @param ranges of the target; empty when nobody knows
   */
  public ClusterAddresses(Map<ObjectRef, Asked> asked, List<String> ranges) {
    this.asked = new TreeMap<>(asked);
    this.ranges = List.copyOf(ranges);
  }

  /** Whether it matters who has which address at the target. */
  public boolean asksForAny() {
    return asked.values().stream().anyMatch(Asked::kept);
  }

  /** A Service that the target has and keeps. */
  public void accept(Manifest atTarget) {
    String address = atTarget.at("spec", "clusterIP").asText("");
    if (!address.isEmpty()) {
      holders.put(address, atTarget.ref());
    }
    atTarget.at("spec", "clusterIPs").forEach(one -> holders.put(one.asText(), atTarget.ref()));
  }

  /** In the order of names. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    asked.forEach(
        (ref, one) -> {
          if (!one.kept()) {
            findings.add(lost(ref, one.address()));
          } else if (holders.containsKey(one.address())) {
            findings.add(taken(ref, one.address()));
          }
        });
    return findings;
  }

  private Finding lost(ObjectRef ref, String address) {
    return new Finding(
        FindingCode.NEW_CLUSTER_ADDRESS,
        ref,
        "asked for the cluster IP %s, and gets another one: %s; what names the old one does not find it"
            .formatted(
                address,
                ranges.isEmpty()
                    ? "the address ranges of the target are unknown"
                    : "the target gives addresses of " + String.join(" and ", ranges)),
        ranges.isEmpty()
            ? "serviceRanges: [RANGE] in the migration file, if the target has it"
            : "change what names it: resolv.conf, firewalls, settings");
  }

  private Finding taken(ObjectRef ref, String address) {
    return new Finding(
        FindingCode.CLUSTER_ADDRESS_TAKEN,
        ref,
        "will be refused: it asks for the cluster IP %s, which %s of the target has"
            .formatted(address, holders.get(address)),
        "free it at the target, take /spec/clusterIP out with a modifier, or leave it out with"
            + " label migrator.dev/exclude=true");
  }
}
