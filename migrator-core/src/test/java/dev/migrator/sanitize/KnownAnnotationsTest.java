package dev.migrator.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.Origin;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The lines about annotations hang together, and none is read in no way. */
class KnownAnnotationsTest {

  @Test
  void everyLineIsReadInOneWayAndStandsOnce() {
    Set<String> seen = new HashSet<>();
    List<List<String>> lines = KnowledgeLines.of(KnownAnnotations.class, "annotations.tsv", 4);
    assertThat(lines)
        .hasSizeGreaterThan(30)
        .allMatch(l -> seen.add(l.getFirst()))
        .allMatch(l -> l.stream().noneMatch(String::isBlank));
    for (List<String> line : lines) {
      String name = line.getFirst().replace("*", "x");
      assertThat(
              List.of(
                  KnownAnnotations.isDropped(name),
                  KnownAnnotations.QUALIFIED_NAMES.contains(name),
                  KnownAnnotations.TRAEFIK_NAMES.contains(name)))
          .as(name)
          .containsOnlyOnce(true);
    }
  }

  @Test
  void onlyWhatIsNamedIsDropped() {
    assertThat(KnownAnnotations.isDropped("deployment.kubernetes.io/revision")).isTrue();
    assertThat(KnownAnnotations.isDropped("deployment.kubernetes.io")).isFalse();
    assertThat(KnownAnnotations.isDropped("kopf.zalando.org/last-handled-configuration")).isTrue();
    assertThat(KnownAnnotations.isDropped("my.deployment.kubernetes.io/revision")).isFalse();
    assertThat(KnownAnnotations.isDropped("loadbalancer.openstack.org/load-balancer-id")).isFalse();
  }

  @Test
  void ourOwnMarksDoNotTravel() {
    assertThat(List.of(Origin.ANNOTATION, Origin.STOPPED, Origin.PAUSED))
        .allMatch(KnownAnnotations::isDropped);
  }
}
