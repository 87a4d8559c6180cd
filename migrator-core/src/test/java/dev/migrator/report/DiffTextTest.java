package dev.migrator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.Yaml;
import dev.migrator.plans.Corpus;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a reader sees of the changes that an object undergoes on its way. */
class DiffTextTest {

  private static final Migration MIGRATION =
      MigrationFile.read(
          """
          apiVersion: migrator.dev/v1alpha1
          kind: Migration
          mappings: {namespaces: {shop: shop-eu}, storageClasses: {gp2: gp3}}
          modifiers:
            - conditions: {groupResource: secrets}
              mergePatches: [{patchData: "{data: {a: Y2hhbmdlZA==, new: bmV3}}"}]
          """);

  private static List<String> diff(String yaml, String apiVersion) {
    Manifest object = Manifest.parse(Json.text(Yaml.parse(yaml).orElseThrow()));
    return DiffText.lines(
        object, new TargetDefinitions(MIGRATION).of(object, apiVersion), MIGRATION);
  }

  @Test
  void everyChangeIsShownAndNothingElse() {
    assertThat(
            diff(
                """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata:
                  name: data
                  namespace: shop
                  uid: 1f
                  managedFields: [{manager: x}]
                spec:
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: 1.10, note: "yes"}}
                  storageClassName: gp2
                  volumeName: pvc-1f
                status: {phase: Bound}
                """,
                "v1"))
        .containsExactly(
            "--- source  v1 PersistentVolumeClaim/shop/data",
            "+++ target  v1 PersistentVolumeClaim/shop-eu/data",
            "@@ -2,8 +2,7 @@",
            " kind: PersistentVolumeClaim",
            " metadata:",
            "   name: data",
            "-  namespace: shop",
            "-  uid: \"1f\"",
            "+  namespace: shop-eu",
            " spec:",
            "   accessModes:",
            "     - ReadWriteOnce",
            "@@ -11,5 +10,4 @@",
            "     requests:",
            "       storage: 1.10",
            "       note: \"yes\"",
            "-  storageClassName: gp2",
            "-  volumeName: pvc-1f",
            "+  storageClassName: gp3",
            "left behind: spec.volumeName");
  }

  @Test
  void anotherVersionIsShownToo() {
    assertThat(diff("{apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: a}}", "batch/v1"))
        .contains("-apiVersion: batch/v1beta1", "+apiVersion: batch/v1");
  }

  @Test
  void whatDoesNotChangeSaysSo() {
    assertThat(diff("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {}}", "v1"))
        .containsExactly("Sent as it is at the source.");
  }

  @Test
  void valuesOfSecretsAreMaskedAndThatTheyChangeIsSaid() {
    List<String> lines =
        diff(
            """
            apiVersion: v1
            kind: Secret
            metadata:
              name: a
              annotations:
                kubectl.kubernetes.io/last-applied-configuration: '{"data": {"a": "c2VjcmV0"}}'
            data: {a: c2VjcmV0, b: c2VjcmV0}
            stringData: {c: secret}
            """,
            "v1");
    assertThat(lines)
        .contains(
            "-  a: \"(secret)\"", "+  a: \"(secret, changed)\"", "+  new: \"(secret, changed)\"")
        .noneMatch(line -> line.contains("c2VjcmV0") || line.contains("bmV3"))
        .noneMatch(line -> line.contains("Y2hhbmdlZA"));
  }

  /** Tools keep whole Secrets in annotations, under names that nobody can list. */
  @Test
  void annotationsOfSecretsAreMaskedUnlessTheyAreKnownToHoldNames() {
    List<String> lines =
        diff(
            """
            apiVersion: v1
            kind: Secret
            metadata:
              name: a
              annotations:
                kubectl.kubernetes.io/last-applied-configuration: '{"data": {"a": "c2VjcmV0"}}'
                kapp.k14s.io/original: '{"data": {"a": "c2VjcmV0"}}'
                objectset.rio.cattle.io/applied: c2VjcmV0
                meta.helm.sh/release-name: c2VjcmV0
                helm.sh/hook: c2VjcmV0
                acme.example/whatever: c2VjcmV0
                kubernetes.io/service-account.name: builder
            data: {z: Y2hhbmdlZA==}
            """,
            "v1");
    assertThat(lines)
        .contains("     kapp.k14s.io/original: \"(secret)\"")
        .anyMatch(line -> line.contains("kubernetes.io/service-account.name: builder"))
        .noneMatch(line -> line.contains("c2VjcmV0"));
  }

  @Test
  void hostileTextCannotMoveATerminal() {
    assertThat(
            diff(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop, labels: {a:"
                    + " \"x\\e[2J\\u202e\"}}}",
                "v1"))
        .noneMatch(line -> line.chars().anyMatch(c -> c < ' ' || c == 0x202e));
  }

  @Test
  void everyObjectOfTheCorpusCanBeShown() {
    TargetDefinitions definitions = new TargetDefinitions(Migration.defaults());
    for (Corpus.Entry entry : Corpus.sample()) {
      assertThat(
              DiffText.lines(
                  entry.object(),
                  definitions.of(entry.object(), entry.object().apiVersion()),
                  Migration.defaults()))
          .as(entry.toString())
          .isNotEmpty();
    }
  }

  /** What is dropped without a word is missed too late. */
  @Test
  void whatOnlyTheStatusOfACustomResourceHoldsIsShown() {
    String workspace =
        """
        apiVersion: devx.example.com/v1
        kind: Workspace
        metadata: {name: ws1}
        spec: {plan: basic}
        status: {workspaceID: ws-1, observedGeneration: 3, conditions: [{type: Ready}]}
        """;
    assertThat(diff(workspace, "devx.example.com/v1"))
        .filteredOn(line -> line.startsWith("-") || line.startsWith("+"))
        .contains("-status:", "-  workspaceID: ws-1")
        .noneMatch(line -> line.contains("conditions") || line.contains("observedGeneration"));

    Manifest object = Manifest.parse(Json.text(Yaml.parse(workspace).orElseThrow()));
    Migration carrying =
        MIGRATION.withData(MIGRATION.data().withStatusOf(List.of("Workspace.devx.example.com")));
    assertThat(
            DiffText.lines(
                object,
                new TargetDefinitions(carrying).of(object, "devx.example.com/v1"),
                carrying))
        .containsExactly("Sent as it is at the source.");
  }

  @Test
  void aStatusThatTravelsIsShownWithTheTargetsNamesOfNamespaces() {
    String release =
        """
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: web, namespace: shop}
        spec: {interval: 5m}
        status: {storageNamespace: shop}
        """;
    Manifest object = Manifest.parse(Json.text(Yaml.parse(release).orElseThrow()));
    Migration mapped =
        MigrationFile.read(
            """
            apiVersion: migrator.dev/v1alpha1
            kind: Migration
            metadata: {name: mapped}
            mappings: {namespaces: {shop: shop-eu}}
            statusOf: [HelmRelease.helm.toolkit.fluxcd.io]
            """);
    assertThat(
            DiffText.lines(
                object,
                new TargetDefinitions(mapped).of(object, "helm.toolkit.fluxcd.io/v2"),
                mapped))
        .contains("-  storageNamespace: shop", "+  storageNamespace: shop-eu");
  }
}
