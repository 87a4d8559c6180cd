package dev.migrator.check;

import dev.migrator.check.WebhookMatches.Hook;
import dev.migrator.check.WebhookMatches.Sight;
import dev.migrator.model.Amount;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tells which webhooks of the target stand between the plan and the target, and how often. */
public final class WebhookInterceptions implements Check {

  private static final int SHOWN = 5;

  private final WebhookMatches webhooks;
  private final Map<ObjectRef, List<Sight>> seen = new TreeMap<>();

  /**
   * @param webhooks of the target
   */
  public WebhookInterceptions(WebhookMatches webhooks) {
    this.webhooks = webhooks;
  }

  @Override
  public void see(CheckedObject object) {
    List<Sight> sights =
        webhooks.seeing(
            object.body(), object.type().plural(), object.verdict().is(Protection.DUPLICATION));
    if (!sights.isEmpty()) {
      seen.put(object.ref(), sights);
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    Set<ObjectRef> services =
        webhooks.hooks().stream()
            .flatMap(hook -> hook.service().stream())
            .collect(Collectors.toSet());
    return findings(
        webhooks.hooks(),
        move.created(seen).values(),
        move.target().get(services).stream().map(Manifest::ref).collect(Collectors.toSet()),
        move.arriving("Service"));
  }

  /**
   * One finding a webhook that sees something of the plan.
   *
   * @param hooks of the target
   * @param seen what they see of the objects that will be created
   * @param there the services that the target has
   * @param arriving the services that travel, by their names at the target
   */
  static List<Finding> findings(
      List<Hook> hooks,
      Collection<List<Sight>> seen,
      Set<ObjectRef> there,
      Set<ObjectRef> arriving) {
    Map<Hook, Map<String, Integer>> counts = new LinkedHashMap<>();
    Map<Hook, Boolean> certain = new LinkedHashMap<>();
    hooks.forEach(hook -> counts.put(hook, new TreeMap<>()));
    for (List<Sight> sights : seen) {
      for (Sight sight : sights) {
        counts
            .computeIfAbsent(sight.hook(), k -> new TreeMap<>())
            .merge(sight.ofPods() ? "workloads by their pods" : sight.what(), 1, Integer::sum);
        certain.merge(sight.hook(), sight.certain(), Boolean::logicalOr);
      }
    }
    List<Finding> findings = new ArrayList<>();
    counts.forEach(
        (hook, some) -> {
          if (!some.isEmpty()) {
            findings.add(finding(hook, some, certain.getOrDefault(hook, false), there, arriving));
          }
        });
    return findings;
  }

  private static Finding finding(
      Hook hook,
      Map<String, Integer> counts,
      boolean certain,
      Set<ObjectRef> there,
      Set<ObjectRef> arriving) {
    String sees =
        "the target's webhook %s %s %s"
            .formatted(hook.name(), certain ? "will see" : "may see", some(counts));
    boolean dead = hook.service().filter(service -> !there.contains(service)).isPresent();
    if (hook.fail() && dead) {
      ObjectRef service = hook.service().orElseThrow();
      boolean late = arriving.contains(service);
      return new Finding(
          certain && !late ? Severity.BLOCKER : Severity.WARNING,
          FindingCode.WEBHOOK_WITHOUT_SERVICE,
          Optional.of(hook.configuration()),
          "%s, and %s: %s, which must answer (failurePolicy Fail), %s"
              .formatted(
                  sees,
                  certain ? "they will be refused" : "those are refused",
                  service,
                  late ? "travels only now" : "is not at the target"),
          late
              ? "take the configuration away from the target, it is needed only when its Service"
                  + " works"
              : "install what it belongs to at the target, or delete the configuration there");
    }
    return new Finding(
        hook.fail() ? Severity.WARNING : Severity.NOTE,
        FindingCode.WEBHOOK_INTERCEPTS,
        Optional.of(hook.configuration()),
        "%s and may %s them%s"
            .formatted(
                sees,
                hook.mutates() ? "change" : "refuse",
                hook.fail() ? "; while it does not answer, they cannot be created" : ""),
        "");
  }

  private static String some(Map<String, Integer> counts) {
    List<String> words = new ArrayList<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(SHOWN)
        .forEach(e -> words.add(e.getValue() + " " + e.getKey()));
    return String.join(", ", words)
        + (counts.size() > SHOWN
            ? " and " + Amount.of(counts.size() - SHOWN, "kind") + " more"
            : "");
  }
}
