package dev.migrator.report;

import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The steps of a plan and what they need, as text for tools that draw graphs. */
public final class PlanGraph {

  private final Plan plan;
  private final Map<StepId, String> names = new LinkedHashMap<>();

  public PlanGraph(Plan plan) {
    this.plan = plan;
    int number = 0;
    for (Step step : plan.steps()) {
      names.put(step.id(), "s" + ++number);
    }
  }

  /** For <a href="https://mermaid.js.org/syntax/flowchart.html">Mermaid</a>. */
  public List<String> mermaid() {
    return lines("flowchart LR", "  %s[\"%s\"]", "  %s --> %s", "");
  }

  /** For <a href="https://graphviz.org/doc/info/lang.html">Graphviz</a>. */
  public List<String> dot() {
    return lines("digraph plan {", "  %s [label=\"%s\"];", "  %s -> %s;", "}");
  }

  private List<String> lines(String first, String node, String edge, String last) {
    List<String> lines = new java.util.ArrayList<>();
    lines.add(first);
    for (Step step : plan.steps()) {
      lines.add(node.formatted(name(step.id()), label(step)));
    }
    for (Step step : plan.steps()) {
      needs(step).forEach(need -> lines.add(edge.formatted(name(need), name(step.id()))));
    }
    if (!last.isEmpty()) {
      lines.add(last);
    }
    return List.copyOf(lines);
  }

  /**
   * What a step needs, without what its other needs imply: a gate waits for all steps above, and
   * drawing all of that would hide everything else.
   */
  private List<StepId> needs(Step step) {
    return switch (step) {
      case Step.OnObject on -> on.needs();
      case Step.Gate gate -> ends(gate.needs());
      case Step.Hook hook -> ends(hook.needs());
      case Step.Verify verify -> ends(verify.needs());
    };
  }

  private List<StepId> ends(List<StepId> needs) {
    java.util.Set<StepId> ends = new java.util.LinkedHashSet<>(needs);
    java.util.Set<StepId> among = new java.util.HashSet<>(needs);
    for (Step step : plan.steps()) {
      if (among.contains(step.id())) {
        step.needs().forEach(ends::remove);
      }
    }
    return List.copyOf(ends);
  }

  private String name(StepId id) {
    return names.getOrDefault(id, "unknown");
  }

  private static String label(Step step) {
    String text =
        switch (step) {
          case Step.OnObject on -> on.verb().label() + " " + RefText.of(on.object());
          case Step.Gate gate -> "gate " + gate.name();
          case Step.Hook hook -> "hook " + hook.point().label();
          case Step.Verify verify -> "verify";
        };
    return Printable.of(text).replace("\\", "/").replace("\"", "'");
  }
}
