package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Quantity;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which quotas stand in the way of what will be created, and of what that makes.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">Resource
 * Quotas</a>; kubernetes {@code plugin/pkg/admission/resourcequota/controller.go}
 */
public final class QuotaUsage {

  /** Every namespace has these before anything arrives. */
  private static final Set<String> ONE_FROM_THE_START =
      Set.of("configmaps", "count/configmaps", "count/serviceaccounts");

  private static final int SHOWN = 3;

  /**
   * A ResourceQuota, named as at the target.
   *
   * @param travels whether it comes from the source; it has no usage yet
   */
  public record Quota(Manifest definition, boolean travels) {}

  private final Map<ObjectRef, Demand> here;
  private final Quota quota;
  private final String defaultClass;
  private final Predicate<ObjectRef> claimIsKnown;
  private final boolean scoped;
  private final List<Finding> findings = new ArrayList<>();

  private QuotaUsage(
      Quota quota,
      Map<ObjectRef, Demand> here,
      String defaultClass,
      Predicate<ObjectRef> claimIsKnown) {
    this.quota = quota;
    this.here = here;
    this.defaultClass = defaultClass;
    this.claimIsKnown = claimIsKnown;
    Manifest definition = quota.definition();
    this.scoped =
        !definition.at("spec", "scopes").isEmpty()
            || !definition.at("spec", "scopeSelector", "matchExpressions").isEmpty();
  }

  /**
   * What each quota will refuse: objects that are created block, what they make is warned of.
   *
   * @param demands of objects that will be created, by their names at the source
   * @param defaultClass the storage class of claims that name none; empty when there is none
   * @param claimIsKnown whether a claim, named as at the target, travels itself or is there
   */
  public static List<Finding> findings(
      Collection<Quota> quotas,
      Map<ObjectRef, Demand> demands,
      String defaultClass,
      Predicate<ObjectRef> claimIsKnown) {
    Map<String, Map<ObjectRef, Demand>> byNamespace = new HashMap<>();
    demands.forEach(
        (ref, demand) ->
            byNamespace.computeIfAbsent(demand.namespace(), k -> new TreeMap<>()).put(ref, demand));
    List<Finding> findings = new ArrayList<>();
    for (Quota quota : quotas) {
      Map<ObjectRef, Demand> here =
          byNamespace.getOrDefault(quota.definition().namespace(), Map.of());
      findings.addAll(new QuotaUsage(quota, here, defaultClass, claimIsKnown).findings());
    }
    return findings;
  }

  private List<Finding> findings() {
    JsonNode hard = quota.definition().at("spec", "hard");
    hard.properties()
        .forEach(
            e ->
                Quantity.parse(e.getValue().asText())
                    .ifPresent(amount -> compare(e.getKey(), amount)));
    Set<String> limited =
        hard.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    here.forEach((ref, demand) -> requireFigures(ref, demand, limited));
    uncounted(limited);
    return findings;
  }

  private void compare(String name, BigDecimal hard) {
    BigDecimal created = BigDecimal.ZERO;
    BigDecimal made = BigDecimal.ZERO;
    for (Demand demand : here.values()) {
      BigDecimal ofPods =
          counted(demand)
              .map(pod -> pod.amounts().getOrDefault(name, BigDecimal.ZERO))
              .orElse(BigDecimal.ZERO)
              .multiply(BigDecimal.valueOf(demand.pods().orElse(0)));
      if (demand.isPod()) {
        created = created.add(ofPods);
      } else {
        made = made.add(ofPods);
      }
      if (!scoped) {
        created = created.add(amount(demand.itself(), name));
        made = made.add(amount(demand.makes(), name)).add(ofClaims(demand, name));
      }
    }
    BigDecimal used = used(name);
    BigDecimal all = created.add(made);
    if (created.signum() > 0 && used.add(created).compareTo(hard) > 0) {
      add(
          Severity.BLOCKER,
          FindingCode.QUOTA_EXCEEDED,
          figures(name, hard, used, created)
              + " of what is created directly: the last ones will be refused",
          "raise it, free some of it, or leave objects out");
    } else if (all.signum() > 0 && used.add(all).compareTo(hard) > 0) {
      add(
          Severity.WARNING,
          FindingCode.QUOTA_FULL,
          figures(name, hard, used, all)
              + ": workloads can be created, but the last of their pods or claims will be refused",
          "raise it, or scale down what travels");
    }
  }

