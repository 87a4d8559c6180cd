package dev.migrator.execute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.migrator.classify.LossWithOwner;
import dev.migrator.cluster.ClusterException;
import dev.migrator.event.RefText;
import dev.migrator.journal.Vault;
import dev.migrator.journal.VaultEntry;
import dev.migrator.lifecycle.Lifecycle;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Origin;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Shell;
import dev.migrator.plan.Activity;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What went from the source with an object that is back there, from the vault: its controller is
 * given a moment to make it again; then it is created as it was, with its owner's new uid. Work,
 * and custom resources, of which nobody knows what they begin anew, are only named.
 *
 * <p>Crash: each create is announced and carries the run's mark, so it can be begun again: what is
 * there is left as it is.
 *
 * <p>Source: docs/adr/0029
 */
public final class CascadeRestore {

  private static final Duration MADE_AGAIN = Duration.ofSeconds(10);
  private static final Duration COLLECTED = Duration.ofMinutes(2);

  private final Run run;
  private final Run home;
  private final Creating creating;

  /**
   * @param home the run as it is seen from the target
   */
  CascadeRestore(Run run, Run home, Creating creating) {
    this.run = run;
    this.home = home;
    this.creating = creating;
  }

  /**
   * How it ended.
   *
   * @param failed what could not be brought back, and why
   * @param left what is left to its controller and is not there, and why; each was told
   */
  record Outcome(Map<ObjectRef, String> failed, Map<ObjectRef, String> left) {
    Outcome() {
      this(new TreeMap<>(), new TreeMap<>());
    }
  }

  /**
   * What went with these, or will; owners before what they own, without what nobody misses.
   *
   * @param planned what has a way back of its own
   * @param gone of what was deleted: their uids then
   */
  static List<VaultEntry> went(Vault vault, Set<ObjectRef> planned, Set<String> gone) {
    if (gone.isEmpty()) {
      return List.of();
    }
    Set<String> known = vault.withOwned(gone);
    List<VaultEntry> open =
        new ArrayList<>(
            vault.entries().stream()
                .filter(entry -> known.contains(entry.uid()) && !gone.contains(entry.uid()))
                .filter(entry -> !planned.contains(entry.ref()))
                .filter(entry -> !LossWithOwner.isUsual(entry.ref()))
                .toList());
    return ordered(open, gone);
  }

  /**
   * Brings back what went with all that is back at the source.
   *
   * @param before what came of the steps
   * @return the same, and what could not be brought back; interrupted, when the run shall stop
   */
  static WayBackExecution.Outcome afterAll(Run run, WayBackExecution.Outcome before) {
    List<ObjectRef> returned = Lifecycle.of(run.plan(), run.journal().state()).restored();
    if (returned.isEmpty()) {
      return before;
    }
    Run home = run.homeward();
    try (WatchHub watches = new WatchHub(run.source().cluster())) {
      return before.and(
          new CascadeRestore(run, home, new Creating(home, watches)).bringBack(returned).failed());
    } catch (StoppedException e) {
      return before.then(new WayBackExecution.Outcome(0, Map.of(), 1));
    }
  }

  /**
   * Brings back what went with these, each for itself: what fails with one says nothing of the
   * others.
   *
   * @param returned what was handed over, in transit or pruned, and is at the source again
   */
  Outcome bringBack(List<ObjectRef> returned) {
    Map<String, Manifest> owners = new HashMap<>();
    Outcome outcome = new Outcome();
    for (ObjectRef ref : returned) {
      String uid = uidThen(ref);
      try {
        run.source()
            .get(ref, run.planned(ref).sourceApiVersion())
            .filter(live -> !live.isBeingDeleted())
            .filter(live -> !live.uid().equals(uid))
            .ifPresent(live -> owners.put(uid, live));
      } catch (ClusterException e) {
        String why = "went along and was not looked at: " + e.failure().detail();
        went(Set.of(uid)).forEach(entry -> outcome.failed().put(entry.ref(), why + byHand(entry)));
      }
    }
    List<VaultEntry> went = went(Set.copyOf(owners.keySet()));
    await(went);
    for (VaultEntry entry : went) {
      bringBack(entry, owners, outcome)
          .ifPresent(why -> outcome.failed().put(entry.ref(), why + byHand(entry)));
    }
    outcome.failed().forEach((ref, why) -> run.notice(RefText.of(ref) + " " + why));
    return outcome;
  }

  /** Owned by nobody: the collector would take what names an owner that is gone. */
  private String byHand(VaultEntry entry) {
    String file = run.vault().file(entry).toString();
    return entry.isSealed()
        ? "; it is in the vault, sealed: " + file
        : "; from the vault: jq %s %s | kubectl --context %s create -f -"
            .formatted(
                Shell.quoted(
                    "select(.metadata.name == %s) | del(.metadata.ownerReferences)"
                        .formatted(TextNode.valueOf(entry.ref().name()))),
                Shell.quoted(file),
                Shell.quoted(run.plan().source().context()));
  }

  private List<VaultEntry> went(Set<String> gone) {
    return went(run.vault(), run.objects().keySet(), gone);
  }

