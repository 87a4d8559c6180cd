package dev.migrator.graph;

import dev.migrator.model.ObjectRef;
import java.util.List;
import java.util.Map;

/**
 * One object as the graph sees it.
 *
 * @param references what it says that it needs, in the order of its fields
 * @param podLabels the labels of the pods that it makes; empty when it makes none
 * @param offer what others can need it for
 */
public record Node(
    ObjectRef ref, List<Reference> references, Map<String, String> podLabels, Offer offer) {

  public Node {
    references = List.copyOf(references);
    podLabels = Map.copyOf(podLabels);
  }
}
