package dev.migrator.classify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration;
import dev.migrator.migration.RuleMatch;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.Protection;
import dev.migrator.model.Shell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an object must be protected from: by its own label, then the user's rules, the label
 * of its pod template, its namespace's label, what is known of its kind, and last the user's
 * default for the undecided.
 *
 * <p>A namespace's label speaks for the workloads in it, and for what nobody knows. A ConfigMap or
 * a Service of a namespace labelled {@code duplication} stays what its kind is: to delete it at the
 * source early would take it away from everything else that uses it.
 *
 * <p>Where the user is strict, only labels of a workload or of its pod template decide.
 *
 * <p>Pure and deterministic.
 */
public final class Classifier {

  /** Kinds that run pods, or make objects that do. */
  private static final Set<String> WORKLOADS =
      Set.of(
          "Deployment.apps",
          "StatefulSet.apps",
          "DaemonSet.apps",
          "ReplicaSet.apps",
          "ReplicationController",
          "Pod",
          "Job.batch",
          "CronJob.batch");

  private static final String OF_TEMPLATE = "label of its pod template";
  private static final String OF_NAMESPACE = "label of its namespace";

  private final Migration.Classification settings;

  public Classifier(Migration.Classification settings) {
    this.settings = settings;
  }

  public static boolean isWorkload(ObjectRef ref) {
    return WORKLOADS.contains(ref.groupKind());
  }

  /**
   * @param namespaceLabels the labels of the object's namespace; empty for cluster-scoped objects
   */
  public Verdict classify(Manifest object, Map<String, String> namespaceLabels) {
    String key = settings.label().key();
    Map<String, String> said = new LinkedHashMap<>();
    put(said, "label", object.labels().get(key));
    templateLabel(object, key).ifPresent(value -> said.put(OF_TEMPLATE, value));
    for (Map.Entry<String, String> one : said.entrySet()) {
      Optional<Verdict> illegal = illegal(object, one.getKey(), one.getValue());
      if (illegal.isPresent()) {
        return illegal.get();
      }
    }
    if (said.values().stream().distinct().count() > 1) {
      return new Verdict.Illegal(
          Problem.of(
              ErrorCode.M1108,
              object.ref() + " has contradictory labels",
              key + " is " + said,
              "kubectl label "
                  + kubectl(object.ref())
                  + " "
                  + key
                  + "-   (or make both the same)"));
    }
    if (said.containsKey("label")) {
      return decided(said.get("label"), "label");
    }
    boolean strict = settings.strict() && isWorkload(object.ref());
    if (strict && said.isEmpty()) {
      return new Verdict.Undecided("strict: every workload must carry the label " + key);
    }
    for (int i = 0; i < settings.rules().size() && !strict; i++) {
      if (RuleMatch.matches(settings.rules().get(i), object)) {
        return new Verdict.Decided(settings.rules().get(i).protectFrom(), "rule " + (i + 1));
      }
    }
    if (!said.isEmpty()) {
      return decided(said.values().iterator().next(), OF_TEMPLATE);
    }
    return byNamespaceOrKnowledge(object, namespaceLabels.get(key));
  }

  private Verdict byNamespaceOrKnowledge(Manifest object, @Nullable String ofNamespace) {
    ObjectRef ref = object.ref();
    Optional<Knowledge.Entry> known = Knowledge.builtIn().of(ref);
    boolean unknown = known.flatMap(Knowledge.Entry::protection).isEmpty();
    if (ofNamespace != null && (isWorkload(ref) || unknown)) {
      return illegal(object, OF_NAMESPACE, ofNamespace)
          .orElseGet(() -> decided(ofNamespace, OF_NAMESPACE));
    }
    if (known.isPresent() && known.get().protection().isPresent()) {
      return new Verdict.Decided(
          known.get().protection().get(),
          "default for " + known.get().pattern() + ": " + known.get().reason());
    }
    if (settings.defaultForUndecided().isPresent()) {
      return new Verdict.Decided(settings.defaultForUndecided().get(), "--default-for undecided");
    }
    return new Verdict.Undecided(
        known
            .map(entry -> ref.groupKind() + ": " + entry.reason())
            .orElse("nothing is known of " + ref.groupKind()));
  }

