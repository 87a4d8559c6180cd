package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.migrator.classify.Classifier;
import dev.migrator.model.Amount;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Advice of the eight factors: what keeps a cluster from being replaceable. Good to know, and never
 * in the way of a move.
 *
 * <p>Factor 2: images that are not pinned. Factor 6: the name of this cluster, or an address inside
 * of it, in definitions. Factor 8: workloads that do not say what they must be protected from, and
 * StatefulSets.
 */
public final class Factors implements Check {

  private static final Pattern INSIDE =
      Pattern.compile("[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\\.svc\\.cluster\\.local(?![A-Za-z0-9-])");

  private static final Set<String> COMMON =
      Set.of("default", "kubernetes", "cluster", "source", "local", "admin");

  private final String label;
  private final Optional<Pattern> clusterName;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<ObjectRef, List<ObjectRef>> unlabelled = new TreeMap<>();

  /**
   * @param label the key of the protection label
   * @param context the name of the context of the source
   */
  public Factors(String label, String context) {
    this.label = label;
    this.clusterName = pattern(context);
  }

  /** Of {@code user@name}, of an ARN and of {@code gke_project_zone_name} the name is the last. */
  private static Optional<Pattern> pattern(String context) {
    Set<String> names = new TreeSet<>();
    names.add(context);
    names.add(context.replaceFirst("^.*[@/]", ""));
    if (context.startsWith("gke_")) {
      names.add(context.replaceFirst("^.*_", ""));
    }
    List<String> quoted =
        names.stream()
            .filter(n -> n.length() > 4 && !COMMON.contains(n.toLowerCase(Locale.ROOT)))
            .map(Pattern::quote)
            .toList();
    return quoted.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Pattern.compile(
                "(?<![A-Za-z0-9_-])(?:" + String.join("|", quoted) + ")(?![A-Za-z0-9_-])"));
  }

  @Override
  public void see(CheckedObject seen) {
    Manifest object = seen.body();
    JsonNode spec = PodSecurity.podSpec(object).orElse(MissingNode.getInstance());
    for (String list : List.of("initContainers", "containers")) {
      int index = 0;
      for (JsonNode container : spec.path(list)) {
        container(object, container, list + "[" + index++ + "]");
      }
    }
    if (object.ref().groupKind().equals("ConfigMap")) {
      object
          .at("data")
          .properties()
          .forEach(e -> text(object, "data." + e.getKey(), e.getValue().asText()));
    }
    if (object.kind().equals("Ingress")) {
      int index = 0;
      for (JsonNode rule : object.at("spec", "rules")) {
        text(object, "spec.rules[" + index++ + "].host", rule.path("host").asText());
      }
    }
    if (object.ref().groupKind().equals("StatefulSet.apps")) {
      add(
          object,
          FindingCode.FACTOR_8_STATEFUL_SET,
          "kind: a StatefulSet keeps its state inside the cluster, so the cluster cannot be"
              + " replaced without it");
    }
    if (Classifier.isWorkload(object.ref()) && !isLabelled(object)) {
      unlabelled
          .computeIfAbsent(ObjectRef.namespace(object.namespace()), k -> new ArrayList<>())
          .add(seen.ref());
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    List<Finding> all = new ArrayList<>(move.ofTravelling(findings));
    unlabelled.values().forEach(refs -> refs.removeIf(ref -> !move.travels(ref)));
    unlabelled.values().removeIf(List::isEmpty);
    unlabelled.forEach(
        (namespace, refs) -> {
          List<String> sorted =
              refs.stream().map(ref -> ref.kind() + " " + ref.name()).sorted().toList();
          all.add(
              new Finding(
                  FindingCode.FACTOR_8_UNLABELLED,
                  namespace,
                  "metadata.labels[%s]: %s protected from: %s%s"
                      .formatted(
                          label,
                          Amount.of(
                              sorted.size(),
                              "workload in it does not say what it must be",
                              "workloads in it do not say what they must be"),
                          String.join(", ", sorted.subList(0, Math.min(3, sorted.size()))),
                          sorted.size() > 3 ? ", ..." : ""),
                  "migrator classify --unlabelled shows the commands"));
        });
    return all;
  }

  private void container(Manifest object, JsonNode container, String field) {
    String image = container.path("image").asText("");
    String name = image.substring(image.lastIndexOf('/') + 1);
    if (!image.isEmpty() && !image.contains("@sha256:")) {
      String tag = name.contains(":") ? name.substring(name.indexOf(':') + 1) : "";
      if (tag.isEmpty() || tag.equals("latest")) {
        add(
            object,
            FindingCode.FACTOR_2_UNPINNED_IMAGE,
            field
                + ".image: "
                + image
                + " is not pinned: the target may get another one than the source runs");
      }
    }
    int index = 0;
    for (JsonNode env : container.path("env")) {
      text(object, field + ".env[" + index++ + "].value", env.path("value").asText(""));
    }
    for (String list : List.of("command", "args")) {
      index = 0;
      for (JsonNode item : container.path(list)) {
        text(object, field + "." + list + "[" + index++ + "]", item.asText());
      }
    }
  }

  private void text(Manifest object, String field, String text) {
    if (clusterName.isPresent() && clusterName.get().matcher(text).find()) {
      add(
          object,
          FindingCode.FACTOR_6_CLUSTER_NAME,
          field
              + " holds the name of the source's context: at the target it names the wrong"
              + " cluster");
    }
    if (text.contains(".svc.cluster.local")) {
      Matcher inside = INSIDE.matcher(text);
      if (inside.find()) {
        add(
            object,
            FindingCode.FACTOR_6_INNER_ADDRESS,
            field
                + " holds "
                + inside.group()
                + ", an address that is known inside a cluster only");
      }
    }
  }

  private boolean isLabelled(Manifest object) {
    return object.labels().containsKey(label)
        || object.at("spec", "template", "metadata", "labels").has(label)
        || object.at("spec", "jobTemplate", "metadata", "labels").has(label)
        || object.at("spec", "jobTemplate", "spec", "template", "metadata", "labels").has(label);
  }

  private void add(Manifest object, FindingCode code, String message) {
    findings.add(new Finding(Severity.NOTE, code, Optional.of(object.ref()), message, ""));
  }
}
