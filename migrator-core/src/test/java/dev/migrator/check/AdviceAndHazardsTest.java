package dev.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.classify.Verdict;
import dev.migrator.graph.Dependency;
import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Severity;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who keeps what, what a deletion takes along, what else stands in the way, and good advice. */
class AdviceAndHazardsTest {

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

  private static Verdict decided(Protection protection, String rule) {
    return new Verdict.Decided(protection, rule);
  }

  private static final String DEFAULT = "default for *.crossplane.io: two Crossplanes";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "annotations: {argocd.argoproj.io/tracking-id: 'shop:apps/Deployment:shop/a'} | Argo CD"
            + " Application shop | skip-reconcile=true",
        "labels: {argocd.argoproj.io/instance: shop} | Argo CD Application shop | annotate"
            + " application.argoproj.io shop",
        "labels: {kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace:"
            + " flux} | Flux Kustomization flux/apps | flux suspend kustomization apps -n flux",
        "labels: {helm.toolkit.fluxcd.io/name: web, helm.toolkit.fluxcd.io/namespace: flux,"
            + " app.kubernetes.io/managed-by: Helm} | Flux HelmRelease flux/web | flux suspend"
            + " helmrelease web -n flux",
        "annotations: {meta.helm.sh/release-name: web, meta.helm.sh/release-namespace: shop} | Helm"
            + " release shop/web | helm upgrade",
      })
  void aReconcilerMustBePausedBeforeItsObjectIsDeleted(String marks, String name, String pause) {
    Manifest object =
        object("apps/v1 Deployment", "{metadata: {name: a, namespace: shop, %s}}".formatted(marks));
    Finding finding =
        new CheckScene()
            .source(Protection.DUPLICATION, object)
            .findings(new Reconciled())
            .getFirst();
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.code()).isEqualTo("recreated-by-reconciler");
    assertThat(finding.object()).contains(object.ref());
    assertThat(finding.message()).contains(name);
    assertThat(finding.remedy()).contains(pause);
  }

  /** vmware-tanzu/velero#7848: Argo CD deletes or changes back what a restore brought. */
  @Test
  void velero7848OfWhatIsCopiedOneNoteAReconcilerIsEnough() {
    CheckScene scene = new CheckScene();
    for (int i = 0; i < 1_000; i++) {
      scene.source(
          Protection.LOSS,
          object(
              "v1 ConfigMap",
              "{metadata: {name: c%d, labels: {argocd.argoproj.io/instance: shop}}}".formatted(i)));
    }
    scene.source(
        Protection.DUPLICATION,
        object("v1 ConfigMap", "{metadata: {name: x, labels: {app: shop}}}"));
    List<Finding> findings = scene.findings(new Reconciled());
    assertThat(findings).hasSize(1);
    assertThat(findings.getFirst().severity()).isEqualTo(Severity.NOTE);
    assertThat(findings.getFirst().message())
        .isEqualTo("Argo CD Application shop keeps 1,000 objects that travel");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources-finalizer.argocd.argoproj.io",
        "resources-finalizer.argocd.argoproj.io/background"
      })
  void anApplicationThatTakesItsWorkloadsAlongIsNotDeleted(String finalizer) {
    Manifest application =
        object(
            "argoproj.io/v1alpha1 Application",
            "{metadata: {name: shop, namespace: argocd, finalizers: [%s]}}".formatted(finalizer));
    for (String rule : List.of("label", "default for Application.argoproj.io: two")) {
      List<Finding> findings =
          CascadingDeletions.of(application, decided(Protection.DUPLICATION, rule));
      assertThat(findings).extracting(Finding::severity).containsExactly(Severity.BLOCKER);
      assertThat(findings.getFirst().remedy())
          .startsWith("kubectl -n argocd patch application.argoproj.io shop");
    }
    assertThat(CascadingDeletions.of(application, decided(Protection.LOSS, "label"))).isEmpty();
    Manifest plain = object("argoproj.io/v1alpha1 Application", "{metadata: {name: shop}}");
    assertThat(CascadingDeletions.of(plain, decided(Protection.DUPLICATION, "label"))).isEmpty();
  }

  @Test
  void anApplicationSetKeepsItsWorkloadsOrIsNotDeleted() {
    Verdict deleted = decided(Protection.DUPLICATION, "label");
    assertThat(CascadingDeletions.of(object("argoproj.io/v1alpha1 ApplicationSet", "{}"), deleted))
        .extracting(Finding::severity)
        .containsExactly(Severity.BLOCKER);
    assertThat(
            CascadingDeletions.of(
                object(
                    "argoproj.io/v1alpha1 ApplicationSet",
                    "{spec: {syncPolicy: {preserveResourcesOnDeletion: true}}}"),
                deleted))
        .isEmpty();
  }

  /** Outside data is never destroyed by a default of ours. */
  @Test
  void deletingWhatReachesOutsideMustBeSomebodysWish() {
    Manifest bucket =
        object(
            "s3.aws.crossplane.io/v1beta1 Bucket",
            "{metadata: {name: b, finalizers: [finalizer.managedresource.crossplane.io]}}");
    assertThat(CascadingDeletions.of(bucket, decided(Protection.DUPLICATION, DEFAULT)))
        .extracting(Finding::severity)
        .containsExactly(Severity.BLOCKER);
    for (String wish :
        List.of("label", "rule 1", "label of its namespace", "--default-for undecided")) {
      assertThat(CascadingDeletions.of(bucket, decided(Protection.DUPLICATION, wish)))
          .extracting(Finding::severity)
          .containsExactly(Severity.IRREVERSIBLE);
    }
    assertThat(CascadingDeletions.of(bucket, decided(Protection.LOSS, DEFAULT))).isEmpty();
    assertThat(CascadingDeletions.of(bucket, new Verdict.Undecided("unknown"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kustomize.toolkit.fluxcd.io/v1 Kustomization",
        "helm.toolkit.fluxcd.io/v2 HelmRelease",
        "keda.sh/v1alpha1 ScaledJob",
        "v1 PersistentVolumeClaim",
        "batch/v1 Job",
        "snapshot.storage.k8s.io/v1 VolumeSnapshot"
      })
  void finalizersThatTakeNothingAlongAreNoHazard(String type) {
    assertThat(
            CascadingDeletions.of(
                object(type, "{metadata: {name: a, finalizers: [x/y]}}"),
                decided(Protection.DUPLICATION, DEFAULT)))
        .isEmpty();
  }

  private static final ObjectRef BILLING = new ObjectRef("apps", "Deployment", "shop", "billing");
  private static final ObjectRef WEB = new ObjectRef("apps", "Deployment", "shop", "web");
  private static final ObjectRef CLAIM = ObjectRef.core("PersistentVolumeClaim", "shop", "data");

  private static Dependency needs(ObjectRef from, ObjectRef to, String field) {
    return new Dependency(from, to, Strength.SOFT, Condition.APPLIED, field);
  }

  @Test
  void aSharedExclusiveClaimIsNoticed() {
    List<Dependency> both =
        List.of(needs(BILLING, CLAIM, "spec.volumes"), needs(WEB, CLAIM, "spec.volumes"));
    assertThat(HandOverHazards.findings(both, BILLING::equals, Set.of(CLAIM)))
        .singleElement()
        .satisfies(f -> assertThat(f.object()).contains(BILLING))
        .satisfies(f -> assertThat(f.code()).isEqualTo("shared-claim"))
        .satisfies(f -> assertThat(f.message()).contains(WEB.toString()));
    assertThat(HandOverHazards.findings(both, BILLING::equals, Set.of())).isEmpty();
    assertThat(HandOverHazards.findings(both.subList(0, 1), BILLING::equals, Set.of(CLAIM)))
        .isEmpty();
    assertThat(HandOverHazards.findings(both, ref -> false, Set.of(CLAIM))).isEmpty();
  }

  @Test
  void scalersOfWhatIsHandedOverAreNoticed() {
    ObjectRef hpa = new ObjectRef("autoscaling", "HorizontalPodAutoscaler", "shop", "billing");
    ObjectRef keda = new ObjectRef("keda.sh", "ScaledObject", "shop", "billing");
    List<Dependency> scalers =
        List.of(
            needs(hpa, BILLING, "spec.scaleTargetRef"),
            needs(keda, BILLING, "spec.scaleTargetRef"));
    assertThat(HandOverHazards.findings(scalers, BILLING::equals, Set.of()))
        .extracting(f -> f.severity() + " " + f.code())
        .containsExactly("NOTE scaled-by-autoscaler", "WARNING scaled-by-keda");
    assertThat(HandOverHazards.findings(scalers, ref -> false, Set.of())).isEmpty();
  }

  @Test
  void aSecondDefaultIsNoticed() {
    Manifest there =
        object(
            "storage.k8s.io/v1 StorageClass",
            "{metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class:"
                + " 'true'}}}");
    Manifest priority =
        object(
            "scheduling.k8s.io/v1 PriorityClass", "{metadata: {name: high}, globalDefault: true}");
    ObjectRef gp2 = ObjectRef.clusterScoped("storage.k8s.io", "StorageClass", "gp2");
    ObjectRef low = ObjectRef.clusterScoped("scheduling.k8s.io", "PriorityClass", "low");
    assertThat(DuplicateDefaults.findings(List.of(gp2, low), List.of(there, priority)))
        .extracting(f -> f.object().orElseThrow().name() + ": " + f.message())
        .containsExactly(
            "gp2: is the default of its kind, and so is fast of the target: which of them is taken"
                + " is not defined",
            "low: is the default of its kind, and so is high of the target: the target will refuse"
                + " it");
    assertThat(DuplicateDefaults.findings(List.of(there.ref()), List.of(there))).isEmpty();
    assertThat(
            DuplicateDefaults.isDefault(
                object(
                    "storage.k8s.io/v1 StorageClass",
                    "{metadata: {name: x, annotations:"
                        + " {storageclass.kubernetes.io/is-default-class: 'false'}}}")))
        .isFalse();
    assertThat(DuplicateDefaults.isDefault(object("acme.example/v1 Any", "{globalDefault: true}")))
        .isFalse();
  }

  private static List<String> advice(Manifest... objects) {
    List<Finding> findings =
        factors(new Factors("migrator.dev/protect-from", "admin@prod-tokyo"), objects);
    assertThat(findings).allMatch(f -> f.severity() == Severity.NOTE);
    return findings.stream().map(f -> f.code() + " " + f.message()).toList();
  }

  private static List<Finding> factors(Factors factors, Manifest... objects) {
    return new CheckScene().source(new Verdict.Undecided(""), objects).findings(factors);
  }

  private static Manifest labelled(String podSpec) {
    return object(
        "apps/v1 Deployment",
        "{metadata: {name: a, namespace: shop, labels: {migrator.dev/protect-from: loss}}, spec: {template: {spec: %s}}}"
            .formatted(podSpec));
  }

  @ParameterizedTest
  @CsvSource({
    "web, true",
    "web:latest, true",
    "registry:5000/shop/web, true",
    "registry:5000/shop/web:latest, true",
    "web:1.4.2, false",
    "registry:5000/shop/web:1, false",
    "web@sha256:1f, false",
    "web:latest@sha256:1f, false",
  })
  void factor2UnpinnedImages(String image, boolean unpinned) {
    List<String> advice =
        advice(labelled("{containers: [{name: a, image: '%s'}]}".formatted(image)));
    assertThat(advice).hasSize(unpinned ? 1 : 0);
    assertThat(advice)
        .allMatch(a -> a.startsWith("factor-2-unpinned-image containers[0].image: " + image));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{containers: [{image: 'a:1', env: [{name: A, value: x}, {name: B, value: 'at"
            + " prod-tokyo!'}]}]}",
        "{containers: [{image: 'a:1', args: ['--cluster=prod-tokyo']}]}",
        "{containers: [{image: 'a:1'}], initContainers: [{image: 'a:1', command:"
            + " [admin@prod-tokyo]}]}",
      })
  void factor6TheNameOfTheClusterInPods(String podSpec) {
    assertThat(advice(labelled(podSpec)))
        .singleElement()
        .satisfies(a -> assertThat(a).startsWith("factor-6-cluster-name "));
  }

  @Test
  void factor6TheNameOfTheClusterElsewhere() {
    assertThat(
            advice(
                object(
                    "v1 ConfigMap", "{data: {a: 'x', url: 'https://api.prod-tokyo.example.com'}}"),
                object(
                    "networking.k8s.io/v1 Ingress",
                    "{spec: {rules: [{host: a.example.com}, {host: web.prod-tokyo.example.com}]}}"),
                object("v1 ConfigMap", "{data: {a: prod-tokyo-2, b: preprod-tokyo, c: tokyo}}"),
                object("v1 Secret", "{data: {a: prod-tokyo}}")))
        .containsExactly(
            "factor-6-cluster-name data.url holds the name of the source's context: at the target"
                + " it names the wrong cluster",
            "factor-6-cluster-name spec.rules[1].host holds the name of the source's context: at"
                + " the target it names the wrong cluster");
  }

  @Test
  void factor6AddressesInsideTheCluster() {
    assertThat(
            advice(
                object("v1 ConfigMap", "{data: {a: 'http://db-0.db.shop.svc.cluster.local:5432'}}"),
                object("v1 ConfigMap", "{data: {a: db.shop.svc, b: .svc.cluster.localhost}}")))
        .containsExactly(
            "factor-6-inner-address data.a holds db-0.db.shop.svc.cluster.local, an address that is"
                + " known inside a cluster only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "kind", "kubernetes", "admin@kubernetes"})
  void factor6CommonNamesSayNothing(String context) {
    Manifest object = object("v1 ConfigMap", "{data: {a: the default kind of kubernetes cluster}}");
    assertThat(factors(new Factors("k", context), object)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"arn:aws:eks:eu-west-1:1:cluster/prod-tokyo", "gke_project_zone_prod-tokyo"})
  void factor6NamesOfProvidersAreUnderstood(String context) {
    Manifest object = object("v1 ConfigMap", "{data: {a: prod-tokyo}}");
    assertThat(factors(new Factors("k", context), object)).hasSize(1);
  }

  @Test
  void factor8WorkloadsSayWhatTheyMustBeProtectedFrom() {
    String none = "{spec: {template: {spec: {}}}}";
    String template =
        "{spec: {template: {metadata: {labels: {migrator.dev/protect-from: loss}}, spec: {}}}}";
    assertThat(
            advice(
                object("apps/v1 Deployment", none),
                object("apps/v1 DaemonSet", none),
                object("batch/v1 CronJob", none),
                object("batch/v1 Job", none),
                object("apps/v1 Deployment", template),
                object("v1 ConfigMap", "{}")))
        .containsExactly(
            "factor-8-unlabelled metadata.labels[migrator.dev/protect-from]: 4 workloads in it do"
                + " not say what they must be protected from: CronJob a, DaemonSet a, Deployment a,"
                + " ...");
    assertThat(advice(object("apps/v1 StatefulSet", template)))
        .singleElement()
        .satisfies(a -> assertThat(a).startsWith("factor-8-stateful-set "));
  }
}
