package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.event.RefText;
import dev.migrator.journal.JournalRecord.OriginalState;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.PlannedObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A duplicate-intolerant object at the source: looked at, and kept track of, so that only what is
 * in the vault is ever deleted.
 */
final class SourceObject {

  private final Run run;
  private final PlannedObject object;
  private final ResourceType type;

  /** As the vault has it; read from disk once, and again after it was vaulted again. */
  private Optional<Manifest> vaulted = Optional.empty();

  SourceObject(Run run, ObjectRef ref) {
    this.run = run;
    this.object = run.planned(ref);
    this.type = run.sourceType(object);
  }

  ObjectRef ref() {
    return object.ref();
  }

  ResourceType type() {
    return type;
  }

  PlannedObject planned() {
    return object;
  }

  Manifest vaulted() {
    Manifest known = vaulted.orElseGet(() -> run.vaulted(object.ref()));
    vaulted = Optional.of(known);
    return known;
  }

  Optional<Manifest> read() {
    return run.source().cluster().get(type, object.ref());
  }

  /** How it is made inert; by the vaulted object, so that every process says the same. */
  SuspensionFields inertia() {
    return SuspensionFields.of(vaulted());
  }

  /** The values before we touched them; what the journal says first, else what is vaulted. */
  Map<String, String> original() {
    return run.journal()
        .state()
        .original(object.ref())
        .map(OriginalState::fields)
        // Of a scaler that was paused for another object, only that pause is known.
        .filter(fields -> fields.keySet().containsAll(inertia().read(vaulted()).keySet()))
        .orElseGet(() -> inertia().read(vaulted()));
  }

  /** Somebody deleted it and made another one. */
  boolean isAnother(Manifest live) {
    // Safeguard: uid-of-source-ignored
    return !live.uid().equals(object.uid());
  }

  StepResult recreated(Manifest live) {
    return run.failed(
        ErrorCode.M2201,
        RefText.of(object.ref()) + " was created again at the source",
        "its uid is " + live.uid() + ", not " + object.uid() + ReconcilerHint.named(live),
        "pause what creates it, delete it at the source, then: " + run.resume());
  }

  /** Whether it carries our mark of having been made inert. */
  boolean isQuiescedByUs(Manifest live) {
    return Optional.ofNullable(live.annotations().get(Origin.STOPPED))
        .filter(mark -> mark.startsWith(run.id() + "/"))
        .isPresent();
  }

  /** The run that made it inert, or paused it, where that was not this one. */
  Optional<String> heldByAnother(Manifest live) {
    return Origin.holder(live).filter(holder -> !holder.equals(run.id()));
  }

  /** The annotation's value. */
  String mark(Map<String, String> original) {
    ObjectNode fields = Json.object();
    new LinkedHashMap<>(original).forEach(fields::put);
    return run.id() + "/" + Json.text(fields);
  }

  /** The object as it would be without what we did to it. */
  Manifest untouched(Manifest live) {
    if (!isQuiescedByUs(live)) {
      return live;
    }
    Manifest bare =
        live.edit(
            tree -> {
              JsonNode annotations = tree.path("metadata").path("annotations");
              if (annotations instanceof ObjectNode map) {
                map.remove(Origin.STOPPED);
                if (map.isEmpty()) {
                  tree.withObjectProperty("metadata").remove("annotations");
                }
              }
            });
    return inertia().restored(bare, original());
  }

  /** Whether its definition is still the one in the vault, but for what we did to it. */
  boolean isAsVaulted(Manifest live) {
    // Both without the maps that are empty once what we set in them is gone.
    Manifest was = inertia().restored(vaulted(), original());
    return digest(untouched(live)).equals(digest(isQuiescedByUs(live) ? was : vaulted()));
  }

  private Digest digest(Manifest atSource) {
    // In memory only, so a Secret's too.
    return Digest.of(run.definition(object, atSource).tree());
  }

  /** Keeps the newer definition: somebody changed it after it was vaulted. */
  void vaultAgain(Manifest live) {
    run.vault().replace(untouched(live));
    vaulted = Optional.empty();
    run.notice(
        RefText.of(object.ref())
            + " was changed at the source during the run: its newer state moves");
  }
}
