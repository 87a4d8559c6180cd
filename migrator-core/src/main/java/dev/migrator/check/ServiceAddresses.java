package dev.migrator.check;

import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.sanitize.AskedAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Node ports and cluster addresses that Services ask for: who has them at the target? */
public final class ServiceAddresses implements Check {

  private final Map<ObjectRef, Set<Integer>> ports = new HashMap<>();
  private final Map<ObjectRef, ClusterAddresses.Asked> addresses = new HashMap<>();

  @Override
  public void see(CheckedObject object) {
    if (!object.is("Service")) {
      return;
    }
    Set<Integer> asked = TakenNodePorts.of(object.body());
    if (!asked.isEmpty()) {
      ports.put(object.ref(), asked);
    }
    AskedAddress.of(object.object())
        .ifPresent(
            address ->
                addresses.put(
                    object.ref(),
                    new ClusterAddresses.Asked(address, object.body().has("spec", "clusterIP"))));
  }

  /**
   * What is known of the ranges of which the target gives addresses: what its ServiceCIDRs say,
   * else what the migration file does.
   */
  public static Migration.Data withRanges(ClusterView target, Migration.Data said) {
    List<String> ranges = new ArrayList<>();
    target.each(
        "ServiceCIDR.networking.k8s.io",
        cidr -> {
          if (!cidr.isBeingDeleted()) {
            cidr.at("spec", "cidrs").forEach(range -> ranges.add(range.asText()));
          }
        });
    return ranges.isEmpty() ? said : said.withServiceRanges(ranges);
  }

  /** Whether the plan depends on which addresses the target gives. */
  public boolean areAsked() {
    return !addresses.isEmpty();
  }

  @Override
  public List<Finding> findings(Move move) {
    TakenNodePorts taken = new TakenNodePorts(move.created(ports));
    ClusterAddresses kept =
        new ClusterAddresses(move.created(addresses), move.migration().data().serviceRanges());
    if (taken.asksForAny() || kept.asksForAny()) {
      show(move, taken, kept);
    }
    List<Finding> findings = new ArrayList<>(taken.findings());
    findings.addAll(kept.findings());
    return findings;
  }

  /** What goes with its namespace keeps neither its port nor its address. */
  private static void show(Move move, TakenNodePorts taken, ClusterAddresses kept) {
    Set<String> leaving = new HashSet<>();
    move.target().all("Namespace").stream()
        .filter(Manifest::isBeingDeleted)
        .forEach(namespace -> leaving.add(namespace.name()));
    move.target()
        .each(
            "Service",
            service -> {
              if (!service.isBeingDeleted() && !leaving.contains(service.namespace())) {
                taken.accept(service);
                kept.accept(service);
              }
            });
  }
}
