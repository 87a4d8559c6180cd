package dev.migrator.plan;

import dev.migrator.migration.Migration.HookPoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kinds of step that are about one object, each with all that is known of it but how it is
 * done: that is an action of {@code execute}. A new kind is declared here, is given its action
 * there, and its lines in the table of {@code lifecycle} where it moves an object on.
 *
 * <p>Source: docs/adr/0048
 */
public enum Verb {
  COPY(
      "copy",
      Phase.COPY,
      Where.TARGET,
      "get, create",
      "creating %s at the target",
      "creates it at the target; the source keeps its own"),
  /** Of either phase that creates. */
  AWAIT(
      "await",
      Phase.RECREATE,
      Where.TARGET,
      "get, list, watch",
      "waiting for %s at the target",
      "waits until it is ready at the target"),
  HOOK_BEFORE(
      "before",
      Phase.HAND_OVER,
      Where.NEITHER,
      "",
      "hook " + HookPoint.BEFORE_EACH_HAND_OVER.label() + " of %s",
      ""),
  HOOK_AFTER(
      "after",
      Phase.RECREATE,
      Where.NEITHER,
      "",
      "hook " + HookPoint.AFTER_EACH_HAND_OVER.label() + " of %s",
      ""),
  QUIESCE(
      "quiesce",
      Phase.HAND_OVER,
      Where.SOURCE,
      "get, patch",
      "stopping %s at the source",
      "stops it at the source: suspended, or without replicas"),
  DRAIN(
      "drain",
      Phase.HAND_OVER,
      Where.SOURCE,
      "",
      "draining %s at the source",
      "waits until nothing that it started runs any more"),
  DELETE(
      "delete",
      Phase.HAND_OVER,
      Where.SOURCE,
      "get, delete",
      "deleting %s at the source",
      "deletes it at the source, by uid and resourceVersion"),
  PROVE_ABSENT(
      "absent",
      Phase.HAND_OVER,
      Where.SOURCE,
      "get",
      "proving that %s is gone",
      "proves that the source has neither it nor anything it started"),
  CREATE_INERT(
      "inert",
      Phase.RECREATE,
      Where.TARGET,
      "get, create",
      "creating %s at the target, inert",
      "creates it at the target in a form that starts nothing"),
  ACTIVATE(
      "activate",
      Phase.RECREATE,
      Where.TARGET,
      "get, patch",
      "activating %s at the target",
      "makes it at the target as active as it was at the source"),
  /** While everything works: what has changed since then is all that the pause has to wait for. */
  PRECOPY(
      "precopy",
      Phase.COPY,
      Where.SOURCE,
      "get",
      "copying the data of %s ahead",
      "has a mover copy what its volume has by now, while it is in use"),
  /** In the pause of what must not be duplicated; of the rest, while it works. */
  CAPTURE(
      "capture",
      Phase.HAND_OVER,
      Where.SOURCE,
      "get",
      "capturing the data of %s",
      "takes a snapshot of its volume at the source, or has a mover read it there"),
  FILL(
      "fill",
      Phase.RECREATE,
      Where.TARGET,
      "get",
      "bringing the data of %s",
      "has the target make its volume from the snapshot, or a mover write it there, and compares"),
  TIDY(
      "tidy",
      Phase.RECREATE,
      Where.TARGET,
      "get",
      "tidying up after %s",
      "deletes in both clusters what its data came by, once its volume is there"),
  CREATE(
      "create",
      Phase.RECREATE,
      Where.TARGET,
      "get, create",
      "creating %s at the target",
      "creates it at the target"),

  // Of ways back.
  SET_BACK(
      "rollback",
      Phase.WAY_BACK,
      Where.SOURCE,
      "get, patch",
      "setting back %s at the source",
      "makes it at the source as active as it was"),
  REMOVE_COPY(
      "remove",
      Phase.WAY_BACK,
      Where.TARGET,
      "get, delete",
      "removing %s from the target",
      "deletes at the target what the run created there, by uid and resourceVersion"),
  RESERVE(
      "reserve",
      Phase.WAY_BACK,
      Where.SOURCE,
      "get, create, patch",
      "making %s ready for its claim",
      "has the source's volume wait for the claim that is brought back; its disk is retained"),
  RESTORE(
      "restore",
      Phase.WAY_BACK,
      Where.SOURCE,
      "get, create, patch",
      "bringing back %s",
      "creates it at the source, from the vault, once it is gone from both clusters"),
  BRING_ALONG(
      "along",
      Phase.WAY_BACK,
      Where.SOURCE,
      "get, create",
      "bringing back what went along with %s",
      "creates at the source what was deleted there with it"),
  PRUNE(
      "prune",
      Phase.PRUNE,
      Where.SOURCE,
      "get, delete",
      "removing %s from the source",
      "deletes the copy that the move left at the source, by uid and resourceVersion"),
  UNDO_PRUNE(
      "unprune",
      Phase.WAY_BACK,
      Where.SOURCE,
      "get, create",
      "putting back %s",
      "creates it at the source, from the vault of the prune"),

