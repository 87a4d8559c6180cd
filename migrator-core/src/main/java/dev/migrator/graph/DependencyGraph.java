package dev.migrator.graph;

import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jgrapht.Graph;
import org.jgrapht.alg.connectivity.GabowStrongConnectivityInspector;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleDirectedGraph;
import org.jgrapht.traverse.TopologicalOrderIterator;

/**
 * Who needs whom among the objects that travel, without cycles.
 *
 * <p>Shape: at most one dependency between two objects, the strongest. Where references close a
 * cycle, the weakest that close it give way, in a fixed order and none in vain ({@link
 * CycleBreaker}), and are reported. A cycle of hard edges alone is broken too, and reported as
 * such. Same nodes, same graph, whatever their order.
 */
public final class DependencyGraph {

  private final Map<ObjectRef, List<Dependency>> dependencies;
  private final List<Dependency> broken;
  private final List<Missing> missing;
  private final List<ObjectRef> order;

  private DependencyGraph(
      Map<ObjectRef, List<Dependency>> dependencies,
      List<Dependency> broken,
      List<Missing> missing,
      List<ObjectRef> order) {
    this.dependencies = dependencies;
    this.broken = List.copyOf(broken);
    this.missing = List.copyOf(missing);
    this.order = List.copyOf(order);
  }

  /** Resolves every reference and breaks the cycles. */
  public static DependencyGraph of(Collection<Node> given) {
    List<Node> nodes = given.stream().sorted(Comparator.comparing(Node::ref)).toList();
    Resolver resolver = new Resolver(nodes);
    List<Dependency> all = resolver.resolve();
    Graph<ObjectRef, DefaultEdge> graph = new SimpleDirectedGraph<>(DefaultEdge.class);
    nodes.forEach(node -> graph.addVertex(node.ref()));
    all.forEach(d -> graph.addEdge(d.to(), d.from()));
    List<Dependency> broken = breakCycles(graph, all);
    Set<Dependency> gone = new HashSet<>(broken);
    Map<ObjectRef, List<Dependency>> kept = new LinkedHashMap<>();
    all.stream()
        .filter(d -> !gone.contains(d))
        .forEach(d -> kept.computeIfAbsent(d.from(), k -> new ArrayList<>(2)).add(d));
    kept.values().forEach(list -> list.sort(Comparator.comparing(Dependency::to)));
    List<ObjectRef> order = new ArrayList<>(nodes.size());
    new TopologicalOrderIterator<>(graph, Comparator.<ObjectRef>naturalOrder())
        .forEachRemaining(order::add);
    return new DependencyGraph(kept, broken, resolver.missing, order);
  }

  /** Every dependency between these, also those that close a cycle. */
  public static List<Dependency> needs(Collection<Node> given) {
    return new Resolver(given.stream().sorted(Comparator.comparing(Node::ref)).toList()).resolve();
  }

  /** What the object needs, sorted; empty when it needs nothing that travels. */
  public List<Dependency> dependencies(ObjectRef ref) {
    return List.copyOf(dependencies.getOrDefault(ref, List.of()));
  }

  /** All dependencies, by dependant and then by what is needed. */
  public List<Dependency> all() {
    return dependencies.values().stream().flatMap(List::stream).toList();
  }

  /** All objects, each after everything that it needs; the same for the same nodes. */
  public List<ObjectRef> order() {
    return order;
  }

  /** The edges that were left out because they close a cycle; sorted. */
  public List<Dependency> broken() {
    return broken;
  }

  /** References to what does not travel; sorted by referrer. */
  public List<Missing> missing() {
    return missing;
  }

  /**
   * The longest chain of needs that ends at the object: why it is where it is in the order.
   *
   * @return from the object that needs nothing to the object itself; empty when it needs nothing
   */
  public List<Dependency> why(ObjectRef ref) {
    Map<ObjectRef, Integer> depth = new HashMap<>();
    Map<ObjectRef, Dependency> deepest = new HashMap<>();
    for (ObjectRef one : order) {
      int most = 0;
      for (Dependency dependency : dependencies.getOrDefault(one, List.of())) {
        int through = depth.getOrDefault(dependency.to(), 0) + 1;
        if (through > most) {
          most = through;
          deepest.put(one, dependency);
        }
      }
      depth.put(one, most);
    }
    List<Dependency> chain = new ArrayList<>();
    Optional<Dependency> next = Optional.ofNullable(deepest.get(ref));
    while (next.isPresent()) {
      chain.addFirst(next.get());
      next = Optional.ofNullable(deepest.get(next.get().to()));
    }
    return List.copyOf(chain);
  }

  /** Takes out of the graph, in a fixed order, the edges that close cycles. */
  private static List<Dependency> breakCycles(
      Graph<ObjectRef, DefaultEdge> graph, List<Dependency> all) {
    Map<ObjectRef, Integer> knotOf = new HashMap<>();
    int number = 0;
    for (Set<ObjectRef> knot :
        new GabowStrongConnectivityInspector<>(graph).stronglyConnectedSets()) {
      number++;
      if (knot.size() > 1) {
        for (ObjectRef ref : knot) {
          knotOf.put(ref, number);
        }
      }
    }
    if (knotOf.isEmpty()) {
      return List.of();
    }
    List<Dependency> inside =
        all.stream()
            .filter(
                d ->
                    knotOf.containsKey(d.from()) && knotOf.get(d.from()).equals(knotOf.get(d.to())))
            .toList();
    List<Dependency> broken = CycleBreaker.breakCycles(inside).broken();
    broken.forEach(d -> graph.removeEdge(d.to(), d.from()));
    return broken;
  }

