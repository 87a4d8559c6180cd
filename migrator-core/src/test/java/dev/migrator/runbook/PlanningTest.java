package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Severity;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Planning against two clusters: what the target has, refuses, lacks, and cannot prove. */
class PlanningTest {

  private final VirtualClock clock = new VirtualClock();
  private final MemoryCluster source =
      MemoryCluster.builder(clock, "old").version("v1.34.4").build();
  private final MemoryCluster target =
      MemoryCluster.builder(clock, "new").version("v1.36.3").build();

  private static Manifest[] objects(String yaml) {
    List<Manifest> objects = new ArrayList<>();
    for (JsonNode document : Yaml.parseAll(yaml)) {
      objects.add(Manifest.parse(Json.text(document)));
    }
    return objects.toArray(Manifest[]::new);
  }

  private Plan plan(PlanningOptions options, String migration) {
    clock.advance(Duration.ofMinutes(1));
    Migration wanted =
        MigrationFile.read(
            "apiVersion: migrator.dev/v1alpha1\nkind: Migration\n"
                + "scope: {resources: {exclude: [storage.k8s.io/*]}}\n"
                + migration);
    return Planning.plan(source, target, wanted, options);
  }

  private Plan plan() {
    return plan(PlanningOptions.defaults(), "");
  }

  private static List<String> findings(Plan plan, String code) {
    return plan.findings().stream()
        .filter(f -> f.code().equals(code))
        .map(
            f ->
                f.severity()
                    + " "
                    + f.object().map(ObjectRef::toString).orElse("")
                    + ": "
                    + f.message())
        .toList();
  }

  private static PlannedObject planned(Plan plan, String ref) {
    return Optional.ofNullable(plan.objectsByRef().get(ObjectRef.parse(ref))).orElseThrow();
  }

