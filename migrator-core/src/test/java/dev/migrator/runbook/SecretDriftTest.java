package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.event.RunEvent;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.PlanKey;
import dev.migrator.model.ProblemException;
import dev.migrator.plan.Plan;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.plans.PlanCase;
import dev.migrator.report.PlanDiff;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a Secret is what was planned, and who can tell. */
@Timeout(60)
class SecretDriftTest {

  private static final ObjectRef SECRET = ObjectRef.core("Secret", "shop", "payment-key");
  private static final PlanKey ANOTHER = PlanKey.of(new byte[PlanKey.BYTES]);
  private static final String NO_KEY = "the plan's key, a file beside the plan, is not here";

  private final Scene scene = new Scene(PlanCase.named("web-shop"));

  private void edit(Consumer<ObjectNode> change) {
    Manifest unused = scene.clusters.source().world().edit(SECRET, change);
  }

  /** Nothing that travels changes, and still the resourceVersion does. */
  private void touch() {
    edit(
        tree ->
            tree.withObjectProperty("metadata")
                .withArrayProperty("managedFields")
                .addObject()
                .put("manager", "rotator"));
  }

  private void change() {
    edit(tree -> tree.withObjectProperty("data").put("key", "b3RoZXI="));
  }

  private ProblemException refused(Optional<PlanKey> key) {
    return catchThrowableOfType(
        ProblemException.class,
        () -> ApplyRunbook.apply(scene.runContext(scene.created(scene.run, key)), scene.plan));
  }

  private long notices() {
    return scene.events.stream()
        .filter(e -> e instanceof RunEvent.Notice n && n.message().startsWith(NO_KEY))
        .count();
  }

  @Test
  void whatWasOnlyWrittenToIsNoDrift() {
    touch();
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    assertThat(notices()).isZero();
  }

  @Test
  void anotherValueIsDrift() {
    change();
    assertThat(refused(Optional.of(Scene.KEY)).problem().code()).isEqualTo(ErrorCode.M1202);
    scene.run = "r-without";
    assertThat(refused(Optional.empty()).problem().code()).isEqualTo(ErrorCode.M1202);
  }

  /** The plan came alone: its reader is stricter, says so once, and says why. */
  @Test
  void withoutTheKeyTheResourceVersionDecides() {
    ApplyRunbook.apply(scene.runContext(scene.created(scene.run, Optional.empty())), scene.plan);
    assertThat(notices()).isOne();

    Scene touched = new Scene(PlanCase.named("web-shop"));
    Manifest unused =
        touched
            .clusters
            .source()
            .world()
            .edit(
                SECRET,
                tree ->
                    tree.withObjectProperty("metadata").withArrayProperty("managedFields").add(1));
    ProblemException stale =
        catchThrowableOfType(
            ProblemException.class,
            () ->
                ApplyRunbook.apply(
                    touched.runContext(touched.created(touched.run, Optional.empty())),
                    touched.plan));
    assertThat(stale.problem().code()).isEqualTo(ErrorCode.M1202);
    assertThat(stale.problem().why()).contains("payment-key was written to, and may have changed");
    assertThat(stale.problem().next().getFirst()).startsWith("put the plan's key beside it");
  }

  /** A run that was begun and got nowhere goes on without the folder of the plan. */
  @Test
  void aRunRemembersTheKey() {
    scene.created(scene.run);
    touch();
    ApplyRunbookTest.assertMoved(scene, scene.resume());
    assertThat(notices()).isZero();
  }

  @Test
  void theKeyOfAnotherPlanIsRefused() {
    ProblemException refused = refused(Optional.of(ANOTHER));
    assertThat(refused.problem().code()).isEqualTo(ErrorCode.M1003);
    assertThat(refused.problem().why()).isEqualTo("it is the key of another plan");
    assertThat(scene.clusters.target().world().stored(ObjectRef.namespace("shop"))).isEmpty();
  }

  @Test
  void aPlanIsTheSameBytesUnderTheSameKeyOnly() {
    Plan again = scene.planAgain().plan;
    assertThat(PlanFile.digest(again)).isEqualTo(PlanFile.digest(scene.plan));
    assertThat(PlanFile.read(new java.io.StringReader(text()))).isEqualTo(scene.plan);

    Plan other = planned(Optional.of(ANOTHER));
    assertThat(PlanFile.digest(other)).isNotEqualTo(PlanFile.digest(scene.plan));
    assertThat(PlanDiff.of(scene.plan, other).isEmpty()).isTrue();
  }

  @Test
  void twoPlansAreComparedByTheKeyThatBothHave() {
    touch();
    assertThat(PlanDiff.of(scene.plan, planned(Optional.of(Scene.KEY))).isEmpty()).isTrue();
    assertThat(PlanDiff.of(scene.plan, planned(Optional.of(ANOTHER))).changes())
        .singleElement()
        .extracting(PlanDiff.Change::what)
        .isEqualTo("its definition may have changed: its resourceVersion did");
    change();
    assertThat(PlanDiff.of(scene.plan, planned(Optional.of(Scene.KEY))).changes())
        .singleElement()
        .extracting(PlanDiff.Change::what)
        .isEqualTo("its definition changed");
  }

  @Test
  void whatIsPlannedAnewIsComparedByTheSameKey() {
    touch();
    Optional<PlanKey> key = Optional.of(Scene.KEY);
    Plan again = Replanning.again(scene.source, scene.target, scene.plan, key);
    assertThat(again.keyCheck()).isEqualTo(scene.plan.keyCheck());
    assertThat(changedObjects(again)).isEmpty();
    change();
    Plan changed = Replanning.again(scene.source, scene.target, scene.plan, key);
    assertThat(changedObjects(changed)).containsExactly("secret/shop/payment-key");
    assertThat(
            Replanning.again(scene.source, scene.target, scene.plan, Optional.empty()).keyCheck())
        .isEmpty();
  }

  @Test
  void aPlanWithoutSecretsHasNoKey() {
    Plan only =
        Planning.plan(
            scene.source,
            scene.target,
            scene.plan.settings(),
            PlanningOptions.defaults()
                .withKey(Optional.of(Scene.KEY))
                .withOnly(java.util.Set.of(ObjectRef.namespace("shop"))));
    assertThat(only.objects()).isNotEmpty();
    assertThat(only.keyCheck()).isEmpty();
  }

  private List<String> changedObjects(Plan later) {
    return PlanDiff.of(scene.plan, later).changes().stream()
        .filter(change -> change.topic() == PlanDiff.Topic.OBJECT)
        .map(PlanDiff.Change::subject)
        .toList();
  }

  private Plan planned(Optional<PlanKey> key) {
    return Planning.plan(
        scene.source, scene.target, scene.plan.settings(), PlanningOptions.defaults().withKey(key));
  }

  private String text() {
    return new String(scene.planBytes(), StandardCharsets.UTF_8);
  }
}
