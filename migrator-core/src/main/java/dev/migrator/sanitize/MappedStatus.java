package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A status that travels, where namespaces have another name at the target.
 *
 * <p>Before, with {@code old: new}: {@code {storageNamespace: old, url: http://web.old.svc, id:
 * old_web}}. After: {@code {storageNamespace: new, url: http://web.new.svc, id: old_web}}. Only
 * what says that it is a namespace, or a Service of one, is changed: the rest may be another word,
 * and is named.
 *
 * <p>Shape: pure.
 */
public final class MappedStatus {

  private final Map<String, String> mapping;
  private final NamespaceMapping fields;
  private final ServiceNames services;

  /**
   * @param namespaces the names of the source, with those of the target
   */
  public MappedStatus(Map<String, String> namespaces) {
    this.mapping =
        namespaces.entrySet().stream()
            .filter(e -> !e.getKey().equals(e.getValue()))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    this.fields = new NamespaceMapping(mapping);
    this.services = new ServiceNames(mapping);
  }

  /** What is written at the target; the given one is not changed. */
  public ObjectNode of(ObjectNode status) {
    ObjectNode mapped = status.deepCopy();
    if (!mapping.isEmpty()) {
      fields.renameWhereNamed(mapped);
      services.rewriteEverywhere(mapped);
    }
    return mapped;
  }

  /** The fields that still name a namespace by its old name, or seem to; sorted. */
  public Set<String> left(ObjectNode status) {
    Set<String> left = new TreeSet<>();
    ObjectNode mapped = of(status);
    // What was mapped onto a name that is itself mapped is right as it is.
    Set<String> olds =
        mapping.keySet().stream()
            .filter(old -> !mapping.containsValue(old))
            .collect(Collectors.toSet());
    for (Map.Entry<String, JsonNode> field : mapped.properties()) {
      String text = field.getKey() + " " + field.getValue();
      if (olds.stream().anyMatch(old -> names(text, old))) {
        left.add(field.getKey());
      }
    }
    return left;
  }

  private static boolean names(String text, String namespace) {
    return text.contains(namespace)
        && Pattern.compile("(?<![A-Za-z0-9-])" + Pattern.quote(namespace) + "(?![A-Za-z0-9-])")
            .matcher(text)
            .find();
  }
}
