package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Namespaces that have another name at the target, in every place that names one.
 *
 * <p>Before, with {@code old: new}: {@code metadata.namespace: old, subjects: [{namespace: old}],
 * args: [http://web.old.svc]}. After: {@code metadata.namespace: new, subjects: [{namespace: new}],
 * args: [http://web.new.svc]}. Text is only changed where it has the form of a Service's DNS name
 * ({@code NAME.old.svc}), and only in env values, args, commands, ConfigMap data and ExternalName.
 */
final class NamespaceMapping implements SanitizeRule {

  private static final Pattern SERVICE =
      Pattern.compile(
          "(?<![A-Za-z0-9.-])([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\\.([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\\.svc(?![A-Za-z0-9-])");

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
    for (ObjectNode subject : Draft.objects(draft.tree(), "subjects")) {
      rename(subject, "namespace");
    }
    for (ObjectNode webhook : Draft.objects(draft.tree(), "webhooks")) {
      Draft.object(webhook, "clientConfig", "service").ifPresent(s -> rename(s, "namespace"));
    }
    draft.object("spec", "service").ifPresent(s -> rename(s, "namespace"));
    draft
        .object("spec", "conversion", "webhook", "clientConfig", "service")
        .ifPresent(s -> rename(s, "namespace"));
    draft.object("spec", "claimRef").ifPresent(claim -> rename(claim, "namespace"));
    if (draft.source().ref().group().equals("gateway.networking.k8s.io")) {
      renameEverywhere(draft.tree().path("spec"));
    }
    texts(draft);
  }

  private void texts(Draft draft) {
    for (ObjectNode spec : draft.podSpecs()) {
      for (ObjectNode container : Draft.containers(spec)) {
        Draft.objects(container, "env").forEach(env -> rewrite(env, "value"));
        rewriteItems(container, "args");
        rewriteItems(container, "command");
      }
    }
    if (draft.is("ConfigMap")) {
      draft
          .object("data")
          .ifPresent(data -> data.properties().forEach(e -> rewrite(data, e.getKey())));
    }
    if (draft.is("Service")) {
      draft.object("spec").ifPresent(spec -> rewrite(spec, "externalName"));
    }
  }

  private void renameEverywhere(JsonNode node) {
    if (node instanceof ObjectNode object) {
      rename(object, "namespace");
      object.properties().forEach(e -> renameEverywhere(e.getValue()));
    } else if (node instanceof ArrayNode list) {
      for (Iterator<JsonNode> items = list.elements(); items.hasNext(); ) {
        renameEverywhere(items.next());
      }
    }
  }

  private void rename(ObjectNode owner, String field) {
    String to = mapping.get(owner.path(field).asText());
    if (to != null && owner.path(field).isTextual()) {
      owner.put(field, to);
    }
  }

  private void rewrite(ObjectNode owner, String field) {
    if (owner.path(field).isTextual()) {
      String before = owner.path(field).textValue();
      String after = rewrite(before);
      if (!after.equals(before)) {
        owner.put(field, after);
      }
    }
  }

  private void rewriteItems(ObjectNode owner, String field) {
    if (owner.get(field) instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i).isTextual()) {
          list.set(i, TextNode.valueOf(rewrite(list.get(i).textValue())));
        }
      }
    }
  }

  private String rewrite(String text) {
    Matcher matcher = SERVICE.matcher(text);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      String to = mapping.getOrDefault(matcher.group(2), matcher.group(2));
      matcher.appendReplacement(
          out, Matcher.quoteReplacement(matcher.group(1) + "." + to + ".svc"));
    }
    return matcher.appendTail(out).toString();
  }
}
