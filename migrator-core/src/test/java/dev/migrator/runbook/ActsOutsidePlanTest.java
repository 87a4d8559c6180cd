package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Severity;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The external-dns of both clusters never write the same records unless somebody says so. */
@Timeout(60)
class ActsOutsidePlanTest {

  private static final ObjectRef DNS = new ObjectRef("apps", "Deployment", "edge", "external-dns");

  private final Scene scene = new Scene(new PlanCase(Path.of("src/test/resources/acts-outside")));

  private static List<Finding> outside(Scene scene) {
    return scene.plan.findings().stream().filter(f -> f.code().equals("acts-outside")).toList();
  }

  private Scene labelled(String value) {
    Manifest unused =
        scene
            .clusters
            .source()
            .world()
            .edit(
                DNS,
                tree ->
                    tree.withObjectProperty("metadata")
                        .withObjectProperty("labels")
                        .put("migrator.dev/protect-from", value));
    return scene.planAgain();
  }

  @Test
  void anUnlabelledOneBlocksThePlanAndTheRecordIsNamed() {
    assertThat(outside(scene)).hasSize(1);
    Finding finding = outside(scene).getFirst();
    assertThat(finding.severity()).isEqualTo(Severity.BLOCKER);
    assertThat(finding.object()).contains(DNS);
    assertThat(finding.message()).contains("shop.example.com").contains("--txt-owner-id=edge");
  }

  @Test
  void labelledDuplicationItIsHandedOver() {
    Scene handed = labelled("duplication");
    assertThat(outside(handed)).isEmpty();
    ApplyRunbookTest.assertMoved(handed, handed.apply());
  }

  @ParameterizedTest
  @CsvSource({"loss", "none"})
  void labelledOtherwiseItIsAWarning(String value) {
    Scene both = labelled(value);
    assertThat(outside(both)).extracting(Finding::severity).containsExactly(Severity.WARNING);
    ApplyRunbookTest.assertMoved(both, both.apply());
  }
}
