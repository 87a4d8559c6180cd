package dev.migrator.mover;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What can stand in a template as {@code ${...}}, and what it stands for in one transfer. */
final class Blanks {

  static final String KEY = "key";
  private static final String OF_FILES = "file:";
  private static final String OF_PARAMETERS = "with.";

  private Blanks() {}

  /** Every name that an object of this kind may use: the key in a Secret only. */
  static SortedSet<String> names(
      SortedMap<String, String> files, SortedMap<String, Parameter> parameters, String kind) {
    SortedSet<String> names = new TreeSet<>();
    names.addAll(List.of("name", "namespace", "claim", "about", "run", "node", "side"));
    if (kind.equals("Job")) {
      names.addAll(List.of("pass", "host", "port"));
    }
    if (kind.equals("Secret")) {
      names.add(KEY);
    }
    files.keySet().forEach(file -> names.add(OF_FILES + file));
    parameters.keySet().forEach(parameter -> names.add(OF_PARAMETERS + parameter));
    return names;
  }

  /** What each name stands for at one side. */
  static SortedMap<String, String> filled(
      SortedMap<String, String> files,
      SortedMap<String, Parameter> parameters,
      Side side,
      Values values) {
    SortedMap<String, String> filled = new TreeMap<>();
    filled.put("name", values.name());
    filled.put("namespace", values.namespace());
    filled.put("claim", values.claim());
    filled.put("about", values.about());
    filled.put("run", values.run());
    filled.put("node", values.node());
    filled.put("side", side.label());
    filled.put(KEY, values.key());
    filled.put("host", values.peer().map(Peer::host).orElse(""));
    filled.put("port", values.peer().map(peer -> Integer.toString(peer.port())).orElse(""));
    files.forEach((file, text) -> filled.put(OF_FILES + file, text));
    for (Map.Entry<String, Parameter> parameter : parameters.entrySet()) {
      String given = values.with().getOrDefault(parameter.getKey(), "");
      filled.put(
          OF_PARAMETERS + parameter.getKey(),
          given.isEmpty() ? parameter.getValue().initial() : given);
    }
    return filled;
  }

  /** Puts the marks over what the template has. */
  static void mark(ObjectNode metadata, Marks marks) {
    if (!marks.labels().isEmpty()) {
      new TreeMap<>(marks.labels()).forEach(metadata.withObject("/labels")::put);
    }
    if (!marks.annotations().isEmpty()) {
      new TreeMap<>(marks.annotations()).forEach(metadata.withObject("/annotations")::put);
    }
  }
}
