package dev.migrator.mover;

import java.util.Map;

/** What every object and every pod of a transfer carries, by which a run knows its own. */
public record Marks(Map<String, String> labels, Map<String, String> annotations) {

  public Marks {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}
