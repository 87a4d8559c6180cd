package dev.migrator.check;

import dev.migrator.inventory.Inventory;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
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
public final class StayingBehind implements Check {

  private static final ObjectRef HOME = ObjectRef.namespace("default");
  private static final List<String> ACCESS =
      List.of(
          "ClusterRole.rbac.authorization.k8s.io",
          "Role.rbac.authorization.k8s.io",
          "ClusterRoleBinding.rbac.authorization.k8s.io",
          "RoleBinding.rbac.authorization.k8s.io");

  /** What the target does not get because the source's object is one that every cluster has. */
  @Override
  public List<Finding> findings(Move move) {
    Set<ObjectRef> staying =
        move.found().excluded().stream().map(Inventory.Excluded::ref).collect(Collectors.toSet());
    List<Finding> findings = new ArrayList<>(accounts(move, staying));
    if (staying.contains(HOME)
        && move.candidates().keySet().stream()
            .anyMatch(ref -> ref.namespace().equals(HOME.name()))) {
      namespace(move).ifPresent(findings::add);
    }
    findings.addAll(access(move, staying));
    return findings;
  }

  private static Optional<Finding> namespace(Move move) {
    String there = move.migration().mappings().namespace(HOME.name());
    List<Manifest> own = move.source().get(List.of(HOME));
    return move.target().all("Namespace").stream()
        .filter(one -> one.name().equals(there))
        .flatMap(one -> own.stream().flatMap(home -> ChangedDefaults.namespace(home, one).stream()))
        .findFirst();
  }

  private static List<Finding> access(Move move, Set<ObjectRef> staying) {
    Map<ObjectRef, Manifest> atSource = new TreeMap<>();
    List<Manifest> atTarget = new ArrayList<>();
    for (String groupKind : ACCESS) {
      if (staying.stream().anyMatch(ref -> ref.groupKind().equals(groupKind))) {
        move.source()
            .each(
                groupKind,
                one -> {
                  if (staying.contains(one.ref())) {
                    atSource.put(one.ref(), one);
                  }
                });
        move.target().each(groupKind, atTarget::add);
      }
    }
    return new StayingAccess(atTarget, move.migration(), move::travels)
        .findings(atSource.values(), move.isSameVersion());
  }

  /**
   * Every namespace gets a default ServiceAccount; what somebody added to the source's must be
   * added by hand.
   */
  private static List<Finding> accounts(Move move, Set<ObjectRef> staying) {
    Set<String> used =
        move.candidates().keySet().stream()
            .map(ref -> ref.groupKind().equals("Namespace") ? ref.name() : ref.namespace())
            .collect(Collectors.toSet());
    List<ObjectRef> refs =
        staying.stream()
            .filter(ref -> ref.groupKind().equals("ServiceAccount") && ref.name().equals("default"))
            .filter(ref -> used.contains(ref.namespace()))
            .sorted()
            .toList();
    return move.source().get(refs).stream()
        .flatMap(
            account ->
                ChangedDefaults.account(
                    account, move.migration().mappings().namespace(account.namespace()))
                    .stream())
        .toList();
  }
}
