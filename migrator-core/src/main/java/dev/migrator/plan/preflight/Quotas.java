package dev.migrator.plan.preflight;

import dev.migrator.model.Manifest;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which quotas and limits of the target stand in the way.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">Resource
 * Quotas</a>
 */
public final class Quotas {

  private Quotas() {}

  /**
   * One finding a quota that counts objects and has no room, or that limits what pods ask for.
   *
   * @param quotas ResourceQuotas of the target
   * @param created how many objects will be created: by target namespace, then by plural.group
   *     ({@code configmaps}, {@code jobs.batch})
   */
  public static List<Finding> findings(
      Collection<Manifest> quotas, Map<String, Map<String, Integer>> created) {
    List<Finding> findings = new ArrayList<>();
    for (Manifest quota : quotas) {
      Map<String, Integer> here = created.getOrDefault(quota.namespace(), Map.of());
      if (here.isEmpty()) {
        continue;
      }
      quota(quota, here, findings);
    }
    return findings;
  }

  private static void quota(Manifest quota, Map<String, Integer> here, List<Finding> findings) {
    List<String> compute = new ArrayList<>();
    quota
        .at("spec", "hard")
        .properties()
        .forEach(
            e -> {
              String resource =
                  e.getKey().startsWith("count/") ? e.getKey().substring(6) : e.getKey();
              Optional<BigDecimal> hard = number(e.getValue().asText());
              BigDecimal used =
                  number(quota.at("status", "used", e.getKey()).asText("0"))
                      .orElse(BigDecimal.ZERO);
              int more = here.getOrDefault(resource, 0);
              if (resource.contains("cpu")
                  || resource.contains("memory")
                  || resource.contains("storage")
                  || resource.equals("pods")) {
                compute.add(resource);
              } else if (hard.isPresent()
                  && more > 0
                  && used.add(BigDecimal.valueOf(more)).compareTo(hard.get()) > 0) {
                add(
                    findings,
                    Severity.WARNING,
                    "quota-full",
                    quota,
                    "the target's quota allows %s %s, has %s, and %d more will be created: the last ones will be refused"
                        .formatted(
                            hard.get().toPlainString(), resource, used.toPlainString(), more));
              }
            });
    if (!compute.isEmpty()) {
      add(
          findings,
          Severity.NOTE,
          "quota-of-pods",
          quota,
          "the target's quota limits "
              + String.join(", ", compute.stream().sorted().toList())
              + " of the pods in this namespace");
    }
  }

  private static void add(
      List<Finding> findings, Severity severity, String code, Manifest about, String message) {
    findings.add(new Finding(severity, code, Optional.of(about.ref()), message, ""));
  }

  /** Counts are plain or have the suffix k. */
  private static Optional<BigDecimal> number(String quantity) {
    boolean thousands = quantity.endsWith("k");
    String digits = thousands ? quantity.substring(0, quantity.length() - 1) : quantity;
    if (!digits.matches("\\d{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(new BigDecimal(digits).multiply(BigDecimal.valueOf(thousands ? 1000 : 1)));
  }
}
