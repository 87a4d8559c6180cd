package dev.migrator.runbook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.execute.ConcurrentRequests;
import dev.migrator.journal.Vault;
import dev.migrator.migration.Migration;
import dev.migrator.migration.Original;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Shell;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Severity;
import dev.migrator.sanitize.TargetDefinitions;
import dev.migrator.verify.Reversal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the objects of a way back were before they were moved: the vault has each as the source had
 * it, the move's plan says what was made of it, and the target what it is now. What the move
 * changed is set back; what somebody changed since is carried; where both did, or a plan may not
 * hold the value, it is a finding.
 *
 * <p>Reads the vault, and each of these objects at the target.
 *
 * <p>Source: docs/adr/0046
 */
final class OriginalDefinitions {

  private static final int AT_ONCE = 8;

  private final Vault vault;
  private final Plan forward;
  private final BackwardSettings settings;
  private final CommandSide target;
  private final Optional<WhereChanged> choice;
  private final String again;
  private final TargetDefinitions before;
  private final TargetDefinitions planned;
  private final TargetDefinitions mapped;
  private final TargetDefinitions sent;

  /**
   * @param again the command that plans this way back
   */
  OriginalDefinitions(
      Vault vault,
      Plan forward,
      BackwardSettings settings,
      CommandSide target,
      Optional<WhereChanged> choice,
      String again) {
    this.vault = vault;
    this.forward = forward;
    this.settings = settings;
    this.target = target;
    this.choice = choice;
    this.again = again;
    this.before = definitions(forward.settings().withoutChanges());
    this.planned = definitions(forward.settings());
    this.mapped = definitions(settings.asking());
    this.sent = new TargetDefinitions(settings.of(Set.of(), Map.of()));
  }

  /** The addresses that a cluster gives are no matter of what a move has changed. */
  private static TargetDefinitions definitions(Migration migration) {
    return new TargetDefinitions(migration.withData(migration.data().withServiceRanges(List.of())));
  }

  /** What was found. */
  record Known(Map<ObjectRef, Original> originals, List<Finding> findings) {
    Known {
      originals = Map.copyOf(originals);
      findings = List.copyOf(findings);
    }
  }

  private record One(ObjectRef there, Original original, List<Finding> findings) {}

  /** Errors: as {@link CommandSide}. */
  Known of(List<PlannedObject> back) {
    Map<ObjectRef, Original> originals = new TreeMap<>();
    settings
        .unserved()
        .forEach((there, home) -> originals.put(there, new Original(home, List.of())));
    List<Finding> findings = new ArrayList<>();
    for (Optional<One> one : ConcurrentRequests.of(AT_ONCE).ask(back, this::look)) {
      one.ifPresent(
          found -> {
            findings.addAll(found.findings());
            if (!found.original().fields().isEmpty()) {
              originals.put(found.there(), found.original());
            }
          });
    }
    return new Known(originals, findings);
  }

  private Optional<One> look(PlannedObject object) {
    ObjectRef there = settings.there(object);
    return target.get(there, object.apiVersion()).map(live -> look(object, there, live));
  }

  private One look(PlannedObject object, ObjectRef there, Manifest live) {
    Original home = new Original(settings.home(object), List.of());
    try {
      return vault
          .read(object.ref())
          .map(was -> compared(object, there, was, live))
          .orElseGet(() -> new One(there, home, List.of(unknown(there, "is not in the vault"))));
    } catch (ProblemException e) {
      return new One(there, home, List.of(unknown(there, e.problem().what())));
    }
  }

