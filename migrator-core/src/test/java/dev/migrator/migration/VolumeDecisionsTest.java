package dev.migrator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether the lookup finds what a search finds. */
class VolumeDecisionsTest {

  private static VolumeRule rule(String namespace, String claim, String driver, VolumeWay way) {
    return new VolumeRule(
        new VolumeRule.Match(namespace, claim, "", "", driver, "", ""), way, "", Map.of());
  }

  @Test
  void itFindsWhatASearchFinds() {
    List<VolumeRule> rules = new ArrayList<>();
    rules.add(rule("", "", "csi.example.com", VolumeWay.SHARE));
    rules.add(rule("shop", "", "", VolumeWay.SHARE));
    rules.add(rule("shop", "data", "csi.example.com", VolumeWay.SHARE));
    rules.add(rule("shop", "data", "", VolumeWay.HAND_OVER));
    rules.add(rule("shop", "data", "", VolumeWay.EMPTY));
    rules.add(rule("", "data", "", VolumeWay.SNAPSHOT));
    VolumeDecisions decisions = VolumeDecisions.of(rules);
    assertThat(decisions.way("shop", "data")).contains(VolumeWay.HAND_OVER);
    for (String namespace : List.of("shop", "db")) {
      for (String claim : List.of("data", "other")) {
        assertThat(decisions.of(namespace, claim))
            .isEqualTo(VolumeRule.remembered(rules, namespace, claim));
      }
    }
  }
}
