package dev.migrator.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.KnowledgeLines;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines about what belongs to a cluster's own plumbing hang together. */
class ClusterPlumbingTest {

  private static final List<List<String>> LINES =
      KnowledgeLines.of(ClusterPlumbing.class, "stays.tsv", 5);

  @Test
  void aKindStaysAsAWholeOrByNameAndLabelNeverBoth() {
    Set<String> whole =
        LINES.stream()
            .filter(l -> l.get(1).equals("*") && l.get(2).equals("-"))
            .map(List::getFirst)
            .collect(Collectors.toSet());
    assertThat(LINES)
        .filteredOn(l -> whole.contains(l.getFirst()))
        .allMatch(l -> l.get(1).equals("*") && l.get(2).equals("-"));
  }

  @Test
  void noLineStandsTwiceAndEachHasAReasonAndASource() {
    Set<List<String>> seen = new HashSet<>();
    assertThat(LINES)
        .hasSizeGreaterThan(80)
        .allMatch(l -> seen.add(l.subList(0, 3)))
        .allMatch(l -> l.stream().noneMatch(String::isBlank));
  }

  private static Optional<String> why(String groupKind) {
    return ClusterPlumbing.kind(groupKind, groupKind.substring(groupKind.indexOf('.') + 1));
  }

  /** One for each node, pod or store of a cluster, made there by its own controllers. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ClusterPolicyEndpoint.networking.k8s.aws",
        "PodInfo.cilium.io",
        "LinstorSatellite.piraeus.io",
        "LogicalVolume.topolvm.cybozu.com",
        "LVMVolumeGroupNodeStatus.lvm.topolvm.io",
        "StorageVersionMigration.migration.k8s.io",
        "StorageState.migration.k8s.io",
        "IPPool.whereabouts.cni.cncf.io",
        "Node.longhorn.io",
        "NodeClaim.karpenter.sh",
      })
  void belongsToItsCluster(String groupKind) {
    assertThat(why(groupKind)).isPresent();
  }

  /** Beside them, in the same groups, is what people write: left behind it would be lost. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "LinstorCluster.piraeus.io",
        "LinstorSatelliteConfiguration.piraeus.io",
        "LVMCluster.lvm.topolvm.io",
        "TracingPolicy.cilium.io",
        "Volume.longhorn.io",
        "RecurringJob.longhorn.io",
        "NodePool.karpenter.sh",
        "NodeNetworkConfigurationPolicy.nmstate.io",
        "SriovNetworkNodePolicy.sriovnetwork.openshift.io",
        "HyperNode.topology.volcano.sh",
        "IPAMClaim.k8s.cni.cncf.io",
        "DiskPool.openebs.io",
        "CleanupPolicy.kyverno.io",
      })
  void isWrittenByPeople(String groupKind) {
    assertThat(why(groupKind)).isEmpty();
  }

  @Test
  void aRequestIsNotCalledAReport() {
    assertThat(why("UpdateRequest.kyverno.io").orElseThrow()).contains("request");
    assertThat(why("EphemeralReport.reports.kyverno.io").orElseThrow()).contains("reports");
  }
}
