package dev.migrator.runbook;

import dev.migrator.cluster.Discovery;
import dev.migrator.migration.Migration.Data;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * Of which ranges the target gives addresses to Services: what its ServiceCIDRs say, else what the
 * migration file does.
 *
 * @param said by the migration file
 * @param known with the target's ranges
 */
record ServiceRanges(Data said, Data known) {

  static ServiceRanges of(Side target, Discovery targetServes, Data said) {
    List<String> ranges = new ArrayList<>();
    targetServes.types().stream()
        .filter(type -> type.groupKind().equals("ServiceCIDR.networking.k8s.io"))
        .findFirst()
        .ifPresent(type -> target.each(type, (Manifest cidr) -> add(ranges, cidr)));
    return new ServiceRanges(said, ranges.isEmpty() ? said : said.withServiceRanges(ranges));
  }

  private static void add(List<String> ranges, Manifest cidr) {
    if (!cidr.isBeingDeleted()) {
      cidr.at("spec", "cidrs").forEach(range -> ranges.add(range.asText()));
    }
  }

  /** What a plan remembers: the target's ranges only where something depends on them. */
  Data where(boolean asked) {
    return asked ? known : said;
  }
}