  /** Turns references into dependencies. */
  private static final class Resolver {

    private final List<Node> nodes;
    private final Set<ObjectRef> known = new HashSet<>();
    private final Map<String, Node> definitions = new HashMap<>();
    private final Map<String, List<ObjectRef>> byKind = new HashMap<>();
    private final Map<ObjectRef, String> parameters = new HashMap<>();
    private final PodIndex pods;
    private final List<Missing> missing = new ArrayList<>();

    Resolver(List<Node> nodes) {
      this.nodes = nodes;
      this.pods = new PodIndex(nodes);
      for (Node node : nodes) {
        known.add(node.ref());
        node.offer().defines().ifPresent(kind -> definitions.putIfAbsent(kind, node));
        node.offer().parameters().ifPresent(kind -> parameters.put(node.ref(), kind));
        byKind
            .computeIfAbsent(
                node.ref().namespace() + " " + node.ref().groupKind(), k -> new ArrayList<>())
            .add(node.ref());
      }
    }

    List<Dependency> resolve() {
      List<Dependency> all = new ArrayList<>(needs());
      Set<List<ObjectRef>> pairs = new HashSet<>();
      List<Dependency> following = following();
      if (!following.isEmpty()) {
        all.forEach(d -> pairs.add(List.of(d.from(), d.to())));
        following.stream().filter(d -> pairs.add(List.of(d.from(), d.to()))).forEach(all::add);
      }
      return all;
    }

    /** What is needed by those that come after it, as it says itself. */
    private List<Dependency> following() {
      List<Dependency> all = new ArrayList<>();
      for (Node node : nodes) {
        for (Reference reference : node.references()) {
          if (reference instanceof Reference.ToFollower after && known.contains(after.target())) {
            all.add(
                new Dependency(
                    after.target(),
                    node.ref(),
                    after.strength(),
                    after.condition(),
                    after.field()));
          }
        }
      }
      return all;
    }

    private List<Dependency> needs() {
      List<Dependency> all = new ArrayList<>();
      for (Node node : nodes) {
        Map<ObjectRef, Dependency> strongest = new TreeMap<>();
        for (Reference reference : node.references()) {
          for (ObjectRef to : targets(node, reference)) {
            add(strongest, node, to, reference.strength(), reference);
          }
          if (reference instanceof Reference.ToDefinition defined) {
            converter(defined).ifPresent(to -> add(strongest, node, to, Strength.SOFT, reference));
          }
        }
        all.addAll(strongest.values());
      }
      return all;
    }

    private static void add(
        Map<ObjectRef, Dependency> strongest,
        Node node,
        ObjectRef to,
        Strength strength,
        Reference reference) {
      if (!to.equals(node.ref())) {
        strongest.merge(
            to,
            new Dependency(node.ref(), to, strength, reference.condition(), reference.field()),
            Resolver::stronger);
      }
    }

    private List<ObjectRef> targets(Node node, Reference reference) {
      return switch (reference) {
        case Reference.ToObject named ->
            named(node, named.target(), named.strength(), named.field());
        case Reference.ToFollower after -> List.of();
        case Reference.ToKind all ->
            byKind.getOrDefault(all.namespace() + " " + all.groupKind(), List.of());
        case Reference.ToClaims made ->
            byKind.getOrDefault(made.namespace() + " PersistentVolumeClaim", List.of()).stream()
                .filter(claim -> made.isMade(claim.name()))
                .toList();
        case Reference.ToParameters of -> {
          String kind = parameters.getOrDefault(of.policy(), "");
          yield kind.isEmpty()
              ? List.of()
              : named(node, parameter(of, kind), of.strength(), of.field());
        }
        case Reference.ToPods selected -> pods.select(selected.namespace(), selected.selector());
        case Reference.ToDefinition defined ->
            Optional.ofNullable(definitions.get(defined.groupKind())).map(Node::ref).stream()
                .toList();
      };
    }

    private List<ObjectRef> named(Node node, ObjectRef to, Strength strength, String field) {
      if (known.contains(to)) {
        return List.of(to);
      }
      if (strength != Strength.WEAK) {
        missing.add(new Missing(node.ref(), to, strength, field));
      }
      return List.of();
    }

    private static ObjectRef parameter(Reference.ToParameters of, String groupKind) {
      int dot = groupKind.indexOf('.');
      return new ObjectRef(
          dot < 0 ? "" : groupKind.substring(dot + 1),
          dot < 0 ? groupKind : groupKind.substring(0, dot),
          of.namespace(),
          of.name());
    }

    private Optional<ObjectRef> converter(Reference.ToDefinition defined) {
      return Optional.ofNullable(definitions.get(defined.groupKind()))
          .flatMap(node -> node.offer().converter())
          .filter(known::contains);
    }

    private static Dependency stronger(Dependency one, Dependency other) {
      boolean first = one.strength().compareTo(other.strength()) <= 0;
      Strength strength = first ? one.strength() : other.strength();
      boolean current =
          one.condition() == Reference.Condition.CURRENT
              || other.condition() == Reference.Condition.CURRENT;
      return new Dependency(
          one.from(),
          one.to(),
          strength,
          current ? Reference.Condition.CURRENT : Reference.Condition.APPLIED,
          one.field());
    }
  }
}