  private static Manifest definition(String group, String spec) {
    return objects(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: rigs.%1$s}
        spec:
          group: %1$s
          names: {kind: Rig, plural: rigs, singular: rig, listKind: RigList}
          scope: Namespaced
          %2$s
        """
            .formatted(group, spec))[0];
  }

  @Test
  void anOldDefinitionIsRepairedAndThePlanSaysHow() {
    source.load(
        definition(
            "old.k8s.io",
            """
            preserveUnknownFields: true
              versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {properties: {spec: {}}}}}]
            """));

    Plan plan = plan();

    assertThat(plan.isBlocked()).isFalse();
    assertThat(findings(plan, "definition-repaired"))
        .containsExactly(
            "NOTE CustomResourceDefinition.apiextensions.k8s.io//rigs.old.k8s.io: is changed so"
                + " that the target takes it, and its objects stay as they are: annotation"
                + " api-approved.kubernetes.io is set to unapproved; schema of v1: every object"
                + " keeps the fields that it does not name; schema of v1: no type was given to the"
                + " root, .spec");
  }

  @Test
  void aDefinitionThatTheTargetRefusesBlocksEveryPlan() {
    source.load(
        definition(
            "new.example", "versions: [{name: v1, served: true, storage: true, schema: {}}]"));

    assertThat(findings(plan(), "refused-by-target")).hasSize(1);
  }

  @Test
  void ofAClaimWhoseVolumeTravelsNobodySaysThatItsDataStays() {
    source.load(
        objects(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: nfs}
            ---
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: share}
            spec:
              capacity: {storage: 1Gi}
              accessModes: [ReadWriteMany]
              storageClassName: ""
              nfs: {server: 192.0.2.9, path: /x}
              claimRef: {namespace: nfs, name: data}
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data, namespace: nfs}
            spec:
              storageClassName: ""
              volumeName: share
              accessModes: [ReadWriteMany]
              resources: {requests: {storage: 1Gi}}
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: own, namespace: nfs}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            """));

    Plan plan = plan();

    assertThat(findings(plan, "data-stays")).singleElement().asString().contains("nfs/own");
    assertThat(findings(plan, "shared-storage")).singleElement().asString().contains("share");
  }

  @Test
  void whatTheTargetHasAlreadyIsAdoptedOrInTheWay() {
    source.load(
        objects(
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: same, namespace: shop}, data: {a: b}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: other, namespace: shop}, data: {a: b}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: other, namespace: shop}, data: {a: c2VjcmV0}}
            """));
    target.load(
        objects(
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: same, namespace: shop}, data: {a: b}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: other, namespace: shop}, data: {a: c}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: other, namespace: shop}, data: {a: b3RoZXI=}}
            """));
    Plan plan = plan();
    assertThat(planned(plan, "ConfigMap/shop/same").alreadyThere()).isTrue();
    assertThat(planned(plan, "ConfigMap/shop/other").alreadyThere()).isFalse();
    assertThat(plan.isBlocked()).isTrue();
    assertThat(findings(plan, "M1105"))
        .hasSize(2)
        .allMatch(f -> f.contains("never overwritten; it differs in data.a"))
        .noneMatch(f -> f.contains("c2VjcmV0") || f.contains("b3RoZXI"));
  }

  @Test
  void undecidedObjectsBlockWithTheWayOut() {
    source.load(
        objects(
            "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}, spec: {containers:"
                + " [{name: c, image: 'a:1'}]}}"));
    Plan plan = plan();
    assertThat(plan.isBlocked()).isTrue();
    Finding finding =
        plan.findings().stream().filter(f -> f.code().equals("M1102")).findFirst().orElseThrow();
    assertThat(finding.remedy())
        .containsPattern(
            "kubectl --context \\S+ label pod p -n shop migrator.dev/protect-from=duplication ");
    assertThat(plan.leftOut())
        .extracting(LeftOut::ref)
        .contains(ObjectRef.core("Pod", "shop", "p"));
  }

  @Test
  void namesOfWhatIsNowhereAreWarningsAndMappedClassesAreNot() {
    source.load(
        objects(
            """
            {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop},
             spec: {storageClassName: gp2, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
            ---
            {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: slow, namespace: shop},
             spec: {storageClassName: tape, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
            """));
    target.load(
        objects(
            "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: gp3},"
                + " provisioner: x}"));
    Plan plan = plan(PlanningOptions.defaults(), "mappings: {storageClasses: {gp2: gp3}}");
    assertThat(findings(plan, "missing-reference"))
        .singleElement()
        .satisfies(f -> assertThat(f).startsWith("WARNING StorageClass.storage.k8s.io//tape: "));
  }

  @Test
  void anApiThatTheTargetCannotDescribeMeansNoPlanWhereTheSourceServesIt() {
    target.world().breakGroup("apps/v1", "503");
    ProblemException refused = catchThrowableOfType(ProblemException.class, this::plan);
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1104);
    assertThat(refused.problem().what()).contains("target").contains("apps/v1");
    Plan without = plan(new PlanningOptions(Set.of("apps/v1"), false, false), "");
    assertThat(findings(without, "not-read")).anyMatch(f -> f.contains("deployments.apps"));
  }

  @Test
  void anApiThatOnlyTheTargetHasMayBeDown() {
    target.world().breakGroup("wardle.example.com/v1", "503");
    target.world().breakGroup("metrics.k8s.io/v1beta1", "503");
    assertThat(plan().isBlocked()).isFalse();
  }

  @Test
  void whatTheDryRunRefusesBlocksAndWhatItCannotReachIsUnproven() {
    source.load(
        objects(
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: good, namespace: default}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: bad, namespace: default}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: later, namespace: shop}}
            """));
    target
        .world()
        .refuse(
            object ->
                object.name().equals("bad")
                    ? Optional.of(new ClusterFailure.Invalid("policy says no", List.of()))
                    : Optional.empty());
    Plan plan = plan(PlanningOptions.defaults().withProof(), "");
    assertThat(findings(plan, "refused-by-target"))
        .singleElement()
        .satisfies(f -> assertThat(f).startsWith("BLOCKER ConfigMap/default/bad").contains("no"));
    assertThat(findings(plan, "comes-later"))
        .anyMatch(f -> f.contains("namespace shop is created in phase 1"));
    assertThat(target.world().stored(ObjectRef.core("ConfigMap", "default", "good"))).isEmpty();
  }

  @Test
  void quotasWebhooksAndPodSecurityOfTheTargetAreSeen() {
    source.load(
        objects(
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {a: b}},
             template: {metadata: {labels: {a: b}}, spec: {hostNetwork: true, containers: [{name: c, image: "a:1"}]}}}}
            """));
    target.load(
        objects(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}}
            ---
            {apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: shop}, spec: {hard: {configmaps: "0"}}}
            ---
            {apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: shop}, spec: {limits: [{type: Pod, max: {cpu: 1}}]}}
            """));
    Plan plan = plan();
    assertThat(findings(plan, "quota-exceeded"))
        .singleElement()
        .satisfies(f -> assertThat(f).startsWith("BLOCKER ResourceQuota/shop/q: "));
    assertThat(findings(plan, "limit-range-refuses"))
        .singleElement()
        .satisfies(
            f ->
                assertThat(f)
                    .startsWith("WARNING Deployment.apps/shop/web: can be created, but its pods")
                    .contains("LimitRange/shop/l of the target"));
    assertThat(findings(plan, "pod-security"))
        .singleElement()
        .satisfies(f -> assertThat(f).contains("baseline").contains("hostNetwork"));
  }

  @Test
  void quotasAndPodSecurityThatTravelAreSeenToo() {
    source.load(
        objects(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: lax, labels: {pod-security.kubernetes.io/warn: baseline,
             pod-security.kubernetes.io/audit: baseline}}}
            ---
            {apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: shop}, spec: {hard: {limits.cpu: "1"}}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {a: b}},
             template: {metadata: {labels: {a: b}}, spec: {hostNetwork: true, containers: [{name: c, image: "a:1"}]}}}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: lax}, spec: {selector: {matchLabels: {a: b}},
             template: {metadata: {labels: {a: b}}, spec: {hostNetwork: true, containers: [{name: c, image: "a:1"}]}}}}
            """));
    Plan plan = plan(PlanningOptions.defaults(), "mappings: {namespaces: {shop: store}}\n");
    assertThat(findings(plan, "pod-security"))
        .singleElement()
        .satisfies(
            f ->
                assertThat(f)
                    .startsWith("WARNING Deployment.apps/shop/web: its pods will be rejected")
                    .contains("namespace store, which travels along, enforces baseline"));
    assertThat(findings(plan, "quota-refuses"))
        .singleElement()
        .satisfies(
            f ->
                assertThat(f)
                    .startsWith("WARNING Deployment.apps/shop/web: ")
                    .contains(
                        "ResourceQuota/store/q, which travels along: container c: no limits.cpu"));
  }

  /** As many as the move itself will send, whatever other questions planning asks at once. */
  @ParameterizedTest
  @ValueSource(ints = {2, 20})
  void aProofSendsAsManyAtOnceAsTheMoveWill(int parallel) throws Exception {
    List<String> maps = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      maps.add("{apiVersion: v1, kind: ConfigMap, metadata: {name: m" + i + ", namespace: shop}}");
    }
    source.load(objects(String.join("\n---\n", maps)));
    target.load(objects("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
    clock.advance(Duration.ofMinutes(1));
    CountDownLatch together = new CountDownLatch(parallel);
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Cluster counting =
        (Cluster)
            Proxy.newProxyInstance(
                Cluster.class.getClassLoader(),
                new Class<?>[] {Cluster.class},
                (proxy, method, arguments) -> {
                  boolean proof = method.getName().equals("prove");
                  if (proof) {
                    most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                    together.countDown();
                    assertThat(together.await(20, TimeUnit.SECONDS)).isTrue();
                  }
                  try {
                    return method.invoke(target, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getTargetException();
                  } finally {
                    if (proof) {
                      inFlight.decrementAndGet();
                    }
                  }
                });
    Migration wanted =
        MigrationFile.read(
            "apiVersion: migrator.dev/v1alpha1\nkind: Migration\nlimits: {parallel: %d}\n"
                .formatted(parallel));
    Plan plan = Planning.plan(source, counting, wanted, PlanningOptions.defaults().withProof());
    assertThat(most).hasValue(parallel);
    assertThat(findings(plan, "not-proven")).isEmpty();
  }

  @Test
  void aWebhookOfTheTargetThatNobodyAnswersBlocksWhatItSees() {
    source.load(
        objects(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {guard: "on"}}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: free}}
            """));
    String configuration =
        """
        {apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: guard},
         webhooks: [{name: guard.acme.example, failurePolicy: Fail, sideEffects: None, admissionReviewVersions: [v1],
           namespaceSelector: {matchLabels: {guard: "on"}}, clientConfig: {service: {namespace: acme, name: guard}},
           rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]}]}
        """;
    target.load(objects(configuration));
    Plan plan = plan();
    assertThat(plan.isBlocked()).isTrue();
    assertThat(findings(plan, "webhook-without-service"))
        .singleElement()
        .satisfies(
            f ->
                assertThat(f)
                    .contains("guard.acme.example will see 1 configmaps")
                    .contains("Service/acme/guard")
                    .contains("is not at the target"));
  }

  @Test
  void advicePassesInSilenceWhereItIsNotWanted() {
    source.load(
        objects(
            """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {a: b}},
             template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: web}]}}}}
            """));
    assertThat(plan().findings()).anyMatch(f -> f.code().equals("factor-2-unpinned-image"));
    Plan silent = plan(PlanningOptions.defaults().withoutAdvice(), "");
    assertThat(silent.findings()).noneMatch(f -> f.code().startsWith("factor-"));
    assertThat(silent.findings()).allMatch(f -> f.severity() != Severity.BLOCKER);
  }

  @Test
  void aDefaultAccountWithLoginsIsRemembered() {
    source.load(objects("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
    clock.advance(Duration.ofMinutes(1));
    source
        .world()
        .edit(
            ObjectRef.core("ServiceAccount", "shop", "default"),
            tree -> tree.putArray("imagePullSecrets").addObject().put("name", "pull"));
    assertThat(findings(plan(), "default-service-account"))
        .singleElement()
        .satisfies(f -> assertThat(f).startsWith("WARNING ServiceAccount/shop/default"));
  }

  @Test
  void theAccountOfANamespaceThatStaysIsNotTold() {
    source.load(
        objects(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: other}}
            """));
    clock.advance(Duration.ofMinutes(1));
    source
        .world()
        .edit(
            ObjectRef.core("ServiceAccount", "other", "default"),
            tree -> tree.put("automountServiceAccountToken", false));
    Migration one =
        MigrationFile.read(
            """
            apiVersion: migrator.dev/v1alpha1
            kind: Migration
            scope: {namespaces: {include: [shop]}}
            """);
    assertThat(
            findings(
                Planning.plan(source, target, one, PlanningOptions.defaults()),
                "default-service-account"))
        .isEmpty();
  }

  private static final String APPLICATIONS =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
      ---
      {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}}
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: links.example.com}
      spec:
        group: example.com
        names: {kind: Link, plural: links}
        scope: Cluster
        versions: [{name: v1, served: true, storage: true}]
      ---
      apiVersion: example.com/v1
      kind: Link
      metadata: {name: wan, labels: {migrator.dev/protect-from: duplication},
        finalizers: [example.com/cloud]}
      """;

  @Test
  void nothingIsSaidOfWhatTheScopeLeavesOut() {
    source.load(objects(APPLICATIONS));
    assertThat(findings(plan(), "deletion-reaches-outside")).isNotEmpty();
    Plan scoped =
        Planning.plan(
            source,
            target,
            MigrationFile.read(
                """
                apiVersion: migrator.dev/v1alpha1
                kind: Migration
                scope: {namespaces: {include: [shop]}}
                """),
            PlanningOptions.defaults());
    assertThat(scoped.leftOut()).anyMatch(l -> l.ref().name().equals("wan"));
    assertThat(findings(scoped, "deletion-reaches-outside")).isEmpty();
  }

  @Test
  void nothingIsSaidOfWhatAChosenPartDoesNotName() {
    source.load(objects(APPLICATIONS));
    Plan part =
        plan(
            PlanningOptions.defaults().withOnly(java.util.Set.of(ObjectRef.namespace("shop"))), "");
    assertThat(part.findings()).noneMatch(f -> f.code().equals("deletion-reaches-outside"));
  }

  @Test
  void aNameInTheScopeThatMatchesNothingIsAsked() {
    source.load(objects(APPLICATIONS));
    Plan scoped =
        Planning.plan(
            source,
            target,
            MigrationFile.read(
                """
                apiVersion: migrator.dev/v1alpha1
                kind: Migration
                scope:
                  namespaces: {include: [shpo, "sh*"], exclude: [stagging]}
                  resources: {exclude: [secret]}
                """),
            PlanningOptions.defaults());
    assertThat(scoped.findings())
        .filteredOn(f -> f.code().equals("scope-matches-nothing"))
        .extracting(Finding::message)
        .containsExactlyInAnyOrder(
            "scope.namespaces.include: shpo matches no namespace of the source; did you mean"
                + " shop?",
            "scope.namespaces.exclude: stagging matches no namespace of the source",
            "scope.resources.exclude: secret matches no resource that the source serves; did you"
                + " mean secrets?");
  }

  /** The labels of Pod Security, of a mesh: every cluster has the namespace, and each its own. */
  @Test
  void whatTheNamespaceDefaultHasMoreIsTold() {
    ObjectRef home = ObjectRef.namespace("default");
    source.load(
        objects(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: default}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: default}}
            """));
    target.load(objects("{apiVersion: v1, kind: Namespace, metadata: {name: default}}"));
    assertThat(findings(plan(), "default-namespace")).isEmpty();
    source
        .world()
        .edit(
            home,
            tree ->
                tree.withObjectProperty("metadata")
                    .withObjectProperty("labels")
                    .put("pod-security.kubernetes.io/enforce", "restricted"));
    Finding finding = only("default-namespace");
    assertThat(finding.message()).startsWith("has pod-security.kubernetes.io/enforce;");
    assertThat(finding.remedy())
        .isEqualTo(
            "kubectl --context new patch namespace default --type merge -p"
                + " '{\"metadata\":{\"labels\":"
                + "{\"pod-security.kubernetes.io/enforce\":\"restricted\"}}}'");
  }

  private Finding only(String code) {
    List<Finding> all = plan().findings().stream().filter(f -> f.code().equals(code)).toList();
    assertThat(all).as(code).hasSize(1);
    return all.getFirst();
  }

  @Test
  void whoWasAddedToABindingOfEveryClusterIsTold() {
    assertThat(findings(plan(), "staying-access")).isEmpty();
    source
        .world()
        .edit(
            ObjectRef.clusterScoped(
                "rbac.authorization.k8s.io", "ClusterRoleBinding", "cluster-admin"),
            tree ->
                tree.withArrayProperty("subjects")
                    .addObject()
                    .put("apiGroup", "rbac.authorization.k8s.io")
                    .put("kind", "Group")
                    .put("name", "oidc:admins"));
    Finding finding = only("staying-access");
    assertThat(finding.message())
        .isEqualTo("grants ClusterRole cluster-admin to Group oidc:admins; it stays behind");
    assertThat(finding.remedy())
        .isEqualTo(
            "kubectl --context new set subject clusterrolebinding cluster-admin"
                + " --group='oidc:admins'");
    // A move of one namespace is no business of the administrators of the cluster.
    Migration one =
        MigrationFile.read(
            """
            apiVersion: migrator.dev/v1alpha1
            kind: Migration
            scope: {namespaces: {include: [shop]}}
            """);
    assertThat(
            findings(
                Planning.plan(source, target, one, PlanningOptions.defaults()), "staying-access"))
        .isEmpty();
  }

  @Test
  void whatATravellingAccountMayInTheClustersOwnNamespacesIsTold() {
    source.load(
        objects(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: metrics}}
            ---
            {apiVersion: v1, kind: ServiceAccount, metadata: {name: adapter, namespace: metrics}}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: elects, namespace: kube-system}
            rules: [{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get]}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: elects, namespace: kube-system}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: elects}
            subjects: [{kind: ServiceAccount, name: adapter, namespace: metrics}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: others, namespace: kube-system}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: elects}
            subjects: [{kind: ServiceAccount, name: coredns, namespace: kube-system}]
            """));
    Finding finding = only("staying-access");
    assertThat(finding.object())
        .contains(
            new ObjectRef("rbac.authorization.k8s.io", "RoleBinding", "kube-system", "elects"));
    assertThat(finding.message())
        .isEqualTo(
            "grants Role elects to ServiceAccount metrics/adapter; it stays behind, and so does the"
                + " role, which the target lacks");
    assertThat(finding.remedy())
        .isEqualTo(
            "kubectl --context new create rolebinding elects -n kube-system --role=elects"
                + " --serviceaccount=metrics:adapter");
  }

  @Test
  void rulesThatWereAddedToARoleOfEveryClusterAreTold() {
    String role =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata:
          name: "system:monitoring"
          labels: {kubernetes.io/bootstrapping: rbac-defaults}
          annotations: {rbac.authorization.kubernetes.io/autoupdate: "false"}
        rules: [{nonResourceURLs: [/metrics], verbs: [get]}%s]
        """;
    source.load(objects(role.formatted(", {apiGroups: [''], resources: [nodes], verbs: [get]}")));
    target.load(objects(role.formatted("")));
    assertThat(only("staying-access").message())
        .isEqualTo("has 1 rule more than the target's; it stays behind");
  }

  /** Its identity in a cloud, and whether pods get a token: all of it, with the command. */
  @Test
  void whateverTheDefaultAccountHasMoreIsTold() {
    source.load(objects("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
    clock.advance(Duration.ofMinutes(1));
    assertThat(findings(plan(), "default-service-account")).isEmpty();
    source
        .world()
        .edit(
            ObjectRef.core("ServiceAccount", "shop", "default"),
            tree -> {
              tree.put("automountServiceAccountToken", false);
              tree.withObjectProperty("metadata")
                  .putObject("annotations")
                  .put("eks.amazonaws.com/role-arn", "arn:aws:iam::1:role/it's")
                  .put("kubectl.kubernetes.io/last-applied-configuration", "{}");
            });
    Finding finding =
        plan().findings().stream()
            .filter(f -> f.code().equals("default-service-account"))
            .findFirst()
            .orElseThrow();
    assertThat(finding.message())
        .startsWith("has metadata.annotations, automountServiceAccountToken;");
    assertThat(finding.remedy())
        .isEqualTo(
            "kubectl --context new patch serviceaccount default -n shop --type merge -p"
                + " '{\"metadata\":{\"annotations\":{\"eks.amazonaws.com/role-arn\":"
                + "\"arn:aws:iam::1:role/it'\\''s\"}},\"automountServiceAccountToken\":false}'");
  }

  /** What add-ons call {@code system:} is made by no API server: it travels where it is missing. */
  @Test
  void accessRulesNamedSystemTravelUnlessTheTargetHasItsOwn() {
    String rule = "rules: [{apiGroups: [''], resources: [pods], verbs: [%s]}]}\n---\n";
    String role =
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: '%s'}, ";
    source.load(
        objects(
            role.formatted("system:aggregated-metrics-reader")
                + rule.formatted("get")
                + role.formatted("system:coredns")
                + rule.formatted("get")));
    target.load(objects(role.formatted("system:coredns") + rule.formatted("list")));
    Plan plan = plan();
    assertThat(plan.isBlocked()).isFalse();
    assertThat(plan.objectsByRef().keySet())
        .contains(
            ObjectRef.parse(
                "ClusterRole.rbac.authorization.k8s.io//system:aggregated-metrics-reader"))
        .doesNotContain(ObjectRef.parse("ClusterRole.rbac.authorization.k8s.io//system:coredns"));
    assertThat(plan.leftOut())
        .contains(
            new LeftOut(
                ObjectRef.parse("ClusterRole.rbac.authorization.k8s.io//system:coredns"),
                "the target has one of its own by that name"));
  }

  @Test
  void whatAControllerMakesIsMissedWhereTheRootOfItsOwnersStaysBehind() {
    String deployment =
        """
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: %s, namespace: shop, labels: {%s}},
         spec: {replicas: 2, selector: {matchLabels: {a: %s}},
         template: {metadata: {labels: {a: %s}}, spec: {containers: [{name: c, image: "a:1"}]}}}}
        ---
        """;
    source.load(
        objects(
            deployment.formatted("web", "", "web", "web")
                + deployment.formatted("old", "migrator.dev/exclude: 'true'", "old", "old")
                + "{apiVersion: v1, kind: ConfigMap, metadata: {name: made, namespace: shop,"
                + " ownerReferences: [{apiVersion: acme.example/v1, kind: Shop, name: s, uid: u-1,"
                + " controller: true}]}}\n"));
    List<String> found = findings(plan(), "owner-stays");
    assertThat(found).hasSize(2);
    assertThat(found)
        .anySatisfy(
            f ->
                assertThat(f)
                    .startsWith("WARNING ConfigMap/shop/made: is made by Shop.acme.example s,")
                    .contains("which the source does not show"))
        // The ReplicaSet and its two Pods, in one line.
        .anySatisfy(
            f ->
                assertThat(f)
                    .contains("Deployment.apps/shop/old, which stays behind: marked")
                    .contains("so are 2 more"));
    assertThat(findings(plan(PlanningOptions.defaults(), ""), "owner-stays"))
        .noneMatch(f -> f.contains("shop/web"));
  }

  private static final String CRON =
      """
      {apiVersion: batch/v1, kind: CronJob,
       metadata: {name: billing, namespace: shop, uid: u-cron, labels: {migrator.dev/protect-from: duplication}},
       spec: {schedule: "0 3 * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "a:1"}]}}}}}}
      ---
      {apiVersion: v1, kind: ConfigMap, metadata: {name: stays, namespace: shop, uid: u-stays}}
      ---
      """;

  private static final String BY_CRON =
      "{apiVersion: batch/v1, kind: CronJob, name: billing, uid: u-cron}";

  private static String owned(String name, String label, String... owners) {
    return """
    {apiVersion: v1, kind: ConfigMap, metadata: {name: %1$s, namespace: shop, uid: u-%1$s, labels: {%2$s}, ownerReferences: [%3$s]}}
    ---
    """
        .formatted(name, label, String.join(", ", owners));
  }

  /** The garbage collector would delete at the source what must not be lost there. */
  @Test
  void whatWouldBeDeletedWithItsOwnerBlocks() {
    source.load(
        objects(
            CRON
                + owned("direct", "", BY_CRON)
                + owned(
                    "indirect",
                    "",
                    "{apiVersion: v1, kind: ConfigMap, name: direct, uid: u-direct}")
                + owned(
                    "shared",
                    "",
                    BY_CRON,
                    "{apiVersion: v1, kind: ConfigMap, name: stays, uid: u-stays}")
                + owned("along", "migrator.dev/protect-from: duplication", BY_CRON)));
    Plan plan = plan();
    assertThat(plan.isBlocked()).isTrue();
    assertThat(findings(plan, "deleted-with-owner"))
        .containsExactlyInAnyOrder(
            "BLOCKER ConfigMap/shop/direct: belongs to CronJob.batch/shop/billing, which is handed"
                + " over: when that is deleted at the source, this goes with it",
            "BLOCKER ConfigMap/shop/indirect: belongs to CronJob.batch/shop/billing, which is"
                + " handed over: when that is deleted at the source, this goes with it");
  }

  /** A StatefulSet's claims are set free before it is deleted. */
  @Test
  void claimsOfAStatefulSetDoNotBlock() {
    source.load(
        objects(
            """
            {apiVersion: apps/v1, kind: StatefulSet,
             metadata: {name: db, namespace: shop, uid: u-db, labels: {migrator.dev/protect-from: duplication}},
             spec: {replicas: 0, serviceName: db, selector: {matchLabels: {app: db}},
               template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: "a:1"}]}}}}
            ---
            {apiVersion: v1, kind: PersistentVolumeClaim,
             metadata: {name: disk-db-0, namespace: shop, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: u-db}]},
             spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
            """));
    assertThat(findings(plan(), "deleted-with-owner")).isEmpty();
  }

  /** What travels along limits what travels; and it does so under the namespace's new name. */
  @Test
  void aLimitRangeThatTravelsAlongIsForetoldToo() {
    source.load(
        objects(
            """
            {apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: shop}, spec: {limits: [{type: PersistentVolumeClaim, max: {storage: 1Gi}}]}}
            ---
            {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop},
             spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}}}
            """));
    Plan plan = plan(PlanningOptions.defaults(), "mappings: {namespaces: {shop: store}}");
    assertThat(plan.isBlocked()).isTrue();
    assertThat(findings(plan, "refused-by-policy"))
        .containsExactly(
            "BLOCKER PersistentVolumeClaim/shop/data: will be refused by LimitRange/store/l, which"
                + " travels along: it requests 5Gi storage, at most 1Gi is allowed");
  }
}
