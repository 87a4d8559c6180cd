package dev.migrator.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.LabelSelector;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.graph.Reference.ToKind;
import dev.migrator.graph.Reference.ToObject;
import dev.migrator.graph.Reference.ToPods;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One order in which everything comes after what it needs. */
class DependencyGraphTest {

  private static final List<Strength> STRENGTHS =
      List.of(Strength.HARD, Strength.SOFT, Strength.WEAK);

  private static ObjectRef ref(String name) {
    return ObjectRef.core("ConfigMap", "n", name);
  }

  private static Reference to(String name, Strength strength) {
    return new ToObject(ref(name), strength, Condition.APPLIED, "spec." + name);
  }

  private static Node node(String name, Reference... references) {
    return new Node(ref(name), List.of(references), Map.of(), Offer.NOTHING);
  }

  private static List<String> order(DependencyGraph graph) {
    return graph.order().stream().map(ObjectRef::name).toList();
  }

  private static DependencyGraph graph(String... manifests) {
    return DependencyGraph.of(
        Arrays.stream(manifests)
            .map(
                yaml ->
                    Manifest.parse(
                        dev.migrator.model.Json.text(
                            dev.migrator.model.Yaml.parse(yaml).orElseThrow())))
            .map(References::node)
            .toList());
  }

  private static boolean isBefore(DependencyGraph graph, String one, String other) {
    List<String> order = graph.order().stream().map(ObjectRef::toString).toList();
    assertThat(order).contains(one, other);
    return order.indexOf(one) < order.indexOf(other);
  }

  @Test
  void neededObjectsComeFirst() {
    DependencyGraph graph =
        DependencyGraph.of(
            List.of(
                node("a", to("b", Strength.SOFT)),
                node("b", to("c", Strength.HARD)),
                node("c"),
                node("d")));
    assertThat(order(graph)).containsExactly("c", "b", "a", "d");
    assertThat(graph.broken()).isEmpty();
    assertThat(graph.why(ref("a"))).extracting(d -> d.to().name()).containsExactly("c", "b");
  }

  @Test
  void cyclesAreBrokenAtTheWeakestReferenceAndSaySo() {
    DependencyGraph graph =
        DependencyGraph.of(
            List.of(
                node("a", to("b", Strength.HARD)),
                node("b", to("c", Strength.SOFT)),
                node("c", to("a", Strength.WEAK))));
    assertThat(order(graph)).containsExactly("c", "b", "a");
    assertThat(graph.broken())
        .containsExactly(
            new Dependency(ref("c"), ref("a"), Strength.WEAK, Condition.APPLIED, "spec.a"));
  }

  @Test
  void aCycleOfHardReferencesAloneIsBrokenAndReportedAsHard() {
    DependencyGraph graph =
        DependencyGraph.of(
            List.of(node("a", to("b", Strength.HARD)), node("b", to("a", Strength.HARD))));
    assertThat(graph.broken()).extracting(Dependency::strength).containsExactly(Strength.HARD);
    assertThat(graph.order()).hasSize(2);
  }

  @Test
  void whatDoesNotTravelIsMissingUnlessItIsOptional() {
    DependencyGraph graph =
        DependencyGraph.of(
            List.of(node("a", to("gone", Strength.SOFT), to("optional", Strength.WEAK))));
    assertThat(graph.missing()).extracting(m -> m.to().name()).containsExactly("gone");
  }

  @Test
  void oneDependencyBetweenTwoTheStrongest() {
    DependencyGraph graph =
        DependencyGraph.of(
            List.of(
                node(
                    "a",
                    to("b", Strength.WEAK),
                    new ToObject(ref("b"), Strength.HARD, Condition.CURRENT, "spec.x"),
                    to("b", Strength.SOFT)),
                node("b")));
    assertThat(graph.all())
        .containsExactly(
            new Dependency(ref("a"), ref("b"), Strength.HARD, Condition.CURRENT, "spec.b"));
  }

