package dev.migrator.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import dev.migrator.model.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What never travels, each with its reason, and what looks alike and does travel. */
class ExclusionsTest {

  private final Exclusions exclusions =
      new Exclusions(false, Set.of(), Migration.defaults().classification(), ref -> false);

  private static Manifest object(String type, String rest) {
    ObjectNode tree = (ObjectNode) Yaml.parse(rest).orElseThrow();
    tree.put("apiVersion", type.substring(0, type.lastIndexOf(' ')).strip());
    tree.put("kind", type.substring(type.lastIndexOf(' ') + 1));
    ObjectNode metadata = tree.withObjectProperty("metadata");
    if (!metadata.has("name")) {
      metadata.put("name", "a");
    }
    return Manifest.of(tree);
  }

  private static ResourceType type(String group, String kind, String... verbs) {
    return new ResourceType(group, "v1", kind, "x", false, Set.of(verbs), Set.of(), List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v1 Pod | {metadata: {ownerReferences: [{kind: ReplicaSet, name: r, controller: true}]}} |"
            + " made by its controller, a ReplicaSet",
        "v1 Secret | {metadata: {ownerReferences: [{kind: ExternalSecret, name: r, controller:"
            + " true}]}} | made by its controller, a ExternalSecret",
        "v1 ConfigMap | {metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}} | is being deleted",
        "v1 ConfigMap | {metadata: {name: cluster-info, namespace: kube-public}} | every cluster"
            + " makes it for itself",
        "v1 ConfigMap | {metadata: {name: extension-apiserver-authentication, namespace:"
            + " kube-system}} | every cluster makes it for itself",
        "v1 ConfigMap | {metadata: {annotations: {addonmanager.kubernetes.io/mode: Reconcile}}} |"
            + " an add-on of the cluster",
        "v1 Service | {metadata: {labels: {kubernetes.io/cluster-service: 'true'}}} | an add-on of"
            + " the cluster",
        "rbac.authorization.k8s.io/v1 ClusterRole | {metadata: {name: view, labels:"
            + " {kubernetes.io/bootstrapping: rbac-defaults}}} | every cluster makes it for itself",
        "rbac.authorization.k8s.io/v1 ClusterRole | {metadata: {name: edit, labels:"
            + " {kubernetes.io/bootstrapping: rbac-defaults}, annotations:"
            + " {rbac.authorization.kubernetes.io/autoupdate: 'false'}}} | every cluster makes it"
            + " for itself; this one was changed by hand: change the target's likewise",
        "rbac.authorization.k8s.io/v1 ClusterRole | {metadata: {name:"
            + " 'system:controller:job-controller', labels: {kubernetes.io/bootstrapping:"
            + " rbac-defaults}}} | every cluster makes it for itself",
        "rbac.authorization.k8s.io/v1 RoleBinding | {metadata: {name:"
            + " 'system:controller:token-cleaner', namespace: kube-system, labels:"
            + " {kubernetes.io/bootstrapping: rbac-defaults}}} | every cluster makes it for itself",
        "rbac.authorization.k8s.io/v1 RoleBinding | {metadata: {name: 'system:image-pullers',"
            + " namespace: shop}} | made by OpenShift for every namespace",
        "rbac.authorization.k8s.io/v1 ClusterRole | {metadata: {name: 'kubeadm:get-nodes'}} | made"
            + " by kubeadm for its cluster",
        "v1 ConfigMap | {metadata: {labels: {olm.owner: x}}} | made by the Operator Lifecycle"
            + " Manager",
        "apiregistration.k8s.io/v1 APIService | {metadata: {labels:"
            + " {kube-aggregator.kubernetes.io/automanaged: onstart}}} | every API server makes it"
            + " for itself",
        "apiregistration.k8s.io/v1 APIService | {spec: {group: g}} | every API server makes it for"
            + " itself",
        "rbac.authorization.k8s.io/v1 ClusterRoleBinding | {metadata: {name: 'system:node', labels:"
            + " {kubernetes.io/bootstrapping: rbac-defaults}}} | every cluster makes it for itself",
        "v1 Service | {metadata: {name: kubernetes, namespace: default}} | every cluster has it",
        "v1 Namespace | {metadata: {name: default}} | every cluster has it",
        "v1 ServiceAccount | {metadata: {name: default, namespace: shop}} | every namespace has it",
        "flowcontrol.apiserver.k8s.io/v1 FlowSchema | {metadata: {name: probes}} | every cluster"
            + " makes it for itself",
        "flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration | {metadata: {name:"
            + " workload-low}} | every cluster makes it for itself",
        "scheduling.k8s.io/v1 PriorityClass | {metadata: {name: system-node-critical}} | every"
            + " cluster makes it for itself",
        "networking.k8s.io/v1 ServiceCIDR | {metadata: {name: kubernetes}} | every cluster makes it"
            + " for itself",
        "v1 ConfigMap | {metadata: {name: kube-root-ca.crt, namespace: shop}} | every cluster makes"
            + " it for itself",
        "v1 ConfigMap | {metadata: {name: istio-ca-root-cert, namespace: shop}} | every cluster"
            + " makes it for itself",
        "v1 ConfigMap | {metadata: {name: l, namespace: shop, annotations:"
            + " {control-plane.alpha.kubernetes.io/leader: x}}} | every cluster makes it for"
            + " itself",
        "v1 ConfigMap | {metadata: {name: x, namespace: kube-system}} | namespace kube-system"
            + " belongs to the cluster",
        "v1 Namespace | {metadata: {name: kube-node-lease}} | namespace kube-node-lease belongs to"
            + " the cluster",
        "v1 ConfigMap | {metadata: {name: x, namespace: gke-managed-cim}} | namespace"
            + " gke-managed-cim belongs to the cluster",
        "v1 ConfigMap | {metadata: {name: x, namespace: openshift-dns}} | namespace openshift-dns"
            + " belongs to the cluster",
        "v1 Endpoints | {metadata: {name: x, labels: {endpoints.kubernetes.io/managed-by: x}}} |"
            + " made for a Service by its controller",
        "discovery.k8s.io/v1 EndpointSlice | {metadata: {labels:"
            + " {endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}}} | made"
            + " for a Service by its controller",
        "discovery.k8s.io/v1 EndpointSlice | {metadata: {labels:"
            + " {endpointslice.kubernetes.io/managed-by:"
            + " endpointslicemirroring-controller.k8s.io}}} | made for a Service by its controller",
        "v1 Secret | {type: kubernetes.io/service-account-token, metadata: {name: web-token-x7x2k,"
            + " annotations: {kubernetes.io/service-account.name: web,"
            + " kubernetes.io/service-account.uid: 1f}}} | a token of the source cluster",
        "v1 Secret | {type: kubernetes.io/dockercfg, metadata: {name: web-dockercfg-x7x2k,"
            + " annotations: {kubernetes.io/service-account.name: web,"
            + " kubernetes.io/service-account.uid: 1f}}} | a registry login of the source cluster",
        "v1 Secret | {type: bootstrap.kubernetes.io/token} | a token of the source cluster",
        "v1 Secret | {type: helm.sh/release.v1} | a release record of Helm: travels only with"
            + " --include-helm-releases",
        "v1 PersistentVolume | {metadata: {annotations: {pv.kubernetes.io/provisioned-by: x}}} |"
            + " provisioned for its claim: the target provisions a volume of its own, without data",
        "v1 Pod | {status: {phase: Succeeded}} | finished: to create it again would run it again",
        "v1 Pod | {status: {phase: Failed}} | finished: to create it again would run it again",
        "v1 Pod | {metadata: {annotations: {kubernetes.io/config.mirror: x}}} | a mirror of a"
            + " static pod of a node",
        "crd.projectcalico.org/v1 HostEndpoint | {metadata: {labels: {projectcalico.org/created-by:"
            + " calico-kube-controllers}}} | state of the source's network: its nodes, identities"
            + " and addresses",
        "kubeovn.io/v1 Subnet | {metadata: {name: join}} | every cluster makes it for itself",
        "kubeovn.io/v1 Vpc | {metadata: {name: ovn-cluster}} | every cluster makes it for itself",
        "crd.antrea.io/v1beta1 Tier | {metadata: {name: baseline}} | every cluster makes it for"
            + " itself",
        "nfd.k8s-sigs.io/v1alpha1 NodeFeature | {metadata: {labels:"
            + " {nfd.node.kubernetes.io/node-name: node-1}}} | describes a node of the source",
      })
  void isLeftOut(String type, String rest, String reason) {
    assertThat(exclusions.ofObject(object(type, rest))).contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v1 ConfigMap | {metadata: {ownerReferences: [{kind: Foo, name: f}]}}",
        "v1 ConfigMap | {metadata: {name: kube-root-ca.crt.bak, namespace: shop}}",
        // A name, a label or an annotation of the cluster's own, on what is not the cluster's.
        "v1 ConfigMap | {metadata: {name: cluster-info, namespace: shop}}",
        "v1 ConfigMap | {metadata: {name: extension-apiserver-authentication, namespace: shop}}",
        "v1 Service | {metadata: {labels: {kubernetes.io/cluster-service: 'false'}}}",
        "v1 ConfigMap | {metadata: {labels: {addonmanager.kubernetes.io/mode: Ignore}}}",
        "v1 ConfigMap | {metadata: {labels: {kubernetes.io/bootstrapping: x}}}",
        "v1 ConfigMap | {metadata: {labels: {kube-aggregator.kubernetes.io/automanaged: onstart}}}",
        "v1 ConfigMap | {metadata: {name: l, namespace: shop, annotations:"
            + " {control-plane.alpha.kubernetes.io/leader: x}}, data: {a: b}}",
        "v1 ConfigMap | {metadata: {labels: {app.kubernetes.io/managed-by: Helm}}}",
        "rbac.authorization.k8s.io/v1 ClusterRole | {metadata: {annotations:"
            + " {rbac.authorization.kubernetes.io/autoupdate: 'false'}}}",
        "rbac.authorization.k8s.io/v1 ClusterRole | {metadata: {name: my-system}}",
        // metrics-server brings it, and no API server makes it.
        "rbac.authorization.k8s.io/v1 ClusterRole | {metadata: {name:"
            + " 'system:aggregated-metrics-reader'}}",
        "rbac.authorization.k8s.io/v1 ClusterRoleBinding | {metadata: {name:"
            + " 'system:metrics-server'}}",
        "rbac.authorization.k8s.io/v1 ClusterRole | {metadata: {name: 'system:node'}}",
        // Copied from view, with its marks.
        "rbac.authorization.k8s.io/v1 ClusterRole | {metadata: {name: view-of-ours, labels:"
            + " {kubernetes.io/bootstrapping: rbac-defaults}, annotations:"
            + " {rbac.authorization.kubernetes.io/autoupdate: 'true'}}}",
        "rbac.authorization.k8s.io/v1 Role | {metadata: {name: 'system:controller:token-cleaner',"
            + " namespace: shop, labels: {kubernetes.io/bootstrapping: rbac-defaults}}}",
        "scheduling.k8s.io/v1 PriorityClass | {metadata: {name: system-of-ours}}",
        "v1 ConfigMap | {metadata: {name: 'system:x', namespace: shop}}",
        "v1 Service | {metadata: {name: kubernetes, namespace: shop}}",
        "v1 ServiceAccount | {metadata: {name: default-web, namespace: shop}}",
        "v1 ConfigMap | {metadata: {name: x, namespace: kube-systems}}",
        "v1 ConfigMap | {metadata: {name: x, namespace: openshifty}}",
        "v1 Secret | {type: kubernetes.io/service-account-token, metadata: {name: api-token-x7x2k,"
            + " annotations: {kubernetes.io/service-account.name: web,"
            + " kubernetes.io/service-account.uid: 1f}}}",
        "v1 Secret | {type: kubernetes.io/service-account-token, metadata: {name: web, annotations:"
            + " {kubernetes.io/service-account.name: web, kubernetes.io/service-account.uid: 1f}}}",
        "v1 Secret | {type: Opaque, metadata: {name: web-token-x7x2k}}",
        "v1 Secret | {type: kubernetes.io/dockercfg, metadata: {name: registry}}",
        "v1 Endpoints | {metadata: {name: outside, namespace: shop}}",
        "discovery.k8s.io/v1 EndpointSlice | {metadata: {labels:"
            + " {endpointslice.kubernetes.io/managed-by: me}}}",
        "v1 PersistentVolume | {metadata: {name: static}}",
        "crd.projectcalico.org/v1 HostEndpoint | {metadata: {name: of-somebody}}",
        "kubeovn.io/v1 Subnet | {metadata: {name: team-a}}",
        "crd.antrea.io/v1beta1 Tier | {metadata: {name: ours}}",
        "nfd.k8s-sigs.io/v1alpha1 NodeFeature | {metadata: {name: by-hand}}",
        "v1 Pod | {status: {phase: Running}}",
        "v1 Pod | {status: {phase: Pending}}",
        "batch/v1 Job | {status: {conditions: [{type: Suspended, status: 'True'}]}}",
        "batch/v1 Job | {status: {conditions: [{type: Complete, status: 'False'}]}}",
        "apiregistration.k8s.io/v1 APIService | {spec: {service: {name: s}}}",
        "flowcontrol.apiserver.k8s.io/v1 FlowSchema | {metadata: {name: ours}}",
        "scheduling.k8s.io/v1 PriorityClass | {metadata: {name: high}}",
      })
  void travels(String type, String rest) {
    assertThat(exclusions.ofObject(object(type, rest))).isEmpty();
  }

  /** vmware-tanzu/velero#8801, #8800: finished and failed Jobs run again. */
  @ParameterizedTest
  @ValueSource(strings = {"Complete", "Failed"})
  void velero8801AndVelero8800AFinishedJobDoesNotRunAgain(String condition) {
    assertThat(
            exclusions.ofObject(
                object(
                    "batch/v1 Job",
                    "{status: {conditions: [{type: %s, status: 'True'}]}}".formatted(condition))))
        .contains("finished: to create it again would run it again");
  }

  /** Restored as a bare Pod, it would run beside the new Pod of its Job. */
  @Test
  void theRunningPodOfAJobIsMadeByItsJobAlone() {
    Manifest pod =
        object(
            "v1 Pod",
            "{metadata: {ownerReferences: [{kind: Job, name: j, controller: true}]}, status:"
                + " {phase: Running}}");
    assertThat(exclusions.ofObject(pod)).contains("made by its controller, a Job");
  }

  @ParameterizedTest
  @CsvSource({
    "'', Event",
    "events.k8s.io, Event",
    "coordination.k8s.io, Lease",
    "coordination.k8s.io, LeaseCandidate",
    "'', Node",
    "storage.k8s.io, CSINode",
    "storage.k8s.io, VolumeAttachment",
    "storage.k8s.io, CSIStorageCapacity",
    "apps, ControllerRevision",
    "resource.k8s.io, ResourceSlice",
    "networking.k8s.io, IPAddress",
    "certificates.k8s.io, CertificateSigningRequest",
    "'', ComponentStatus",
    "internal.apiserver.k8s.io, StorageVersion",
    "metrics.k8s.io, PodMetrics",
    "cert-manager.io, CertificateRequest",
    "acme.cert-manager.io, Order",
    "acme.cert-manager.io, Challenge",
    // Restored, a CiliumEndpoint without its identity made agents crash: cilium#33268, #33311.
    "cilium.io, CiliumIdentity",
    "cilium.io, CiliumEndpoint",
    "cilium.io, CiliumEndpointSlice",
    "cilium.io, CiliumNode",
    "cilium.io, CiliumBGPNodeConfig",
    "crd.projectcalico.org, IPAMBlock",
    "crd.projectcalico.org, IPAMHandle",
    "crd.projectcalico.org, BlockAffinity",
    "crd.projectcalico.org, ClusterInformation",
    "projectcalico.org, BlockAffinity",
    "projectcalico.org, CalicoNodeStatus",
    "kubeovn.io, IP",
    "crd.antrea.io, AntreaAgentInfo",
    "crd.antrea.io, AntreaControllerInfo",
    "whereabouts.cni.cncf.io, OverlappingRangeIPReservation",
    "metallb.io, ServiceL2Status",
    "topology.node.k8s.io, NodeResourceTopology",
    "nmstate.io, NodeNetworkState",
    "network.openshift.io, HostSubnet",
    "machineconfiguration.openshift.io, MachineConfigNode",
    "machine.openshift.io, Machine",
    "config.openshift.io, ClusterVersion",
    "upgrade.cattle.io, Plan",
    "k3s.cattle.io, Addon",
    "karpenter.sh, NodeClaim",
    "longhorn.io, Replica",
    "status.gatekeeper.sh, ConstraintPodStatus",
    "wgpolicyk8s.io, PolicyReport",
  })
  void kindsThatBelongToTheirCluster(String group, String kind) {
    assertThat(exclusions.ofType(type(group, kind, "list", "get", "create", "delete"))).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "'', ConfigMap",
    "networking.k8s.io, ServiceCIDR",
    "cert-manager.io, Certificate",
    "acme.example, Event",
    "acme.example, Node",
    "custom.metrics.k8s.io, Anything",
    "cilium.io, CiliumNetworkPolicy",
    "cilium.io, CiliumClusterwideNetworkPolicy",
    "cilium.io, CiliumCIDRGroup",
    "cilium.io, CiliumLoadBalancerIPPool",
    "cilium.io, CiliumBGPClusterConfig",
    "cilium.io, CiliumEgressGatewayPolicy",
    "cilium.io, CiliumNodeConfig",
    "crd.projectcalico.org, NetworkPolicy",
    "crd.projectcalico.org, GlobalNetworkSet",
    "crd.projectcalico.org, HostEndpoint",
    "crd.projectcalico.org, IPPool",
    "kubeovn.io, Subnet",
    "kubeovn.io, Vpc",
    "crd.antrea.io, ClusterNetworkPolicy",
    "crd.antrea.io, Tier",
    "metallb.io, IPAddressPool",
    "nfd.k8s-sigs.io, NodeFeature",
    "nfd.k8s-sigs.io, NodeFeatureRule",
    "nmstate.io, NodeNetworkConfigurationPolicy",
    "karpenter.sh, NodePool",
    "config.openshift.io, OAuth",
    "longhorn.io, RecurringJob",
    "templates.gatekeeper.sh, ConstraintTemplate",
    "kyverno.io, ClusterPolicy",
  })
  void otherKindsMayTravel(String group, String kind) {
    assertThat(exclusions.ofType(type(group, kind, "list", "get", "create", "delete"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "get", "create", "delete"})
  void whatCannotBeReadAndWrittenStays(String verb) {
    Set<String> verbs = new java.util.TreeSet<>(Set.of("list", "get", "create", "delete"));
    verbs.remove(verb);
    assertThat(exclusions.ofType(type("a.b", "Review", verbs.toArray(String[]::new))))
        .contains("the API does not support " + verb);
  }

  @Test
  void helmRecordsAndSystemNamespacesTravelWhenAskedFor() {
    Exclusions opted =
        new Exclusions(
            true, Set.of("kube-system"), Migration.defaults().classification(), ref -> false);
    assertThat(opted.ofObject(object("v1 Secret", "{type: helm.sh/release.v1}"))).isEmpty();
    assertThat(
            opted.ofObject(object("v1 ConfigMap", "{metadata: {name: x, namespace: kube-system}}")))
        .isEmpty();
    assertThat(
            opted.ofObject(object("v1 ConfigMap", "{metadata: {name: x, namespace: kube-public}}")))
        .isPresent();
  }

  @Test
  void scopeLeavesOutByNamespaceResourceSelectorMarkAndMapping() {
    Migration migration =
        MigrationFile.read(
            """
            apiVersion: migrator.dev/v1alpha1
            kind: Migration
            scope:
              namespaces: {include: ["shop*"], exclude: [shop-dev]}
              selector: team!=sandbox
              resources: {exclude: ["apps/*", "secrets"]}
            mappings: {storageClasses: {gp2: gp3}, ingressClasses: {nginx: haproxy}}
            """);
    ScopeFilter scope = new ScopeFilter(migration.scope(), migration.mappings());
    Map<Manifest, String> expected =
        Map.of(
            object("v1 ConfigMap", "{metadata: {namespace: shop-eu}}"), "",
            object("v1 ConfigMap", "{metadata: {namespace: shop-dev}}"),
                "out of scope: namespace shop-dev",
            object("v1 Namespace", "{metadata: {name: other}}"), "out of scope: namespace other",
            object("v1 ConfigMap", "{metadata: {namespace: shop, labels: {team: sandbox}}}"),
                "out of scope: selector",
            object(
                    "v1 ConfigMap",
                    "{metadata: {namespace: shop, labels: {migrator.dev/exclude: 'true'}}}"),
                "marked migrator.dev/exclude",
            object(
                    "v1 Secret",
                    "{metadata: {namespace: shop, annotations: {migrator.dev/exclude: 'true'}}}"),
                "marked migrator.dev/exclude",
            object(
                    "v1 ServiceAccount",
                    "{metadata: {namespace: shop, labels: {migrator.dev/exclude: 'false'}}}"),
                "",
            object("storage.k8s.io/v1 StorageClass", "{metadata: {name: gp2}}"),
                "mapped to a class of the target",
            object("storage.k8s.io/v1 StorageClass", "{metadata: {name: nginx}}"), "",
            object("networking.k8s.io/v1 IngressClass", "{metadata: {name: nginx}}"),
                "mapped to a class of the target");
    expected.forEach(
        (object, reason) ->
            assertThat(scope.ofObject(object).orElse("")).as(object.toString()).isEqualTo(reason));
    assertThat(scope.ofType(type("apps", "Deployment"))).contains("out of scope: resources");
    assertThat(scope.ofType(type("", "ConfigMap"))).isEmpty();
  }
}
