package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Namespaces that have another name at the target, in every field that names one.
 *
 * <p>Before, with {@code old: new}: {@code metadata.namespace: old, subjects: [{namespace: old},
 * {kind: Group, name: "system:serviceaccounts:old"}]}. After: {@code metadata.namespace: new,
 * subjects: [{namespace: new}, {kind: Group, name: "system:serviceaccounts:new"}]}. The fields:
 * names of Namespaces; subjects of bindings; services of webhooks, definitions and APIServices;
 * claimRef and secrets of volumes; secrets of storage classes; namespace selectors by name and
 * lists of namespaces in affinities; annotations that name an object of a namespace, of
 * cert-manager, ingress-nginx and Traefik; {@code depends-on}; references of the gateway API; the
 * destination of an Argo CD Application.
 */
final class NamespaceMapping implements SanitizeRule {

  private static final String NAME_LABEL = "kubernetes.io/metadata.name";
  private static final String DEPENDS_ON = "config.kubernetes.io/depends-on";

  private final Map<String, String> mapping;

  NamespaceMapping(Map<String, String> mapping) {
    this.mapping = mapping;
  }

  @Override
  public void apply(Draft draft) {
    if (mapping.isEmpty()) {
      return;
    }
    if (draft.is("Namespace")) {
      rename(draft.metadata(), "name");
      return;
    }
    rename(draft.metadata(), "namespace");
    Draft.objects(draft.tree(), "subjects").forEach(this::subject);
    services(draft);
    volumes(draft);
    annotations(draft);
    selectors(draft.tree().path("webhooks"));
    selectors(draft.tree().path("spec"));
    if (draft.source().ref().group().equals("gateway.networking.k8s.io")) {
      renameEverywhere(draft.tree().path("spec"));
    }
    if (draft.is("Application.argoproj.io")) {
      draft.object("spec", "destination").ifPresent(d -> rename(d, "namespace"));
    }
  }

  /** A ServiceAccount, or the names under which the API server knows one or all of a namespace. */
  private void subject(ObjectNode subject) {
    rename(subject, "namespace");
    String name = subject.path("name").asText();
    String[] parts = name.split(":", -1);
    boolean user = parts.length == 4 && name.startsWith("system:serviceaccount:");
    boolean group = parts.length == 3 && name.startsWith("system:serviceaccounts:");
    if (user || group) {
      parts[2] = mapping.getOrDefault(parts[2], parts[2]);
      subject.put("name", String.join(":", parts));
    }
  }

  private void services(Draft draft) {
    for (ObjectNode webhook : Draft.objects(draft.tree(), "webhooks")) {
      Draft.object(webhook, "clientConfig", "service").ifPresent(s -> rename(s, "namespace"));
    }
    draft.object("spec", "service").ifPresent(s -> rename(s, "namespace"));
    draft
        .object("spec", "conversion", "webhook", "clientConfig", "service")
        .ifPresent(s -> rename(s, "namespace"));
  }

  private void volumes(Draft draft) {
    draft.object("spec", "claimRef").ifPresent(claim -> rename(claim, "namespace"));
    if (draft.is("PersistentVolume")) {
      draft.object("spec", "csi").ifPresent(this::renameEverywhere);
    }
    if (draft.is("StorageClass.storage.k8s.io")) {
      draft
          .object("parameters")
          .ifPresent(
              parameters ->
                  parameters.properties().stream()
                      .map(Map.Entry::getKey)
                      .filter(key -> key.endsWith("-secret-namespace"))
                      .toList()
                      .forEach(key -> rename(parameters, key)));
    }
  }

  private void annotations(Draft draft) {
    draft
        .object("metadata", "annotations")
        .ifPresent(
            annotations -> {
              KnownAnnotations.QUALIFIED_NAMES.forEach(key -> qualifiedName(annotations, key));
              KnownAnnotations.TRAEFIK_NAMES.forEach(key -> traefikNames(annotations, key));
              if (annotations.path(DEPENDS_ON).isTextual()) {
                String before = annotations.path(DEPENDS_ON).textValue();
                annotations.put(DEPENDS_ON, dependsOn(before));
              }
            });
  }

