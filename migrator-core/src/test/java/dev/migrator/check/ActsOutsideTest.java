package dev.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.classify.Verdict;
import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.Manifest;
import dev.migrator.model.Protection;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Severity;
import dev.migrator.planner.Candidate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Controllers that act on what lies outside of the clusters do not run in both unasked. */
class ActsOutsideTest {

  private static final String DEFAULT = "default for Deployment.apps: replicas";

  private static Manifest object(String type, String rest) {
    ObjectNode tree = (ObjectNode) Yaml.parse(rest).orElseThrow();
    tree.put("apiVersion", type.substring(0, type.lastIndexOf(' ')).strip());
    tree.put("kind", type.substring(type.lastIndexOf(' ') + 1));
    ObjectNode metadata = tree.withObjectProperty("metadata");
    if (!metadata.has("name")) {
      metadata.put("name", "a").put("namespace", "shop");
    }
    return Manifest.of(tree);
  }

  private static Manifest running(String container) {
    return object(
        "apps/v1 Deployment",
        "{spec: {replicas: 1, template: {spec: {containers: [%s]}}}}".formatted(container));
  }

  private static List<Finding> findings(Verdict verdict, Manifest... objects) {
    return findings(verdict, new Candidate.AtTarget.Absent(), objects);
  }

  private static List<Finding> findings(
      Verdict verdict, Candidate.AtTarget there, Manifest... objects) {
    return new CheckScene().source(verdict, objects).found(there).findings(new ActsOutside());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{image: 'registry.k8s.io/external-dns/external-dns:v0.14.0'} | external-dns",
        "{image: 'docker.io/bitnami/external-dns@sha256:1f'} | external-dns",
        "{image: 'mirror.example:5000/infra/dns:1', args: [--txt-owner-id=a]} | external-dns",
        "{image: 'mirror.example/infra/dns:1', command: [/bin/sh, -c, 'run --txt-owner-id a']} |"
            + " external-dns",
        "{image: 'quay.io/jetstack/cert-manager-controller:v1.16.0'} | cert-manager",
        "{image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.31.0'} | cluster-autoscaler",
        "{image: 'x/ca:1', command: [./cluster-autoscaler, '--nodes=1:9:workers']} |"
            + " cluster-autoscaler",
        "{image: 'public.ecr.aws/karpenter/controller:1.1.0'} | Karpenter",
        "{image: 'public.ecr.aws/eks/aws-load-balancer-controller:v2.9.0'} | AWS Load Balancer"
            + " Controller",
        "{image: 'hetznercloud/hcloud-cloud-controller-manager:v1.20.0'} | a cloud controller"
            + " manager",
        "{image: 'quay.io/metallb/speaker:v0.14.8'} | MetalLB",
        "{image: 'ghcr.io/kube-vip/kube-vip:v0.8.7'} | kube-vip",
        "{image: 'velero/velero:v1.15.0', command: [/velero], args: [server]} | Velero",
        "{image: 'cloudflare/cloudflared:2024.12.0', args: [tunnel, run]} | cloudflared",
        "{image: 'europe-docker.pkg.dev/gardener-project/public/dns-controller-manager:v0.23.0',"
            + " args: [--identifier=prod]} | Gardener's DNS controller",
        "{image: 'f5networks/k8s-bigip-ctlr:2.19.0'} | F5 Container Ingress Services",
        "{image: 'mirror.example/cis:2', args: [--bigip-partition=kubernetes]} | F5 Container"
            + " Ingress Services",
        "{image: 'projects.registry.vmware.com/ako/ako:1.11.3'} | the Avi Kubernetes Operator",
        "{image: 'rancher/rancher-agent:v2.8.1'} | Rancher's cluster agent",
      })
  void isKnownByImageCommandAndArguments(String container, String project) {
    assertThat(OutsideActor.of(running(container)).map(OutsideActor::project)).contains(project);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{image: 'registry.k8s.io/ingress-nginx/controller:v1.11.0'}",
        "{image: 'quay.io/jetstack/cert-manager-webhook:v1.16.0'}",
        "{image: 'quay.io/jetstack/cert-manager-cainjector:v1.16.0'}",
        "{image: 'velero/velero:v1.15.0', command: [velero], args: [backup, create]}",
        "{image: 'example.com/my-external-dns-dashboard:1'}",
        "{image: 'example.com/shop/controller:1'}",
        "{image: 'projects.registry.vmware.com/ako/ako-operator:1.11.3'}",
        "{image: 'rancher/shell:v0.1.24'}",
        "{image: 'example.com/web:1', args: ['--txt=a']}",
        "{}",
      })
  void othersAreNot(String container) {
    assertThat(OutsideActor.of(running(container))).isEmpty();
  }

  @Test
  void aCopyByDefaultBlocksAndNamesWhatBothWouldClaim() {
    List<Finding> findings =
        findings(
            new Verdict.Decided(Protection.LOSS, DEFAULT),
            running(
                "{image: 'registry.k8s.io/external-dns/external-dns:v0.14.0', args:"
                    + " [--source=ingress, --txt-owner-id=prod]}"),
            object(
                "networking.k8s.io/v1 Ingress",
                "{metadata: {name: i, namespace: shop}, spec: {rules: [{host: shop.example.com},"
                    + " {host: a.example.com}]}}"),
            object(
                "gateway.networking.k8s.io/v1 HTTPRoute",
                "{metadata: {name: r, namespace: shop}, spec: {hostnames: [route.example.com]}}"),
            object(
                "v1 Service",
                "{metadata: {name: s, namespace: shop, annotations:"
                    + " {external-dns.alpha.kubernetes.io/hostname: 'x.example.com,"
                    + " y.example.com'}}}"));
    assertThat(findings).hasSize(1);
    Finding finding = findings.getFirst();
    assertThat(finding.severity()).isEqualTo(Severity.BLOCKER);
    assertThat(finding.code()).isEqualTo("acts-outside");
    assertThat(finding.message())
        .isEqualTo(
            "is external-dns and would run in both clusters: two clusters would write, and delete,"
                + " the same DNS records: a.example.com, route.example.com, shop.example.com,"
                + " x.example.com and 1 more; both have --txt-owner-id=prod");
    assertThat(finding.remedy())
        .startsWith(
            "kubectl label -n shop deployment.apps a migrator.dev/protect-from=duplication");
  }

  @Test
  void whoSaysSoMayRunBothAndWhatIsHandedOverIsAlone() {
    Manifest dns = running("{image: external-dns/external-dns}");
    for (String rule : List.of("label", "label of its pod template", "rule 2")) {
      assertThat(findings(new Verdict.Decided(Protection.LOSS, rule), dns))
          .extracting(Finding::severity)
          .containsExactly(Severity.WARNING);
    }
    assertThat(findings(new Verdict.Decided(Protection.NONE, "--default-for undecided"), dns))
        .extracting(Finding::severity)
        .containsExactly(Severity.BLOCKER);
    assertThat(findings(new Verdict.Decided(Protection.DUPLICATION, "label"), dns)).isEmpty();
    assertThat(findings(new Verdict.Undecided("x"), dns)).isEmpty();
  }

  @Test
  void whatRunsAtTheTargetAlreadyOrRunsNowhereDoesNotBlock() {
    Manifest dns = running("{image: external-dns/external-dns}");
    Verdict byDefault = new Verdict.Decided(Protection.LOSS, DEFAULT);
    assertThat(findings(byDefault, new Candidate.AtTarget.Equal(), dns))
        .extracting(Finding::severity)
        .containsExactly(Severity.WARNING);
    Manifest stopped =
        object(
            "apps/v1 Deployment",
            "{spec: {replicas: 0, template: {spec: {containers: [{image: external-dns}]}}}}");
    assertThat(findings(byDefault, stopped)).isEmpty();
  }

  @Test
  void onlySettingsThatStandInTheOpenAreTold() {
    Manifest vip =
        running(
            "{image: ghcr.io/kube-vip/kube-vip, args: [manager, '--token=s3cret'], env: [{name:"
                + " address, value: 192.0.2.7}, {name: vip_address, valueFrom: {secretKeyRef:"
                + " {name: s, key: k}}}, {name: PASSWORD, value: s3cret}]}");
    assertThat(OutsideActor.of(vip).orElseThrow().identity()).containsExactly("address=192.0.2.7");
  }

  @Test
  void poolsAndBackupLocationsAreToldWhereTheirControllerIsNot() {
    Verdict labelled = new Verdict.Decided(Protection.LOSS, "label");
    Manifest pool =
        object(
            "metallb.io/v1beta1 IPAddressPool",
            "{metadata: {name: p, namespace: lb}, spec: {addresses: [192.0.2.0/28]}}");
    Manifest location =
        object(
            "velero.io/v1 BackupStorageLocation",
            "{metadata: {name: d, namespace: v}, spec: {objectStorage: {bucket: b}}}");
    assertThat(findings(labelled, pool, location))
        .extracting(Finding::message)
        .containsExactly("claims 192.0.2.0/28 for both clusters", "claims b for both clusters");
    assertThat(findings(labelled, pool, running("{image: quay.io/metallb/controller}")))
        .extracting(f -> f.object().orElseThrow().kind())
        .containsExactly("Deployment");
    assertThat(
            findings(
                labelled,
                object(
                    "velero.io/v1 BackupStorageLocation",
                    "{metadata: {name: d, namespace: v}, spec: {accessMode: ReadOnly,"
                        + " objectStorage: {bucket: b}}}")))
        .isEmpty();
  }

  @Test
  void whereDatabasesAndVolumesAreBackedUpToIsTold() {
    assertThat(
            findings(
                new Verdict.Decided(Protection.LOSS, "label"),
                object(
                    "longhorn.io/v1beta2 BackupTarget",
                    "{spec: {backupTargetURL: 's3://lh@us-east-1/', pollInterval: 5m0s}}"),
                object(
                    "postgresql.cnpg.io/v1 Cluster",
                    "{spec: {backup: {barmanObjectStore: {destinationPath: 's3://pg/'}}}}"),
                object(
                    "barmancloud.cnpg.io/v1 ObjectStore",
                    "{spec: {configuration: {destinationPath: 's3://store/'}}}")))
        .extracting(Finding::message)
        .containsExactlyInAnyOrder(
            "claims s3://lh@us-east-1/ for both clusters",
            "claims s3://pg/ for both clusters",
            "claims s3://store/ for both clusters");
  }

  @Test
  void everyLineOfWhatIsKnownIsWhole() {
    Set<String> kinds = Set.of("dns", "address", "certificate", "backup", "nodes");
    assertThat(KnowledgeLines.of(OutsideClaims.class, "claims.tsv", 4))
        .hasSizeGreaterThan(30)
        .allMatch(l -> kinds.contains(l.get(2)))
        .allMatch(l -> l.stream().noneMatch(String::isBlank));
    assertThat(KnowledgeLines.of(OutsideActor.class, "outside.tsv", 7))
        .hasSizeGreaterThan(20)
        .allMatch(l -> l.get(4).equals("-") || kinds.containsAll(List.of(l.get(4).split(","))))
        .allMatch(l -> l.stream().noneMatch(String::isBlank));
  }
}
