package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.memory.World;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Severity;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** "Made by its controller" means "comes back the same" of built-in controllers only. */
@Timeout(60)
class CustomOwnersTest {

  private static final ObjectRef TENANT =
      ObjectRef.clusterScoped("capsule.example.com", "Tenant", "gas");
  private static final ObjectRef CERTIFICATE =
      new ObjectRef("cert-manager.io", "Certificate", "gas", "a-web");
  private static final ObjectRef SEARCH =
      new ObjectRef("search.example.com", "Search", "gas", "a-logs");

  private Scene scene = new Scene(new PlanCase(Path.of("src/test/resources/custom-owners")));

  private static ObjectRef secret(String name) {
    return ObjectRef.core("Secret", "gas", name);
  }

  private void own(ObjectRef ref, ObjectRef by) {
    World world = scene.clusters.source().world();
    Manifest owner = world.stored(by).orElseThrow();
    Manifest unused =
        world.edit(
            ref,
            tree ->
                tree.withObjectProperty("metadata")
                    .putArray("ownerReferences")
                    .addObject()
                    .put("apiVersion", owner.apiVersion())
                    .put("kind", owner.kind())
                    .put("name", owner.name())
                    .put("uid", owner.uid())
                    .put("controller", true)
                    .put("blockOwnerDeletion", true));
  }

  @BeforeEach
  void customControllersOwn() {
    own(ObjectRef.namespace("gas"), TENANT);
    own(secret("web-tls"), CERTIFICATE);
    for (String name : List.of("left", "also-left", "taken", "by-rule")) {
      own(secret(name), SEARCH);
    }
    own(ObjectRef.core("ConfigMap", "gas", "empty"), SEARCH);
    own(ObjectRef.core("Service", "gas", "labelled"), SEARCH);
    ObjectRef shard = new ObjectRef("search.example.com", "Search", "gas", "shard");
    own(shard, SEARCH);
    own(ObjectRef.core("PersistentVolumeClaim", "gas", "index"), shard);
    scene = scene.planAgain();
  }

  private String left(ObjectRef ref) {
    return scene.plan.leftOut().stream()
        .filter(one -> one.ref().equals(ref))
        .map(LeftOut::reason)
        .findFirst()
        .orElse("");
  }

  @Test
  void whatDoesNotComeBackTheSameTravelsOrIsToldAndAllOfItMoves() {
    assertThat(scene.plan.findings())
        .noneMatch(f -> f.severity() == Severity.BLOCKER)
        .noneMatch(f -> f.code().equals("owner-stays"));
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    World there = scene.clusters.target().world();
    assertThat(there.stored(secret("web-tls"))).isPresent();
    assertThat(there.stored(secret("taken"))).isPresent();
    assertThat(there.stored(secret("by-rule"))).isPresent();
    assertThat(there.stored(secret("left"))).isEmpty();
  }

  @Test
  void aSecretIsThereBeforeTheControllerWouldMakeAnother() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    List<ObjectRef> created =
        scene.clusters.target().world().history().stream()
            .map(change -> change.object().ref())
            .distinct()
            .toList();
    assertThat(created.indexOf(secret("web-tls"))).isLessThan(created.indexOf(CERTIFICATE));
    assertThat(created.indexOf(secret("taken"))).isLessThan(created.indexOf(SEARCH));
    assertThat(created.indexOf(secret("by-rule"))).isLessThan(created.indexOf(SEARCH));
  }

  @Test
  void theOwnerOfANamespaceIsTheOneAtTheTarget() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    World there = scene.clusters.target().world();
    assertThat(
            there
                .stored(ObjectRef.namespace("gas"))
                .orElseThrow()
                .at("metadata", "ownerReferences")
                .findValuesAsText("uid"))
        .containsExactly(there.stored(TENANT).orElseThrow().uid());
  }

  @Test
  void templatesKeepNoUidOfTheSource() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    Manifest set =
        scene
            .clusters
            .target()
            .world()
            .stored(new ObjectRef("apps", "StatefulSet", "gas", "node"))
            .orElseThrow();
    assertThat(set.at("spec", "volumeClaimTemplates").findValues("ownerReferences")).isEmpty();
    assertThat(set.at("spec", "volumeClaimTemplates")).hasSize(1);
  }

  @Test
  void aFinishedRunStaysBehindAndARunningOneDoesNot() {
    assertThat(left(new ObjectRef("tekton.dev", "PipelineRun", "gas", "charge-cards")))
        .isEqualTo("finished: to create it again would run it again");
    assertThat(left(new ObjectRef("tekton.dev", "PipelineRun", "gas", "running"))).isEmpty();
  }

  private List<String> found(String code) {
    return scene.plan.findings().stream()
        .filter(f -> f.code().equals(code))
        .map(f -> f.severity() + " " + f.object().orElseThrow() + " " + f.message())
        .toList();
  }

  @Test
  void aLabelThatChangesNothingIsTold() {
    assertThat(found("label-ignored"))
        .containsExactlyInAnyOrder(
            "WARNING Secret/gas/also-left has the label migrator.dev/protect-from=duplication,"
                + " which changes nothing: it does not travel: made by its controller, a Search",
            "WARNING Service/gas/labelled has the label migrator.dev/protect-from=loss, which"
                + " changes nothing: it does not travel: made by its controller, a Search");
  }

  @Test
  void claimsOfACustomResourceStartEmptyAndWhatItStandsForIsMadeAgain() {
    assertThat(found("data-stays"))
        .anyMatch(
            f ->
                f.startsWith("IRREVERSIBLE Search.search.example.com/gas/a-logs makes")
                    && f.contains("PersistentVolumeClaim/gas/index"));
    assertThat(found("made-anew"))
        .anyMatch(f -> f.contains("Search.search.example.com/gas/shard") && f.contains("outside"))
        .anyMatch(f -> f.contains("Secret/gas/also-left and 1 more") && f.contains("passwords"));
  }

  @Test
  void aRevisionThatTrafficIsPinnedToIsMissed() {
    assertThat(found("missing-reference"))
        .anyMatch(
            f ->
                f.startsWith("WARNING Revision.serving.knative.dev/gas/api-00005 is named by")
                    && f.contains("spec.traffic[].revisionName"));
  }
}