  private void qualifiedName(ObjectNode annotations, String key) {
    String[] parts = annotations.path(key).asText().split("/", -1);
    if (parts.length == 2 && mapping.containsKey(parts[0])) {
      annotations.put(key, mapping.get(parts[0]) + "/" + parts[1]);
    }
  }

  private void traefikNames(ObjectNode annotations, String key) {
    if (annotations.path(key).isTextual()) {
      String[] all = annotations.path(key).textValue().split(",", -1);
      for (int i = 0; i < all.length; i++) {
        all[i] = all[i].endsWith("@kubernetescrd") ? traefikName(all[i]) : all[i];
      }
      annotations.put(key, String.join(",", all));
    }
  }

  /** The longest namespace that fits: {@code a-b-c} may be {@code c} in {@code a-b}. */
  private String traefikName(String name) {
    String bare = name.strip();
    return mapping.keySet().stream()
        .filter(from -> bare.startsWith(from + "-"))
        .max(Comparator.comparingInt(String::length))
        .map(from -> name.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to(from))))
        .orElse(name);
  }

  private String to(String namespace) {
    return mapping.getOrDefault(namespace, namespace);
  }

  private String dependsOn(String text) {
    String[] all = text.split(",", -1);
    for (int i = 0; i < all.length; i++) {
      String[] parts = all[i].split("/", -1);
      if (parts.length == 5 && parts[1].equals("namespaces")) {
        parts[2] = mapping.getOrDefault(parts[2], parts[2]);
        all[i] = String.join("/", parts);
      }
    }
    return String.join(",", all);
  }

  /** Selectors of namespaces by name, and lists of namespaces, wherever they stand. */
  private void selectors(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (String field : List.of("namespaceSelector", "namespaces")) {
        Draft.object(object, field).ifPresent(this::selector);
      }
      renameItems(object.path("namespaces"));
      object.properties().forEach(e -> selectors(e.getValue()));
    } else if (node instanceof ArrayNode list) {
      list.forEach(this::selectors);
    }
  }

  private void selector(ObjectNode selector) {
    ObjectNode labels = selector.path("selector") instanceof ObjectNode inner ? inner : selector;
    Draft.object(labels, "matchLabels").ifPresent(l -> rename(l, NAME_LABEL));
    for (ObjectNode expression : Draft.objects(labels, "matchExpressions")) {
      if (expression.path("key").asText().equals(NAME_LABEL)) {
        renameItems(expression.path("values"));
      }
    }
    renameItems(selector.path("matchNames"));
  }

  private void renameItems(JsonNode names) {
    if (names instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        String to = list.get(i).isTextual() ? mapping.get(list.get(i).textValue()) : null;
        if (to != null) {
          list.set(i, TextNode.valueOf(to));
        }
      }
    }
  }

  /**
   * In what has no definition that we know, such as a status: every field whose name ends with
   * {@code namespace}, and every list called {@code namespaces}.
   */
  void renameWhereNamed(JsonNode node) {
    if (node instanceof ObjectNode object) {
      renameItems(object.path("namespaces"));
      for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
        if (field.getKey().toLowerCase(Locale.ROOT).endsWith("namespace")) {
          rename(object, field.getKey());
        }
        renameWhereNamed(field.getValue());
      }
    } else if (node instanceof ArrayNode list) {
      list.forEach(this::renameWhereNamed);
    }
  }

  private void renameEverywhere(JsonNode node) {
    if (node instanceof ObjectNode object) {
      rename(object, "namespace");
      object.properties().forEach(e -> renameEverywhere(e.getValue()));
    } else if (node instanceof ArrayNode list) {
      list.forEach(this::renameEverywhere);
    }
  }

  private void rename(ObjectNode owner, String field) {
    String to = mapping.get(owner.path(field).asText());
    if (to != null && owner.path(field).isTextual()) {
      owner.put(field, to);
    }
  }
}