  /** It may have been at the source once more since it was planned. */
  private String uidThen(ObjectRef ref) {
    return run.vault().entry(ref).map(VaultEntry::uid).orElseGet(() -> run.planned(ref).uid());
  }

  private static List<VaultEntry> ordered(List<VaultEntry> open, Set<String> gone) {
    List<VaultEntry> ordered = new ArrayList<>();
    Set<String> before = new HashSet<>(gone);
    boolean more = true;
    while (more) {
      more = false;
      for (VaultEntry entry : List.copyOf(open)) {
        if (entry.owners().stream().anyMatch(before::contains)) {
          before.add(entry.uid());
          ordered.add(entry);
          open.remove(entry);
          more = true;
        }
      }
    }
    // What nobody misses lies between these and what was deleted.
    ordered.addAll(open);
    return ordered;
  }

  /** The garbage collector takes the old ones when it comes to it. */
  private void await(List<VaultEntry> went) {
    Instant made = run.clock().now().plus(MADE_AGAIN);
    Instant gone = run.clock().now().plus(COLLECTED);
    while (went.stream().anyMatch(entry -> isOpen(entry, made, gone))) {
      run.clock().pause(Duration.ofSeconds(1));
    }
  }

  private boolean isOpen(VaultEntry entry, Instant made, Instant gone) {
    Instant now = run.clock().now();
    try {
      Optional<Manifest> live = atSource(entry);
      return live.isEmpty() ? now.isBefore(made) : isOld(entry, live.get()) && now.isBefore(gone);
    } catch (ClusterException e) {
      // Whether it is there is asked once more when its turn comes.
      return now.isBefore(made);
    }
  }

  private static boolean isOld(VaultEntry entry, Manifest live) {
    return live.uid().equals(entry.uid());
  }

  /** Why it is not at the source; empty when it is, or is only named. */
  private Optional<String> bringBack(
      VaultEntry entry, Map<String, Manifest> owners, Outcome outcome) {
    try {
      Optional<Manifest> live = atSource(entry);
      if (live.filter(o -> isOld(entry, o)).isPresent()) {
        return Optional.of("is still there, and goes with what owned it");
      }
      if (live.isPresent()) {
        owners.put(entry.uid(), live.get());
        return Optional.empty();
      }
      boolean isOwnerBack = entry.owners().stream().anyMatch(owners::containsKey);
      if (isBroughtBack(entry.ref()) && isOwnerBack) {
        return create(entry, owners);
      }
      String why =
          "went along and is left to its controller: "
              + (isOwnerBack ? "it may begin work anew" : "its owner is not back")
              + "; it is in the vault";
      run.notice(RefText.of(entry.ref()) + " " + why);
      outcome.left().put(entry.ref(), why);
      return Optional.empty();
    } catch (ClusterException e) {
      return Optional.of("went along and could not be brought back: " + e.failure().detail());
    }
  }

  private Optional<String> create(VaultEntry entry, Map<String, Manifest> owners) {
    ObjectRef ref = entry.ref();
    Optional<Manifest> asItWas = vaulted(ref);
    if (asItWas.isEmpty()) {
      return Optional.of("went along, and the vault cannot give it back");
    }
    Manifest body = body(asItWas.get(), owners);
    home.intend(step(ref), entry.uid(), "", Run.digest(body));
    return switch (creating.send("bringing back " + RefText.of(ref), body, false)) {
      case CreateOutcome.Stored stored -> {
        owners.put(entry.uid(), stored.object());
        run.notice(RefText.of(ref) + " went along, and is back at the source");
        yield Optional.empty();
      }
      case CreateOutcome.Refused refused ->
          Optional.of("went along and could not be brought back: " + refused.result().words());
    };
  }

  /** Empty when its line is damaged: that of one object says nothing of the others. */
  private Optional<Manifest> vaulted(ObjectRef ref) {
    try {
      return Optional.of(run.vaulted(ref));
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }

  private static StepId step(ObjectRef ref) {
    return StepId.of(Verb.BRING_ALONG, ref);
  }

  private Manifest body(Manifest asItWas, Map<String, Manifest> owners) {
    Manifest definition = home.definitions().of(asItWas, asItWas.apiVersion()).body();
    ArrayNode references = Json.array();
    for (JsonNode reference : asItWas.at("metadata", "ownerReferences")) {
      Manifest owner = owners.get(reference.path("uid").asText());
      if (owner != null) {
        ObjectNode rewritten = reference.deepCopy();
        references.add(rewritten.put("uid", owner.uid()));
      }
    }
    String mark = new Origin(run.id(), asItWas.uid(), Run.digest(definition)).text();
    return definition.edit(
        tree -> {
          ObjectNode metadata = tree.withObjectProperty("metadata");
          metadata.set("ownerReferences", references);
          metadata.withObjectProperty("annotations").put(Origin.ANNOTATION, mark);
        });
  }

  private Optional<Manifest> atSource(VaultEntry entry) {
    return run.source().find(entry.ref());
  }

  /**
   * Whether what went along with an object is created again when that is back: built-in kinds that
   * do no work.
   */
  public static boolean isBroughtBack(ObjectRef along) {
    return !along.isForeign() && !Activity.runs(along) && !LossWithOwner.isUsual(along);
  }
}
