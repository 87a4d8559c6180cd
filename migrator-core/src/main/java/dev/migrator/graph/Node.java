package dev.migrator.graph;

import dev.migrator.model.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One object as the graph sees it.
 *
 * @param references what it says that it needs, in the order of its fields
 * @param podLabels the labels of the pods that it makes; empty when it makes none
 * @param defines the {@code Kind.group} that it defines, when it is a CustomResourceDefinition or
 *     an aggregated API's {@code group/version}
 */
public record Node(
    ObjectRef ref,
    List<Reference> references,
    Map<String, String> podLabels,
    Optional<String> defines) {

  public Node {
    references = List.copyOf(references);
    podLabels = Map.copyOf(podLabels);
  }
}
