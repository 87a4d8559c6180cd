package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the garbage collector took along with an object is back when the object is. */
@Timeout(60)
class WentAlongTest {

  private static final ObjectRef STORE = new ObjectRef("example.com", "Store", "data", "files");
  private static final ObjectRef SHELF = new ObjectRef("example.com", "Shelf", "data", "upper");
  private static final ObjectRef ACCOUNT = ObjectRef.core("ServiceAccount", "data", "files");
  private static final ObjectRef SERVICE = ObjectRef.core("Service", "data", "upper");

  private final Scene scene = new Scene(new PlanCase(Path.of("src/test/resources/owners")));

  /** Deleted at the source, and then refused by the target. */
  private void inTransit() {
    scene
        .clusters
        .target()
        .world()
        .refuse(
            object ->
                object.ref().equals(STORE) && atSource(STORE).isEmpty()
                    ? Optional.of(new ClusterFailure.Forbidden("a policy denies it"))
                    : Optional.empty());
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    scene.clock.advance(Duration.ofMinutes(5));
    assertThat(atSource(STORE)).isEmpty();
    assertThat(atSource(ACCOUNT)).isEmpty();
    assertThat(atSource(SERVICE)).isEmpty();
  }

  private void restore() {
    assertThat(RollbackRunbook.restore(scene.runContext(scene.directory()), scene.plan).outcome())
        .isEqualTo(RunEvent.Outcome.RESTORED);
    scene.clock.advance(Duration.ofMinutes(5));
  }

  @Test
  void whatWentAlongIsBackAndHasItsOwner() {
    inTransit();
    restore();
    assertAccountIsBack();
  }

  private static final ObjectRef SECOND = ObjectRef.core("ServiceAccount", "data", "second");

  private void second() {
    load(
        """
        {"name": "second", "ownerReferences": [{"apiVersion": "example.com/v1", "kind": "Store",
         "name": "files", "uid": "%s", "controller": true}]\
        """
            .formatted(atSource(STORE).orElseThrow().uid()));
  }

  /** The account is not given back, by a request of this kind. */
  private RunEvent.RunEnded restoreWhere(String verb, ObjectRef ref) {
    scene.source =
        scene.faulty(
            scene.clusters.source(),
            request ->
                request.verb().equals(verb) && request.object().equals(Optional.of(ref))
                    ? new Fault.Answer(new ClusterFailure.Forbidden("not today"))
                    : new Fault.None());
    RunEvent.RunEnded ended =
        RollbackRunbook.restore(scene.runContext(scene.directory()), scene.plan);
    scene.source = scene.clusters.source();
    scene.clock.advance(Duration.ofMinutes(5));
    return ended;
  }

  private void assertNamed(RunEvent.RunEnded ended) {
    assertThat(ended.outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThat(ended.problems().toString())
        .contains(
            "sa/data/files went along",
            "not today",
            "jq 'select(.metadata.name == \"files\") | del(.metadata.ownerReferences)'"
                + " '/state/r-test/vault/data/ServiceAccount.jsonl'"
                + " | kubectl --context 'owners-old' create -f -");
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "create"})
  void oneThatIsNotBackIsNamedAndTheOthersAreBack(String verb) {
    second();
    inTransit();
    assertThat(atSource(SECOND)).isEmpty();
    assertNamed(restoreWhere(verb, ACCOUNT));
    assertThat(atSource(ACCOUNT)).isEmpty();
    assertThat(atSource(SECOND)).isPresent();
    restore();
    assertAccountIsBack();
  }

  private void assertAccountIsBack() {
    String owner = atSource(STORE).orElseThrow().uid();
    JsonNode reference = atSource(ACCOUNT).orElseThrow().at("metadata", "ownerReferences").path(0);
    assertThat(reference.path("uid").asText()).isEqualTo(owner);
    assertThat(reference.path("controller").asBoolean()).isTrue();
  }

  /** Nobody knows what a custom resource begins anew; and what it owns has no owner without it. */
  @Test
  void aCustomResourceIsLeftToItsController() {
    inTransit();
    restore();
    assertThat(atSource(SHELF)).isEmpty();
    assertThat(atSource(SERVICE)).isEmpty();
    assertThat(scene.events)
        .filteredOn(RunEvent.Notice.class::isInstance)
        .extracting(event -> ((RunEvent.Notice) event).message())
        .anyMatch(told -> told.contains("shelf") && told.contains("it is in the vault"));
  }

  @Test
  void whatItsControllerMadeAgainIsLeftAsItIs() {
    inTransit();
    scene.clock.schedule(
        Duration.ofSeconds(80),
        () -> load("{\"name\": \"files\", \"labels\": {\"made\": \"again\"}"));
    restore();
    assertThat(atSource(ACCOUNT).orElseThrow().labels()).containsEntry("made", "again");
  }

  /** By a run of its own, and then the rollback of the first. */
  @Test
  void afterTheWayBackItIsBackToo() {
    ApplyRunbookTest.assertMoved(scene, scene.apply());
    scene.clock.advance(Duration.ofMinutes(5));
    assertThat(atSource(ACCOUNT)).isEmpty();
    Scene way =
        scene.backward(
            RollbackRunbook.backward(scene.source, scene.target, scene.directory(), scene.plan)
                .plan());
    assertThat(way.apply().outcome()).isEqualTo(RunEvent.Outcome.DONE);
    RunEvent.RunEnded back =
        RollbackRunbook.rollback(scene.runContext(scene.directory()), scene.plan);
    assertThat(back.problems()).isEmpty();
    scene.clock.advance(Duration.ofMinutes(5));
    assertAccountIsBack();
  }

  private Optional<Manifest> atSource(ObjectRef ref) {
    return scene.clusters.source().world().stored(ref);
  }

  private void load(String metadata) {
    MemoryCluster unused =
        scene
            .clusters
            .source()
            .load(
                Manifest.parse(
                    "{\"apiVersion\": \"v1\", \"kind\": \"ServiceAccount\", \"metadata\": "
                        + metadata
                        + ", \"namespace\": \"data\"}}"));
  }
}