  private One compared(PlannedObject object, ObjectRef there, Manifest was, Manifest live) {
    String version = object.apiVersion();
    Manifest source = before.of(was, version).body();
    Reversal reversal =
        Reversal.of(
            source,
            planned.of(was, version).body(),
            before.of(live, version).body(),
            mapped.of(live, version).body(),
            choice.equals(Optional.of(WhereChanged.SOURCE)));
    List<Original.Field> fields =
        Original.between(sent.of(live, version).body().tree(), reversal.wanted());
    List<Finding> findings = new ArrayList<>();
    boolean isSecret = there.groupKind().equals("Secret");
    if (!reversal.disputed().isEmpty()) {
      findings.add(
          disputed(there, reversal.disputed(), isSecret ? secretRemedy(object.ref()) : remedy()));
    }
    if (isSecret && !fields.isEmpty()) {
      boolean isChangedSince = !reversal.disputed().isEmpty();
      findings.add(
          secret(
              there,
              fields,
              isChangedSince ? secretRemedy(object.ref()) : edit(object.ref(), there)));
      fields = List.of();
    }
    images(there, source, reversal.wanted()).ifPresent(findings::add);
    return new One(there, new Original(settings.home(object), fields), findings);
  }

  private Finding disputed(ObjectRef there, List<String> fields, String remedy) {
    String names = String.join(", ", fields);
    if (choice.isPresent()) {
      return new Finding(
          Severity.WARNING,
          FindingCode.CHANGED_AT_TARGET,
          Optional.of(there),
          "was changed by the move and by somebody since, and goes back as the move's "
              + choice.get().label()
              + " has it: "
              + names,
          "");
    }
    return new Finding(
        FindingCode.CHANGED_AT_TARGET,
        there,
        "was changed by the move and by somebody since, so nobody can tell what the source is to"
            + " have: "
            + names,
        remedy);
  }

  private String remedy() {
    return "%s --where-changed target   (as it is now; or --where-changed source: as it was before the move)"
        .formatted(again);
  }

  /** What somebody set at the target is in use there, and is not to be overwritten for a plan. */
  private String secretRemedy(ObjectRef home) {
    return "%s --where-changed target   (as it is now; when it is back, its old values can be set at %s: %s)"
        .formatted(
            again.replaceFirst(" --where-changed \\S+", ""),
            forward.source().context(),
            vaulted(home));
  }

  private String vaulted(ObjectRef home) {
    return vault.entry(home).map(entry -> vault.file(entry).toString()).orElse("its file");
  }

  private static Finding unknown(ObjectRef there, String why) {
    return new Finding(
        FindingCode.NOT_SET_BACK,
        there,
        "was changed by the move, and nobody can tell what it was: " + why,
        "give it label migrator.dev/exclude=true where it is, and it stays there; then plan the way"
            + " back again");
  }

  /** Plans hold no value of a Secret. */
  private static Finding secret(ObjectRef there, List<Original.Field> fields, String remedy) {
    return new Finding(
        FindingCode.NOT_SET_BACK,
        there,
        "was changed by the move, and no plan holds the values of a Secret: "
            + String.join(", ", fields.stream().map(Original.Field::path).toList()),
        remedy);
  }

  private String edit(ObjectRef home, ObjectRef there) {
    return "kubectl --context %s -n %s edit secret %s   (as it was, which is in the vault: %s); then: %s"
        .formatted(
            Shell.word(forward.target().context()),
            Shell.word(there.namespace()),
            Shell.word(there.name()),
            vaulted(home),
            again);
  }

  /** Images of the target's own registry that the move did not bring there. */
  private Optional<Finding> images(ObjectRef there, Manifest source, JsonNode wanted) {
    Set<String> known = new HashSet<>(source.tree().findValuesAsText("image"));
    List<String> foreign =
        wanted.findValuesAsText("image").stream()
            .distinct()
            .filter(image -> !known.contains(image))
            .filter(
                image ->
                    forward.settings().mappings().images().values().stream()
                        .anyMatch(image::startsWith))
            .sorted()
            .toList();
    return foreign.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Severity.WARNING,
                FindingCode.NOT_SET_BACK,
                Optional.of(there),
                "goes back with what was set at the target since, from where the move's target gets"
                    + " its images: "
                    + String.join(", ", foreign),
                "see that " + forward.source().context() + " can pull it"));
  }
}
