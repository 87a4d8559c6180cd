package dev.migrator.it.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The judge itself: it sees every defect that it is there for, and none where there is none. */
class IndependentComparisonTest {

  private static final String POD =
      "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"namespace\": \"shop\","
          + " \"name\": \"web-1\", \"uid\": \"%s\", \"ownerReferences\": [{\"uid\": \"%s\"}]}}";
  private static final String PLAN =
      "{\"steps\": [{\"ref\": {\"group\": \"apps\", \"kind\": \"Deployment\", \"namespace\":"
          + " \"shop\", \"name\": \"web\"}, \"class\": \"%s\"}, {\"id\": \"gate:afterCopy\"}]}";

  @Test
  void anEqualCopyIsFine() {
    assertThat(findings("loss", of(web("1", "2")), of(web("1", "2")), of(web("2", "2.0"))))
        .isEmpty();
  }

  @Test
  void whatDiffersOrIsMissingAtTheTargetIsFound() {
    assertThat(findings("loss", of(web("1", "2")), of(web("1", "2")), of(web("2", "3"))))
        .singleElement()
        .asString()
        .contains("/spec/replicas: 2 -> 3");
    assertThat(findings("loss", of(web("1", "2")), of(web("1", "2")), of()))
        .singleElement()
        .asString()
        .contains("not at the target");
  }

  @Test
  void aListElementThatIsLostIsFoundByItsName() {
    String less = web("2", "2").replace(", {\"name\": \"b\", \"port\": 2}", "");
    assertThat(findings("loss", of(web("1", "2")), of(web("1", "2")), of(less)))
        .anyMatch(f -> f.contains("/spec/ports/b/port: 2 -> nothing"));
  }

  @Test
  void anEmptyMapIsNotTheSameAsNone() {
    String empty = web("1", "2").replace("\"spec\": {", "\"spec\": {\"empty\": {}, ");
    assertThat(findings("loss", of(empty), of(empty), of(web("2", "2"))))
        .singleElement()
        .asString()
        .contains("/spec/empty: {} -> nothing");
  }

  @Test
  void whatMustNotBeTwiceIsFoundAtTheSource() {
    ClusterState before = of(web("1", "2"), POD.formatted("p", "1"));
    assertThat(findings("duplication", before, of(), of(web("2", "2")))).isEmpty();
    assertThat(findings("duplication", before, before, of(web("2", "2"))))
        .singleElement()
        .asString()
        .contains("still at the source");
  }

  @Test
  void whatWasTouchedAtTheSourceIsFound() {
    ClusterState target = of(web("2", "2"));
    assertThat(findings("loss", of(web("1", "2")), of(web("9", "2")), target))
        .singleElement()
        .asString()
        .contains("another one now");
    assertThat(findings("loss", of(web("1", "2")), of(web("1", "0")), target))
        .singleElement()
        .asString()
        .contains("changed at the source: /spec/replicas: 2 -> 0");
    assertThat(
            findings("loss", of(web("1", "2"), POD.formatted("p", "1")), of(web("1", "2")), target))
        .singleElement()
        .asString()
        .contains("Pod/shop/web-1 was at the source and is gone");
  }

  @Test
  void workThatEndedAtTheSourceIsNotDoneAgain() {
    ClusterState source = of(web("1", "2"));
    Set<Key> ended = Set.of(new Key("apps", "Deployment", "shop", "web"));
    Planned plan = Planned.of(PLAN.formatted("duplication"));
    AllowedDifferences allowed = AllowedDifferences.read();
    assertThat(
            new IndependentComparison(plan, source, of(), of(), Map.of(), ended, allowed)
                .findings())
        .isEmpty();
    assertThat(
            new IndependentComparison(
                    plan, source, of(), of(web("2", "2")), Map.of(), ended, allowed)
                .findings())
        .singleElement()
        .asString()
        .contains("ended at the source and is at the target");
  }

  @Test
  void namespacesThatAreCalledOtherwise() {
    String there = web("2", "2").replace("\"shop\"", "\"shop-eu\"");
    assertThat(
            new IndependentComparison(
                    Planned.of(PLAN.formatted("loss")),
                    of(web("1", "2")),
                    of(web("1", "2")),
                    of(there),
                    Map.of("shop", "shop-eu"),
                    Set.of(),
                    AllowedDifferences.read())
                .findings())
        .isEmpty();
  }

  @Test
  void everyAllowedDifferenceHasAReason() {
    assertThat(AllowedDifferences.read()).isNotNull();
    assertThatThrownBy(() -> AllowedDifferences.of("Pod\t/spec/nodeName\tany"))
        .hasMessageContaining("reason");
  }

  private static List<String> findings(
      String protection, ClusterState before, ClusterState after, ClusterState target) {
    return new IndependentComparison(
            Planned.of(PLAN.formatted(protection)),
            before,
            after,
            target,
            Map.of(),
            Set.of(),
            AllowedDifferences.read())
        .findings();
  }

  private static String web(String uid, String replicas) {
    return """
    {"apiVersion": "apps/v1", "kind": "Deployment", \
    "metadata": {"namespace": "shop", "name": "web", "uid": "%s"}, \
    "spec": {"replicas": %s, "ports": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]}}\
    """
        .formatted(uid, replicas);
  }

  private static ClusterState of(String... objects) {
    return ClusterState.of(ClusterState.parse("{\"items\": [" + String.join(",", objects) + "]}"));
  }
}
