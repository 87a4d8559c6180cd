package dev.migrator.graph;

import dev.migrator.model.ObjectRef;
import java.util.Collection;
import java.util.List;

/**
 * Graphs as text for other tools.
 *
 * <p>Source: <a href="https://graphviz.org/doc/info/lang.html">DOT</a>, <a
 * href="https://mermaid.js.org/syntax/flowchart.html">Mermaid</a>
 */
public final class GraphText {

  private GraphText() {}

  /** A digraph from dependant to what it needs; soft dependencies are dashed. */
  public static String dot(Collection<ObjectRef> objects, List<Dependency> dependencies) {
    StringBuilder out = new StringBuilder("digraph plan {\n  rankdir=LR;\n  node [shape=box];\n");
    objects.forEach(ref -> out.append("  ").append(quoted(ref)).append(";\n"));
    for (Dependency dependency : dependencies) {
      out.append("  ")
          .append(quoted(dependency.from()))
          .append(" -> ")
          .append(quoted(dependency.to()));
      out.append(dependency.strength() != Reference.Strength.HARD ? " [style=dashed];\n" : ";\n");
    }
    return out.append("}\n").toString();
  }

  /** A flowchart from dependant to what it needs; soft dependencies are dotted. */
  public static String mermaid(Collection<ObjectRef> objects, List<Dependency> dependencies) {
    StringBuilder out = new StringBuilder("flowchart LR\n");
    List<ObjectRef> numbered = List.copyOf(objects);
    java.util.Map<ObjectRef, Integer> numbers = new java.util.HashMap<>();
    for (int i = 0; i < numbered.size(); i++) {
      numbers.put(numbered.get(i), i);
      out.append("  n").append(i).append('[').append(quoted(numbered.get(i))).append("]\n");
    }
    for (Dependency dependency : dependencies) {
      out.append("  n").append(numbers.get(dependency.from()));
      out.append(dependency.strength() != Reference.Strength.HARD ? " -.-> n" : " --> n");
      out.append(numbers.get(dependency.to())).append('\n');
    }
    return out.toString();
  }

  private static String quoted(ObjectRef ref) {
    return "\"" + ref.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
