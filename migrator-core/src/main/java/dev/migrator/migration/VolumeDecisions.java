package dev.migrator.migration;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules that a plan remembers, each of one claim, found by its name. */
public final class VolumeDecisions {

  private record Claim(String namespace, String name) {}

  private final Map<Claim, VolumeRule> rules = new HashMap<>();

  private VolumeDecisions() {}

  /**
   * Of a plan's settings.
   *
   * @param rules in the order in which they count; those that name no claim alone are left aside
   */
  public static VolumeDecisions of(List<VolumeRule> rules) {
    VolumeDecisions decisions = new VolumeDecisions();
    for (VolumeRule rule : rules) {
      if (rule.isOfOneClaim()) {
        decisions.rules.putIfAbsent(
            new Claim(rule.match().namespace(), rule.match().claim()), rule);
      }
    }
    return decisions;
  }

  /** As {@link VolumeRule#remembered}. */
  public Optional<VolumeRule> of(String namespace, String claim) {
    return Optional.ofNullable(rules.get(new Claim(namespace, claim)));
  }

  /** The way of a claim; empty where nobody decided. */
  public Optional<VolumeWay> way(String namespace, String claim) {
    return of(namespace, claim).map(VolumeRule::via);
  }
}