  // Requests within a step, about something else than its object: the journal alone has them.
  PAUSE_SCALER("pause"),
  PAUSE_ROLLOUT("paused"),
  RELEASE_CLAIM("release"),
  FREE_PORT("free");

  /** Which cluster a step looks at and writes to. */
  public enum Where {
    SOURCE,
    TARGET,
    NEITHER
  }

  private static final Map<String, Verb> BY_LABEL =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(Verb::label, verb -> verb));

  private final String label;
  private final Optional<Phase> phase;
  private final Where where;
  private final String requests;
  private final boolean creates;
  private final String doing;
  private final String effect;

  Verb(String label) {
    this(label, Optional.empty(), Where.NEITHER, "", label + " %s", "");
  }

  Verb(String label, Phase phase, Where where, String requests, String doing, String effect) {
    this(label, Optional.of(phase), where, requests, doing, effect);
  }

  Verb(
      String label,
      Optional<Phase> phase,
      Where where,
      String requests,
      String doing,
      String effect) {
    this.label = label;
    this.phase = phase;
    this.where = where;
    this.requests = requests;
    this.creates = where == Where.TARGET && requests.endsWith("create");
    this.doing = doing;
    this.effect = effect;
  }

  /** As it stands in files. */
  public String label() {
    return label;
  }

  /** When it is done; empty for what is no step of its own. */
  public Optional<Phase> phase() {
    return phase;
  }

  /** Whether it may be done in that phase: what is about data goes by what works with it. */
  public boolean standsIn(Phase other) {
    return switch (this) {
      case AWAIT, TIDY -> other == Phase.COPY || other == Phase.RECREATE;
      case CAPTURE -> other == Phase.COPY || other == Phase.HAND_OVER;
      case FILL -> other == Phase.COPY || other == Phase.HAND_OVER || other == Phase.RECREATE;
      default -> phase.filter(other::equals).isPresent();
    };
  }

  /** Whether a plan that people review may have it. */
  public boolean isForward() {
    return phase.filter(Phase.FORWARD::contains).isPresent();
  }

  /** The cluster that it is about. */
  public Where where() {
    return where;
  }

  /** What it asks the API server of that cluster for the object itself, as RBAC calls it. */
  public List<String> requests() {
    return requests.isEmpty() ? List.of() : List.of(requests.split(", "));
  }

  /** Whether the target has the object when it is done. */
  public boolean creates() {
    return creates;
  }

  /** Whose command it runs; empty for what runs none. */
  public Optional<HookPoint> command() {
    return switch (this) {
      case HOOK_BEFORE -> Optional.of(HookPoint.BEFORE_EACH_HAND_OVER);
      case HOOK_AFTER -> Optional.of(HookPoint.AFTER_EACH_HAND_OVER);
      default -> Optional.empty();
    };
  }

  /** Whether it is the first act of a hand-over: a command that stands before one counts. */
  public boolean beginsHandOver() {
    return this == HOOK_BEFORE || this == QUIESCE;
  }

  /** Whether it goes on with a hand-over that has begun, and so comes before what begins one. */
  public boolean continuesHandOver() {
    return switch (this) {
      case DRAIN, DELETE, PROVE_ABSENT, CREATE_INERT, ACTIVATE -> true;
      default -> false;
    };
  }

  /** What it does to the object of this name, in words that begin a message. */
  public String doing(String object) {
    return doing.formatted(object);
  }

  /** What it does, in a sentence without its subject; empty for commands. */
  public String effect() {
    return effect;
  }

  @Override
  public String toString() {
    return label;
  }

  static Optional<Verb> of(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }
}
