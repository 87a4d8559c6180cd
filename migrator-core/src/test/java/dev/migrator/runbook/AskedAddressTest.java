package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Severity;
import dev.migrator.sanitize.TargetDefinitions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster address that somebody chose is kept as a node port is, or missed aloud. */
class AskedAddressTest {

  private static final ObjectRef DNS = ObjectRef.core("Service", "dns", "nodelocal");

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster source = MemoryCluster.builder(clock, "old").build();
  private final MemoryCluster target =
      MemoryCluster.builder(clock, "new").version("v1.36.3").build();

  private static void load(MemoryCluster cluster, String yaml) {
    for (JsonNode document : Yaml.parseAll(yaml)) {
      cluster.load(Manifest.parse(Json.text(document)));
    }
  }

  /** Given as a server of the source has it: the address is in the applied manifest, or not. */
  private String address(boolean asked) {
    load(
        source,
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: dns}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: nodelocal, namespace: dns},
         spec: {selector: {app: dns}, ports: [{port: 53, protocol: UDP}]}}
        """);
    String address = source.world().stored(DNS).orElseThrow().at("spec", "clusterIP").asText();
    if (asked) {
      source
          .world()
          .edit(
              DNS,
              tree ->
                  tree.withObjectProperty("metadata")
                      .withObjectProperty("annotations")
                      .put(
                          "kubectl.kubernetes.io/last-applied-configuration",
                          "{\"spec\": {\"clusterIP\": \"" + address + "\"}}"));
    }
    return address;
  }

  private void ranges(String... cidrs) {
    load(
        target,
        "{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: kubernetes}, spec: {cidrs: [\"%s\"]}}"
            .formatted(String.join("\", \"", cidrs)));
  }

  private Plan plan(String migration) {
    clock.advance(Duration.ofMinutes(1));
    return Planning.plan(
        source,
        target,
        MigrationFile.read("apiVersion: migrator.dev/v1alpha1\nkind: Migration\n" + migration),
        PlanningOptions.defaults());
  }

  private static List<String> said(Plan plan) {
    return plan.findings().stream()
        .filter(f -> f.code().contains("cluster-address"))
        .map(f -> f.severity() + " " + f.code())
        .toList();
  }

  /** What the run would send. */
  private String sent(Plan plan) {
    return new TargetDefinitions(plan.settings())
        .of(source.world().stored(DNS).orElseThrow(), "v1")
        .body()
        .at("spec", "clusterIP")
        .asText();
  }

  @Test
  void inTheTargetsRangeItIsKept() {
    String address = address(true);
    ranges(address + "/16", "fd00::/108");
    Plan plan = plan("");
    assertThat(said(plan)).isEmpty();
    assertThat(sent(plan)).isEqualTo(address);
  }

  @Test
  void outOfTheTargetsRangeItIsMissedAloud() {
    address(true);
    ranges("192.0.2.0/24");
    Plan plan = plan("");
    assertThat(said(plan)).containsExactly(Severity.WARNING + " new-cluster-address");
    assertThat(sent(plan)).isEmpty();
  }

  @Test
  void ofATargetThatSaysNothingTheFileMay() {
    String address = address(true);
    assertThat(said(plan(""))).containsExactly("WARNING new-cluster-address");
    Plan told = plan("serviceRanges: [%s/12]".formatted(address));
    assertThat(said(told)).isEmpty();
    assertThat(sent(told)).isEqualTo(address);
  }

  @Test
  void whatAnotherServiceHasBlocks() {
    String address = address(true);
    ranges(address + "/16");
    load(
        target,
        "{apiVersion: v1, kind: Service, metadata: {name: other, namespace: default}, spec: {ports:"
            + " [{port: 1}]}}");
    target
        .world()
        .edit(
            ObjectRef.core("Service", "default", "other"),
            tree -> tree.withObjectProperty("spec").put("clusterIP", address));
    assertThat(said(plan(""))).containsExactly("BLOCKER cluster-address-taken");
  }

  /** Most addresses were given by the server, and mean nothing elsewhere. */
  @Test
  void whatNobodyAskedForIsNeitherKeptNorMissed() {
    String address = address(false);
    ranges(address + "/16");
    Plan plan = plan("");
    assertThat(said(plan)).isEmpty();
    assertThat(sent(plan)).isEmpty();
    assertThat(plan.settings().data().serviceRanges()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "10.96.0.0/12, 10.111.255.255, true",
    "10.96.0.0/12, 10.112.0.0, false",
    "10.0.0.0/32, 10.0.0.0, true",
    "0.0.0.0/0, 1.2.3.4, true",
    "fd00::/108, fd00::f:ffff, true",
    "fd00::/108, fd00::10:0, false",
    "10.0.0.0/8, fd00::1, false",
    "10.0.0.0/8, '', false",
    "10.0.0.0/8, example.com, false",
    "10.0.0.0/8, 10.0.0.256, false",
    "10.0.0.0/8, 10.0.0, false",
    "::/0, 1:2:3:4:5:6:7:8, true",
    "1:2:3:4:5:6:7:8/127, 1:2:3:4:5:6:7:9, true",
    "fd00:1::/32, fd00:1:ffff::, true",
    "fd00:1::/32, fd00:2::1, false",
    "::1/128, ::1, true",
    "::1/128, ::2, false",
  })
  void rangesAreCountedInBits(String range, String address, boolean inside) {
    assertThat(dev.migrator.model.AddressRange.parse(range).orElseThrow().contains(address))
        .isEqualTo(inside);
  }
}