  private Verdict decided(String value, String rule) {
    return protection(value)
        .<Verdict>map(p -> new Verdict.Decided(p, rule))
        .orElseThrow(() -> new IllegalStateException("checked before: " + value));
  }

  private Optional<Protection> protection(String value) {
    Migration.LabelNames names = settings.label();
    if (value.equals(names.loss())) {
      return Optional.of(Protection.LOSS);
    }
    if (value.equals(names.duplication())) {
      return Optional.of(Protection.DUPLICATION);
    }
    return value.equals(names.none()) ? Optional.of(Protection.NONE) : Optional.empty();
  }

  private Optional<Verdict> illegal(Manifest object, String where, String value) {
    if (protection(value).isPresent()) {
      return Optional.empty();
    }
    Migration.LabelNames names = settings.label();
    String key = names.key();
    List<String> parts = new ArrayList<>(List.of(value.split("[,._+-]", -1)));
    if (parts.contains(names.loss()) && parts.contains(names.duplication())) {
      return Optional.of(
          new Verdict.Illegal(
              Problem.of(
                  ErrorCode.M1108,
                  object.ref() + " asks for both protections",
                  "no tool can keep one copy always running and never have two: split it, or give"
                      + " it a protocol of its own (leader election on storage that both clusters"
                      + " share), then label it "
                      + names.loss(),
                  set(object, where, key, names.duplication()))));
    }
    return Optional.of(
        new Verdict.Illegal(
            Problem.of(
                ErrorCode.M1101,
                object.ref() + " has the " + where + " " + key + "=" + value,
                "legal values are "
                    + names.loss()
                    + ", "
                    + names.duplication()
                    + " and "
                    + names.none(),
                set(object, where, key, names.duplication()))));
  }

  /** The command that makes the label legal where it is: another one beside it changes nothing. */
  private static String set(Manifest object, String where, String key, String value) {
    if (where.equals(OF_TEMPLATE)) {
      List<String> path = templatePath(object, key);
      ObjectNode patch = Json.object();
      ObjectNode labels = patch;
      for (String name : path) {
        labels = labels.withObjectProperty(name);
      }
      labels.put(key, value);
      return "kubectl %spatch %s %s --type merge -p %s"
          .formatted(
              object.namespace().isEmpty() ? "" : "-n " + object.namespace() + " ",
              object.ref().groupKind().toLowerCase(java.util.Locale.ROOT),
              object.name(),
              Shell.quoted(Json.text(patch)));
    }
    ObjectRef labelled =
        where.equals(OF_NAMESPACE) ? ObjectRef.namespace(object.namespace()) : object.ref();
    return "kubectl label --overwrite " + kubectl(labelled) + " " + key + "=" + value;
  }

  /** Of a CronJob, the template of its Jobs may carry the label too; the pods' comes first. */
  private static Optional<String> templateLabel(Manifest object, String key) {
    if (!isWorkload(object.ref()) || object.kind().equals("Pod")) {
      return Optional.empty();
    }
    JsonNode value = object.at(templatePath(object, key).toArray(String[]::new)).path(key);
    return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }

  /** Where the template's labels are that decide. */
  private static List<String> templatePath(Manifest object, String key) {
    if (!object.kind().equals("CronJob")) {
      return List.of("spec", "template", "metadata", "labels");
    }
    List<String> ofPods = List.of("spec", "jobTemplate", "spec", "template", "metadata", "labels");
    return object.at(ofPods.toArray(String[]::new)).path(key).isTextual()
        ? ofPods
        : List.of("spec", "jobTemplate", "metadata", "labels");
  }

  private static void put(Map<String, String> said, String where, @Nullable String value) {
    if (value != null) {
      said.put(where, value);
    }
  }

  /** The object as kubectl wants it named. */
  public static String kubectl(ObjectRef ref) {
    String type = ref.groupKind().toLowerCase(java.util.Locale.ROOT);
    return (ref.namespace().isEmpty() ? "" : "-n " + ref.namespace() + " ")
        + type
        + " "
        + ref.name();
  }
}