  private String figures(String name, BigDecimal hard, BigDecimal used, BigDecimal more) {
    return "%s allows %s %s, %s %s used, and %s more will be asked for"
        .formatted(
            whose(),
            PodResources.Amounts.shown(hard),
            name,
            PodResources.Amounts.shown(used),
            used.compareTo(BigDecimal.ONE) == 0 ? "is" : "are",
            PodResources.Amounts.shown(more));
  }

  private String whose() {
    return quota.travels() ? "the quota, which travels along," : "the target's quota";
  }

  private BigDecimal used(String name) {
    BigDecimal least =
        ONE_FROM_THE_START.contains(name) && !scoped ? BigDecimal.ONE : BigDecimal.ZERO;
    return quota.travels()
        ? least
        : Quantity.parse(quota.definition().at("status", "used", name).asText("0"))
            .orElse(BigDecimal.ZERO);
  }

  private Optional<PodCharge> counted(Demand demand) {
    return demand.pod().filter(pod -> pod.isIn(quota.definition()));
  }

  private BigDecimal amount(Map<String, BigDecimal> amounts, String name) {
    BigDecimal amount = amounts.getOrDefault(name, BigDecimal.ZERO);
    return !defaultClass.isEmpty() && name.startsWith(defaultClass + Demand.OF_CLASS)
        ? amount.add(amounts.getOrDefault(name.substring(defaultClass.length()), BigDecimal.ZERO))
        : amount;
  }

  private BigDecimal ofClaims(Demand demand, String name) {
    return demand.claims().stream()
        .filter(
            claim ->
                claim.name().isEmpty()
                    || !claimIsKnown.test(
                        ObjectRef.core("PersistentVolumeClaim", demand.namespace(), claim.name())))
        .map(claim -> amount(claim.amounts(), name))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** A quota of cpu or memory refuses every pod that does not say how much of it. */
  private void requireFigures(ObjectRef ref, Demand demand, Set<String> limited) {
    Map<String, List<String>> silent =
        counted(demand).map(PodCharge::silent).orElse(Map.of()).entrySet().stream()
            .filter(e -> limited.contains(e.getKey()))
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
    if (silent.isEmpty()) {
      return;
    }
    List<String> words = new ArrayList<>();
    silent.forEach((name, containers) -> words.add(String.join(", ", containers) + ": no " + name));
    RefusedObject refused =
        new RefusedObject(
            ref,
            quota.definition().ref(),
            quota.travels(),
            words,
            "set them by a modifier, or add a LimitRange with defaults");
    findings.add(
        demand.isPod()
            ? refused.itself()
            : refused.whatItMakes(FindingCode.QUOTA_REFUSES, "its pods"));
  }

  /** Says of which pods the figures know nothing. */
  private void uncounted(Set<String> limited) {
    List<String> refs =
        here.entrySet().stream()
            .filter(e -> e.getValue().pods().isEmpty())
            .filter(
                e ->
                    counted(e.getValue())
                        .filter(pod -> pod.amounts().keySet().stream().anyMatch(limited::contains))
                        .isPresent())
            .map(e -> e.getKey().toString())
            .toList();
    if (!refs.isEmpty()) {
      add(
          Severity.NOTE,
          FindingCode.QUOTA_OF_PODS,
          "%s also limits pods that are not counted here, because nodes or the time make them: %s"
              .formatted(
                  whose(),
                  String.join(", ", refs.subList(0, Math.min(SHOWN, refs.size())))
                      + (refs.size() > SHOWN ? " and " + (refs.size() - SHOWN) + " more" : "")),
          "");
    }
  }

  private void add(Severity severity, FindingCode code, String message, String remedy) {
    findings.add(
        new Finding(severity, code, Optional.of(quota.definition().ref()), message, remedy));
  }
}
