package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DNS names of Services in texts, where their namespace has another name at the target.
 *
 * <p>Before, with {@code old: new}: {@code args: [http://web.old.svc]}. After: {@code args:
 * [http://web.new.svc]}. Only what has the form {@code NAME.old.svc} is changed, with or without
 * labels before it, and only in: annotations, env values, args, commands, ConfigMap data, a
 * Service's externalName, urls of webhooks.
 */
final class ServiceNames implements SanitizeRule {

  private static final String LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";

  private static final Pattern SERVICE =
      Pattern.compile(
          "(?<![A-Za-z0-9._-])((?:_?%1$s\\.){1,4})(%1$s)\\.svc(?![A-Za-z0-9_-])".formatted(LABEL));

  private final Map<String, String> mapping;

  ServiceNames(Map<String, String> mapping) {
    this.mapping = mapping;
  }

  @Override
  public void apply(Draft draft) {
    if (mapping.isEmpty()) {
      return;
    }
    for (ObjectNode spec : draft.podSpecs()) {
      for (ObjectNode container : Draft.containers(spec)) {
        Draft.objects(container, "env").forEach(env -> rewrite(env, "value"));
        rewriteItems(container, "args");
        rewriteItems(container, "command");
      }
    }
    draft
        .object("metadata", "annotations")
        .ifPresent(all -> all.properties().forEach(e -> rewrite(all, e.getKey())));
    if (draft.is("ConfigMap")) {
      draft
          .object("data")
          .ifPresent(data -> data.properties().forEach(e -> rewrite(data, e.getKey())));
    }
    if (draft.is("Service")) {
      draft.object("spec").ifPresent(spec -> rewrite(spec, "externalName"));
    }
    for (ObjectNode webhook : Draft.objects(draft.tree(), "webhooks")) {
      Draft.object(webhook, "clientConfig").ifPresent(config -> rewrite(config, "url"));
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

  /** In every text of what has no definition that we know, such as a status. */
  void rewriteEverywhere(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
        rewrite(object, field.getKey());
        rewriteItems(object, field.getKey());
        rewriteEverywhere(field.getValue());
      }
    } else if (node instanceof ArrayNode list) {
      list.forEach(this::rewriteEverywhere);
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
    // Most texts are long and name no Service: the pattern is not tried on them.
    if (!text.contains(".svc")) {
      return text;
    }
    Matcher matcher = SERVICE.matcher(text);
    StringBuilder out = new StringBuilder(text.length() + 16);
    while (matcher.find()) {
      String to = mapping.getOrDefault(matcher.group(2), matcher.group(2));
      matcher.appendReplacement(out, Matcher.quoteReplacement(matcher.group(1) + to + ".svc"));
    }
    return matcher.appendTail(out).toString();
  }
}
