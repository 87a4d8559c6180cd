package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Json;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Severity;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A status that travels names the target's namespaces, or the plan says that it does not. */
@Timeout(60)
class MappedStatusTest {

  private static final String RELEASES = "HelmRelease.helm.toolkit.fluxcd.io";

  private final Scene scene =
      new Scene(new PlanCase(Path.of("src/test/resources/carried-status-mapped")));

  private static String status(Scene at, String ref) {
    return Json.text(
        at.clusters.target().world().stored(ObjectRef.parse(ref)).orElseThrow().at("status"));
  }

  @Test
  void whatSaysThatItIsANamespaceIsRewritten() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(status(scene, RELEASES + "/shop-eu/web"))
        .isEqualTo(
            "{\"storageNamespace\":\"shop-eu\",\"history\":[{\"name\":\"web\",\"namespace\":\"shop-eu\",\"chartName\":\"shop\"},{\"name\":\"web\",\"namespace\":\"other\"}],\"lastHandledForceAt\":\"1\"}");
    assertThat(status(scene, "Note.devx.example.com/shop-eu/n1"))
        .isEqualTo(
            "{\"url\":\"http://web.shop-eu.svc:80\",\"namespaces\":[\"shop-eu\",\"other\"],\"id\":\"shop_web\",\"about\":\"workshop\"}");
  }

  /** Names of charts and parts of ids may be namespaces: nobody guesses. */
  @Test
  void whatMayBeOneIsNamedInThePlan() {
    List<Finding> said =
        scene.plan.findings().stream().filter(f -> f.code().equals("status-carried")).toList();
    assertThat(said).hasSize(2).allMatch(f -> f.severity() == Severity.WARNING);
    assertThat(said)
        .filteredOn(f -> f.message().contains(RELEASES))
        .singleElement()
        .satisfies(f -> assertThat(f.message()).endsWith("which is not rewritten, in history"))
        .satisfies(f -> assertThat(f.remedy()).contains("--subresource=status"));
    assertThat(said)
        .filteredOn(f -> f.message().contains("Note.devx.example.com"))
        .singleElement()
        .satisfies(f -> assertThat(f.message()).endsWith("which is not rewritten, in id"));
  }

  @Test
  void theWayBackGivesTheSourcesNames() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    Plan back =
        RollbackRunbook.backward(scene.source, scene.target, scene.directory(), scene.plan).plan();
    Scene backward = scene.backward(back);
    ApplyRunbookTest.assertMoved(backward, backward.apply());
    assertThat(status(backward, RELEASES + "/shop/web")).contains("\"storageNamespace\":\"shop\"");
  }
}
