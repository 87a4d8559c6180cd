package dev.migrator.runbook;

import dev.migrator.inventory.Inventory;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.plan.Finding;
import dev.migrator.plan.preflight.MadeForAll;
import dev.migrator.plan.preflight.StayingAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Looks at what does not travel because the target has its own: what somebody changed in it would
 * be lost without a word.
 */
final class StayingBehind {

  private static final ObjectRef HOME = ObjectRef.namespace("default");

  private final Side source;
  private final TargetSurvey survey;
  private final Migration migration;
  private final Parallel parallel;

  StayingBehind(Side source, TargetSurvey survey, Migration migration, Parallel parallel) {
    this.source = source;
    this.survey = survey;
    this.migration = migration;
    this.parallel = parallel;
  }

  /** What the target does not get because the source's object is one that every cluster has. */
  List<Finding> findings(Inventory.Found found, Set<ObjectRef> travelling, boolean sameVersion) {
    List<Finding> findings = new ArrayList<>(accounts(found, travelling));
    Set<ObjectRef> staying =
        found.excluded().stream().map(Inventory.Excluded::ref).collect(Collectors.toSet());
    if (staying.contains(HOME)
        && travelling.stream().anyMatch(ref -> ref.namespace().equals(HOME.name()))) {
      namespace().ifPresent(findings::add);
    }
    findings.addAll(access(staying, travelling, sameVersion));
    return findings;
  }

  private Optional<Finding> namespace() {
    String there = migration.mappings().namespace(HOME.name());
    Optional<Manifest> own = survey.served("Namespace").flatMap(type -> source.get(type, HOME));
    return survey.all("Namespace").stream()
        .filter(one -> one.name().equals(there))
        .findFirst()
        .flatMap(one -> own.flatMap(n -> MadeForAll.namespace(n, one)));
  }

  private List<Finding> access(
      Set<ObjectRef> staying, Set<ObjectRef> travelling, boolean sameVersion) {
    List<Manifest> atSource = new ArrayList<>();
    List<Manifest> atTarget = new ArrayList<>();
    for (String kind : List.of("ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding")) {
      String groupKind = kind + ".rbac.authorization.k8s.io";
      if (staying.stream().anyMatch(ref -> ref.groupKind().equals(groupKind))) {
        survey.served(groupKind).ifPresent(type -> source.each(type, atSource::add));
        survey.each(groupKind, atTarget::add);
      }
    }
    Map<ObjectRef, Manifest> once = new TreeMap<>();
    atSource.stream()
        .filter(one -> staying.contains(one.ref()))
        .forEach(one -> once.put(one.ref(), one));
    return new StayingAccess(atTarget, migration, travelling::contains)
        .findings(once.values(), sameVersion);
  }

  /**
   * Every namespace gets a default ServiceAccount; what somebody added to the source's must be
   * added by hand.
   */
  private List<Finding> accounts(Inventory.Found found, Set<ObjectRef> travelling) {
    Set<String> used =
        travelling.stream()
            .map(ref -> ref.groupKind().equals("Namespace") ? ref.name() : ref.namespace())
            .collect(Collectors.toSet());
    List<ObjectRef> refs =
        found.excluded().stream()
            .map(Inventory.Excluded::ref)
            .filter(ref -> ref.groupKind().equals("ServiceAccount") && ref.name().equals("default"))
            .filter(ref -> used.contains(ref.namespace()))
            .toList();
    Optional<ResourceType> type = survey.served("ServiceAccount");
    if (type.isEmpty()) {
      return List.of();
    }
    return parallel.ask(refs, ref -> source.get(type.get(), ref)).stream()
        .flatMap(Optional::stream)
        .flatMap(
            account ->
                MadeForAll.account(account, migration.mappings().namespace(account.namespace()))
                    .stream())
        .toList();
  }
}