  @Test
  void theServiceOfAStatefulSetComesFirstAndTheSelectorGivesWay() {
    DependencyGraph graph =
        graph(
            "{apiVersion: v1, kind: Service, metadata: {name: db, namespace: n}, spec: {clusterIP:"
                + " None, selector: {app: db}}}",
            "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: n}, spec:"
                + " {serviceName: db, template: {metadata: {labels: {app: db}}, spec: {containers:"
                + " []}}}}");
    assertThat(isBefore(graph, "Service/n/db", "StatefulSet.apps/n/db")).isTrue();
    assertThat(graph.broken()).extracting(Dependency::field).containsExactly("spec.selector");
  }

  /** migtools/crane#266: in the order of the alphabet, bindings came before their roles. */
  @Test
  void crane266RolesAndAccountsComeBeforeBindings() {
    DependencyGraph graph =
        graph(
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a,"
                + " namespace: n}, roleRef: {kind: Role, name: z}, subjects: [{kind:"
                + " ServiceAccount, name: z}]}",
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: z, namespace:"
                + " n}}",
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: z, namespace: n}}");
    String binding = "RoleBinding.rbac.authorization.k8s.io/n/a";
    assertThat(isBefore(graph, "Role.rbac.authorization.k8s.io/n/z", binding)).isTrue();
    assertThat(isBefore(graph, "ServiceAccount/n/z", binding)).isTrue();
  }

  /** libopenstorage/stork#1161: needed definitions were missing. */
  @Test
  void stork1161DefinitionsAndConvertersComeBeforeTheirObjects() {
    DependencyGraph graph =
        graph(
            "{apiVersion: acme.example/v1, kind: Widget, metadata: {name: a}}",
            "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name:"
                + " widgets.acme.example}, spec: {group: acme.example, names: {kind: Widget},"
                + " conversion: {webhook: {clientConfig: {service: {namespace: z, name: s}}}}}}",
            "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: z}, spec: {selector:"
                + " {app: op}}}",
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: op, namespace: z}, spec:"
                + " {template: {metadata: {labels: {app: op}}, spec: {containers: []}}}}");
    assertThat(order(graph)).containsExactly("op", "s", "widgets.acme.example", "a");
    List<Dependency> needs =
        graph.dependencies(ObjectRef.clusterScoped("acme.example", "Widget", "a"));
    assertThat(needs)
        .extracting(d -> d.to().kind() + " " + d.strength() + " " + d.condition())
        .containsExactly("CustomResourceDefinition HARD CURRENT", "Service SOFT CURRENT");
  }

  /** vmware-tanzu/velero#4707: owner references are kept where the owner is there first. */
  @Test
  void velero4707OwnersComeBeforeWhatTheyOwn() {
    DependencyGraph graph =
        graph(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: n, ownerReferences:"
                + " [{apiVersion: acme.example/v1, kind: Widget, name: z}, {apiVersion: v1, kind:"
                + " Namespace, name: n}]}}",
            "{apiVersion: acme.example/v1, kind: Widget, metadata: {name: z, namespace: n}}");
    assertThat(order(graph)).containsExactly("z", "a");
    assertThat(graph.missing()).extracting(m -> m.to().kind()).doesNotContain("Widget");
  }

  @Test
  void objectsOfAnAggregatedApiNeedItsRegistration() {
    DependencyGraph graph =
        graph(
            "{apiVersion: wardle.example.com/v1, kind: Flunder, metadata: {name: a}}",
            "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name:"
                + " v1.wardle.example.com}, spec: {group: wardle.example.com, version: v1, service:"
                + " {name: s, namespace: z}}}");
    assertThat(order(graph)).containsExactly("v1.wardle.example.com", "a");
  }

  /** vmware-tanzu/velero#2443, #4847: webhooks before their backends block everything. */
  @Test
  void velero2443AndVelero4847WebhooksComeAfterTheirBackends() {
    DependencyGraph graph =
        graph(
            "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration,"
                + " metadata: {name: a}, webhooks: [{clientConfig: {service: {namespace: z, name:"
                + " s}}}]}",
            "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: z}, spec: {selector:"
                + " {app: hook}}}",
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: hook, namespace: z}, spec:"
                + " {template: {metadata: {labels: {app: hook}}, spec: {containers: []}}}}");
    assertThat(order(graph)).containsExactly("hook", "s", "a");
    assertThat(graph.all())
        .anyMatch(
            d ->
                d.to().kind().equals("Service")
                    && d.strength() == Strength.HARD
                    && d.condition() == Condition.CURRENT);
  }

  @Test
  void quotasAndLimitsComeBeforePodsAndGrantsBeforeRoutes() {
    DependencyGraph graph =
        graph(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: n}, spec:"
                + " {template: {spec: {containers: []}}}}",
            "{apiVersion: v1, kind: ResourceQuota, metadata: {name: z, namespace: n}}",
            "{apiVersion: v1, kind: ResourceQuota, metadata: {name: other, namespace: m}}",
            "{apiVersion: v1, kind: LimitRange, metadata: {name: z, namespace: n}}",
            "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r,"
                + " namespace: n}, spec: {rules: [{backendRefs: [{name: s, namespace: z}]}]}}",
            "{apiVersion: gateway.networking.k8s.io/v1, kind: ReferenceGrant, metadata: {name: g,"
                + " namespace: z}}");
    assertThat(isBefore(graph, "ResourceQuota/n/z", "Deployment.apps/n/d")).isTrue();
    assertThat(isBefore(graph, "LimitRange/n/z", "Deployment.apps/n/d")).isTrue();
    assertThat(
            isBefore(
                graph,
                "ReferenceGrant.gateway.networking.k8s.io/z/g",
                "HTTPRoute.gateway.networking.k8s.io/n/r"))
        .isTrue();
    assertThat(graph.dependencies(new ObjectRef("apps", "Deployment", "n", "d"))).hasSize(2);
  }

  @Test
  void theParametersOfAPolicyAreOfTheKindThatItNames() {
    DependencyGraph graph =
        graph(
            "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding,"
                + " metadata: {name: b}, spec: {policyName: p, paramRef: {name: x, namespace: z}}}",
            "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy,"
                + " metadata: {name: p}, spec: {paramKind: {apiVersion: v1, kind: ConfigMap}}}",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: z}}");
    assertThat(
            isBefore(
                graph,
                "ConfigMap/z/x",
                "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io//b"))
        .isTrue();
  }

  @RepeatedTest(200)
  void randomGraphsHaveAnOrderInWhichNoHardEdgeIsBroken(RepetitionInfo repetition) {
    long seed = 0xACE0_0000L + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int size = 2 + random.nextInt(60);
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      nodes.add(randomNode(random, i, size));
    }
    DependencyGraph graph = DependencyGraph.of(nodes);
    Map<ObjectRef, Integer> place = new HashMap<>();
    graph.order().forEach(ref -> place.put(ref, place.size()));
    assertThat(place).as("seed " + seed).hasSize(size);
    for (Dependency dependency : graph.all()) {
      assertThat(place.getOrDefault(dependency.to(), -1))
          .as("seed %d: %s", seed, dependency)
          .isLessThan(place.getOrDefault(dependency.from(), -1));
    }
    assertThat(graph.broken()).as("seed " + seed).noneMatch(d -> d.strength() == Strength.HARD);
    Set<Dependency> all = new HashSet<>(graph.all());
    assertThat(graph.broken()).as("seed " + seed).noneMatch(all::contains).doesNotHaveDuplicates();
    Collections.shuffle(nodes, random);
    DependencyGraph again = DependencyGraph.of(nodes);
    assertThat(again.order()).as("seed " + seed).isEqualTo(graph.order());
    assertThat(again.broken()).as("seed " + seed).isEqualTo(graph.broken());
  }

  /** Hard references go to earlier nodes only, so that they alone close no cycle. */
  private static Node randomNode(Random random, int i, int size) {
    List<Reference> references = new ArrayList<>();
    for (int n = random.nextInt(5); n > 0; n--) {
      int other = random.nextInt(size);
      Strength strength = STRENGTHS.get(random.nextInt(3));
      if (strength != Strength.HARD || other < i) {
        references.add(
            new ToObject(
                ref("n" + other),
                strength,
                random.nextBoolean() ? Condition.APPLIED : Condition.CURRENT,
                "spec.r" + n));
      }
    }
    if (random.nextInt(4) == 0) {
      references.add(
          new ToPods(
              "n",
              new LabelSelector(Map.of("l", "" + random.nextInt(3)), List.of()),
              Strength.WEAK,
              Condition.APPLIED,
              "spec.selector"));
    }
    return new Node(ref("n" + i), references, Map.of("l", "" + random.nextInt(3)), Offer.NOTHING);
  }

  /** Half workloads, half Services that select one each, in namespaces of a thousand. */
  private static List<Node> shop(int objects) {
    List<Node> nodes = new ArrayList<>(objects);
    for (int i = 0; i < objects / 2; i++) {
      String namespace = "n" + i / 1_000;
      Map<String, String> labels =
          Map.of("app", "a" + i, "part-of", "shop", "tier", i % 2 == 0 ? "web" : "db");
      nodes.add(
          new Node(
              new ObjectRef("apps", "Deployment", namespace, "d" + i),
              List.of(new ToKind(namespace, "ResourceQuota", "metadata.namespace")),
              labels,
              Offer.NOTHING));
      nodes.add(
          new Node(
              ObjectRef.core("Service", namespace, "s" + i),
              List.of(
                  new ToPods(
                      namespace,
                      new LabelSelector(labels, List.of()),
                      Strength.WEAK,
                      Condition.APPLIED,
                      "spec.selector")),
              Map.of(),
              Offer.NOTHING));
    }
    return nodes;
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, 100_000})
  void selectorsLookAtAsManyWorkloadsAsTheySelect(int objects) {
    List<Node> nodes = shop(objects);
    PodIndex index = new PodIndex(nodes);
    int selected = 0;
    for (Node node : nodes) {
      for (Reference reference : node.references()) {
        if (reference instanceof ToPods pods) {
          selected += index.select(pods.namespace(), pods.selector()).size();
        }
      }
    }
    assertThat(selected).isEqualTo(objects / 2);
    assertThat(index.examined()).isEqualTo(objects / 2);
    assertThat(DependencyGraph.of(nodes).all()).hasSize(objects / 2);
  }

  @Test
  void theSameQuestionIsAnsweredOnceAndBroadOnesOrderNothing() {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      nodes.add(
          new Node(
              new ObjectRef("apps", "Deployment", "n", "d" + i),
              List.of(),
              Map.of("all", "yes", "few", "f" + i / 50),
              Offer.NOTHING));
    }
    PodIndex index = new PodIndex(nodes);
    LabelSelector few = new LabelSelector(Map.of("few", "f7"), List.of());
    assertThat(index.select("n", few)).hasSize(50);
    assertThat(index.select("n", few)).hasSize(50);
    assertThat(index.examined()).isEqualTo(50);
    assertThat(index.select("n", new LabelSelector(Map.of("all", "yes"), List.of()))).isEmpty();
    assertThat(
            index.select(
                "n",
                new LabelSelector(
                    Map.of(), List.of(new Reference.Expression("few", "In", List.of("f1"))))))
        .hasSize(50);
    assertThat(
            index.select(
                "n",
                new LabelSelector(
                    Map.of("few", "f3"),
                    List.of(new Reference.Expression("all", "DoesNotExist", List.of())))))
        .isEmpty();
    assertThat(index.examined()).isEqualTo(150);
  }
}
