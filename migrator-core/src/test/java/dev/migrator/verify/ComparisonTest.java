package dev.migrator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.verify.Difference.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ComparisonTest {

  /**
   * Kind, what was sent and what is live (without apiVersion, kind and name; quotes are single),
   * and the paths that differ.
   */
  record Case(String why, String type, String sent, String live, List<String> wanted) {}

  private static Case same(String why, String type, String sent, String live) {
    return new Case(why, type, sent, live, List.of());
  }

  private static Case differs(String why, String type, String sent, String live, String... paths) {
    return new Case(why, type, sent, live, List.of(paths));
  }

  private static Manifest manifest(String type, String body) {
    int slash = type.lastIndexOf('/');
    ObjectNode tree =
        Json.object()
            .put("apiVersion", type.substring(0, slash))
            .put("kind", type.substring(slash + 1));
    ObjectNode metadata = Json.object().put("name", "x");
    tree.set("metadata", metadata);
    ObjectNode rest = Json.parseObject(("{" + body + "}").replace('\'', '"'));
    if (rest.remove("metadata") instanceof ObjectNode more) {
      metadata.setAll(more);
    }
    tree.setAll(rest);
    return Manifest.of(tree);
  }

  static Stream<Case> whatServersDo() {
    String d = "apps/v1/Deployment";
    String cr = "x.io/v1/Any";
    return Stream.of(
        same(
            "defaults are filled in",
            d,
            "'spec':{'a':1}",
            "'spec':{'a':1,'revisionHistoryLimit':10,'strategy':{'type':'RollingUpdate'}}"),
        same("status is not sent", d, "'status':{'replicas':3}", "'status':{'replicas':1}"),
        same(
            "servers' own metadata",
            d,
            "'metadata':{'uid':'1','resourceVersion':'1','generation':1,'creationTimestamp':null}",
            "'metadata':{'uid':'2','resourceVersion':'9','generation':4,'creationTimestamp':'2026-01-01T00:00:00Z','managedFields':[{}]}"),
        same(
            "an added annotation",
            d,
            "",
            "'metadata':{'annotations':{'migrator.dev/origin':'r/u/-'}}"),
        same(
            "an added label",
            "v1/Namespace",
            "'metadata':{'labels':{'a':'b'}}",
            "'metadata':{'labels':{'a':'b','kubernetes.io/metadata.name':'x'}}"),
        same(
            "the revision that each cluster counts",
            d,
            "'metadata':{'annotations':{'deployment.kubernetes.io/revision':'7'}}",
            "'metadata':{'annotations':{'deployment.kubernetes.io/revision':'1'}}"),
        same("null is dropped", cr, "'spec':{'a':null}", "'spec':{}"),
        same("null takes the default", d, "'spec':{'replicas':null}", "'spec':{'replicas':1}"),
        same(
            "empty values of typed kinds are dropped",
            d,
            "'spec':{'a':'','b':false,'c':0,'d':[],'e':{}}",
            "'spec':{}"),
        differs(
            "custom resources keep them",
            cr,
            "'spec':{'a':'','b':false,'c':0,'d':[],'e':{}}",
            "'spec':{}",
            "spec.a",
            "spec.b",
            "spec.c",
            "spec.d",
            "spec.e"),
        same(
            "a number written otherwise",
            cr,
            "'spec':{'a':1.10,'b':1e3}",
            "'spec':{'a':1.1,'b':1000}"),
        differs("another number", cr, "'spec':{'a':1.10}", "'spec':{'a':1.11}", "spec.a"),
        differs(
            "int is not string",
            "v1/Service",
            "'spec':{'ports':[{'port':80,'targetPort':80}]}",
            "'spec':{'ports':[{'port':80,'targetPort':'80'}]}",
            "spec.ports[80/TCP].targetPort"),
        same(
            "a named port stays",
            "v1/Service",
            "'spec':{'ports':[{'port':80,'targetPort':'web'}]}",
            "'spec':{'ports':[{'port':80,'protocol':'TCP','targetPort':'web','nodePort':30000}]}"),
        same(
            "the protocol has a default",
            "v1/Service",
            "'spec':{'ports':[{'port':80},{'port':81}]}",
            "'spec':{'ports':[{'port':81,'protocol':'TCP'},{'port':80,'protocol':'TCP'}]}"),
        same(
            "stringData becomes data",
            "v1/Secret",
            "'stringData':{'a':'b'}",
            "'data':{'a':'Yg=='}"),
        differs(
            "stringData that was not kept",
            "v1/Secret",
            "'stringData':{'a':'b'}",
            "'data':{'a':'eA=='}",
            "data.a"),
        same(
            "an aggregated role is filled",
            "rbac.authorization.k8s.io/v1/ClusterRole",
            "'aggregationRule':{'a':1},'rules':[]",
            "'aggregationRule':{'a':1},'rules':[{'verbs':['get']}]"),
        differs(
            "a plain role is not",
            "rbac.authorization.k8s.io/v1/ClusterRole",
            "'rules':[]",
            "'rules':[{'verbs':['get']}]",
            "rules[0]"),
        same(
            "an injected CA",
            "apiregistration.k8s.io/v1/APIService",
            "'metadata':{'annotations':{'cert-manager.io/inject-ca-from':'a/b'}},'spec':{'caBundle':'A'}",
            "'metadata':{'annotations':{'cert-manager.io/inject-ca-from':'a/b'}},'spec':{'caBundle':'B'}"),
        differs(
            "another CA that nobody injects",
            "apiregistration.k8s.io/v1/APIService",
            "'spec':{'caBundle':'A'}",
            "'spec':{'caBundle':'B'}",
            "spec.caBundle"),
        same(
            "endpoints are sorted",
            "v1/Endpoints",
            "'subsets':[{'addresses':[{'ip':'2'},{'ip':'1'}],'ports':[{'port':1}]}]",
            "'subsets':[{'ports':[{'port':1,'protocol':'TCP'}],'addresses':[{'ip':'1'},{'ip':'2'}]}]"),
        differs(
            "an endpoint is gone",
            "v1/Endpoints",
            "'subsets':[{'addresses':[{'ip':'2'},{'ip':'1'}]}]",
            "'subsets':[{'addresses':[{'ip':'2'}]}]",
            "subsets[0]",
            "subsets[?]"),
        same(
            "a pod gets a token and tolerations",
            "v1/Pod",
            "'spec':{'containers':[{'name':'a','volumeMounts':[]}],'tolerations':[{'key':'k'}]}",
            "'spec':{'volumes':[{'name':'kube-api-access-x'}],'containers':[{'name':'a','volumeMounts':[{'mountPath':'/t','name':'kube-api-access-x'}]}],'tolerations':[{'key':'n','operator':'Exists'},{'key':'k'}]}"),
        differs(
            "a pod's toleration is gone",
            "v1/Pod",
            "'spec':{'tolerations':[{'key':'k'}]}",
            "'spec':{'tolerations':[{'key':'n'}]}",
            "spec.tolerations[0]"),
        same(
            "a finalizer is added",
            "v1/PersistentVolumeClaim",
            "",
            "'metadata':{'finalizers':['kubernetes.io/pvc-protection']}"),
        same(
            "servers protect",
            "v1/PersistentVolumeClaim",
            "'metadata':{'finalizers':['a']}",
            "'metadata':{'finalizers':['kubernetes.io/pvc-protection','a']}"));
  }

  static Stream<Case> quantities() {
    String pod =
        "'spec':{'template':{'spec':{'containers':[{'name':'a','resources':{'limits':{'cpu':%s}}}]}}}";
    String path = "spec.template.spec.containers[name=a].resources.limits.cpu";
    String d = "apps/v1/Deployment";
    List<Case> cases = new ArrayList<>();
    for (String[] pair :
        new String[][] {
          {"'1000m'", "'1'"},
          {"1", "'1'"},
          {"1.5", "'1500m'"},
          {"'0.5'", "'500m'"},
          {"'1Gi'", "'1024Mi'"},
          {"'1e3'", "'1k'"},
          {"'1E3'", "'1k'"},
          {"'1000M'", "'1G'"},
          {"'.5'", "'500m'"},
          {"'1.'", "'1'"},
          {"'1E'", "'1000P'"},
          {"'+1'", "'1'"}
        }) {
      cases.add(same(pair[0], d, pod.formatted(pair[0]), pod.formatted(pair[1])));
    }
    for (String[] pair :
        new String[][] {
          {"'1000m'", "'2'"},
          {"'1G'", "'1Gi'"},
          {"'1m'", "'1M'"},
          {"'x'", "'1'"},
          {"''", "'1'"},
          {"'1 '", "'1'"},
          {"'.'", "'0'"}
        }) {
      cases.add(differs(pair[0], d, pod.formatted(pair[0]), pod.formatted(pair[1]), path));
    }
    cases.add(
        differs(
            "no quantity there",
            "v1/ConfigMap",
            "'data':{'limits':'1000m'}",
            "'data':{'limits':'1'}",
            "data.limits"));
    cases.add(
        differs(
            "custom resources are kept as they are",
            "x.io/v1/Any",
            "'spec':{'limits':{'cpu':'1000m'}}",
            "'spec':{'limits':{'cpu':'1'}}",
            "spec.limits.cpu"));
    cases.add(
        same(
            "quota",
            "v1/ResourceQuota",
            "'spec':{'hard':{'requests.cpu':1}}",
            "'spec':{'hard':{'requests.cpu':'1'}}"));
    cases.add(
        same(
            "limit range",
            "v1/LimitRange",
            "'spec':{'limits':[{'type':'Container','max':{'cpu':'1000m'}}]}",
            "'spec':{'limits':[{'type':'Container','max':{'cpu':'1'},'default':{'cpu':'1'}}]}"));
    cases.add(
        same(
            "volume",
            "v1/PersistentVolume",
            "'spec':{'capacity':{'storage':'1024Mi'}}",
            "'spec':{'capacity':{'storage':'1Gi'}}"));
    cases.add(
        same(
            "claim",
            "v1/PersistentVolumeClaim",
            "'spec':{'resources':{'requests':{'storage':'1024Mi'}}}",
            "'spec':{'resources':{'requests':{'storage':'1Gi'}}}"));
    return cases.stream();
  }

  static Stream<Case> realDifferences() {
    String d = "apps/v1/Deployment";
    String containers = "'spec':{'template':{'spec':{'containers':[%s]}}}";
    return Stream.of(
        differs(
            "another value", d, "'spec':{'replicas':3}", "'spec':{'replicas':2}", "spec.replicas"),
        differs(
            "zero is a value",
            d,
            "'spec':{'replicas':0}",
            "'spec':{'replicas':1}",
            "spec.replicas"),
        differs(
            "false is a value",
            "batch/v1/CronJob",
            "'spec':{'suspend':false}",
            "'spec':{'suspend':true}",
            "spec.suspend"),
        differs("a dropped field", d, "'spec':{'a':{'b':1}}", "'spec':{}", "spec.a"),
        differs("another type", d, "'spec':{'a':{'b':1}}", "'spec':{'a':[1]}", "spec.a"),
        differs(
            "an image",
            d,
            containers.formatted("{'name':'a','image':'x:1'}"),
            containers.formatted("{'name':'a','image':'x:2'}"),
            "spec.template.spec.containers[name=a].image"),
        differs(
            "a container is gone",
            d,
            containers.formatted("{'name':'a'},{'name':'b'}"),
            containers.formatted("{'name':'b'}"),
            "spec.template.spec.containers[name=a]"),
        differs(
            "a container was added",
            d,
            containers.formatted("{'name':'a'}"),
            containers.formatted("{'name':'spy'},{'name':'a'}"),
            "spec.template.spec.containers[name=spy]"),
        same(
            "containers have no order",
            d,
            containers.formatted("{'name':'a'},{'name':'b'}"),
            containers.formatted("{'name':'b'},{'name':'a'}")),
        differs(
            "arguments have",
            d,
            containers.formatted("{'name':'a','args':['x','y']}"),
            containers.formatted("{'name':'a','args':['y','x']}"),
            "spec.template.spec.containers[name=a].args[0]",
            "spec.template.spec.containers[name=a].args[1]"),
        differs(
            "an argument was added",
            d,
            containers.formatted("{'name':'a','args':['x']}"),
            containers.formatted("{'name':'a','args':['x','y']}"),
            "spec.template.spec.containers[name=a].args[1]"),
        differs(
            "an environment variable",
            d,
            containers.formatted("{'name':'a','env':[{'name':'A','value':'1'}]}"),
            containers.formatted("{'name':'a','env':[{'name':'A','value':'2'}]}"),
            "spec.template.spec.containers[name=a].env[name=A].value"),
        differs(
            "names that come twice go by position",
            d,
            containers.formatted(
                "{'name':'a','env':[{'name':'A','value':'1'},{'name':'A','value':'2'}]}"),
            containers.formatted(
                "{'name':'a','env':[{'name':'A','value':'2'},{'name':'A','value':'1'}]}"),
            "spec.template.spec.containers[name=a].env[0].value",
            "spec.template.spec.containers[name=a].env[1].value"),
        differs(
            "a label is gone",
            d,
            "'metadata':{'labels':{'a':''}}",
            "'metadata':{'labels':{}}",
            "metadata.labels.a"),
        differs(
            "labels' dots stay readable",
            d,
            "'metadata':{'labels':{'a.b/c':'1'}}",
            "'metadata':{'labels':{'a.b/c':'2'}}",
            "metadata.labels[\"a.b/c\"]"),
        differs(
            "more selected",
            d,
            "'spec':{'selector':{'matchLabels':{'a':'b'}}}",
            "'spec':{'selector':{'matchLabels':{'a':'b','c':'d'}}}",
            "spec.selector.matchLabels.c"),
        differs(
            "more selected by a Service",
            "v1/Service",
            "'spec':{'selector':{'a':'b'}}",
            "'spec':{'selector':{'a':'b','c':'d'}}",
            "spec.selector.c"),
        differs(
            "a key of a ConfigMap was added",
            "v1/ConfigMap",
            "'data':{'a':'b'}",
            "'data':{'a':'b','c':'d'}",
            "data.c"),
        differs(
            "an empty key of a ConfigMap is gone",
            "v1/ConfigMap",
            "'data':{'a':'b','c':''}",
            "'data':{'a':'b'}",
            "data.c"),
        differs(
            "another namespace",
            d,
            "'metadata':{'namespace':'a'}",
            "'metadata':{'namespace':'b'}",
            "metadata.namespace"),
        differs(
            "a rule was added",
            "rbac.authorization.k8s.io/v1/Role",
            "'rules':[{'verbs':['get']}]",
            "'rules':[{'verbs':['get']},{'verbs':['*']}]",
            "rules[1]"),
        differs(
            "lists of custom resources have an order",
            "x.io/v1/Any",
            "'spec':{'env':[{'name':'a'},{'name':'b'}]}",
            "'spec':{'env':[{'name':'b'},{'name':'a'}]}",
            "spec.env[0].name",
            "spec.env[1].name"));
  }

  @ParameterizedTest
  @MethodSource({"whatServersDo", "quantities", "realDifferences"})
  void everyCase(Case each) {
    List<Difference> found =
        Comparison.compare(manifest(each.type, each.sent), manifest(each.type, each.live));
    assertThat(found).extracting(Difference::path).as(each.why).isEqualTo(each.wanted);
    found.forEach(
        difference ->
            assertThat(difference.toString()).startsWith(difference.path()).doesNotEndWith("()"));
  }

  @Test
  void valuesOfSecretsAreNeverShown() {
    String canary = "Y2FuYXJ5";
    Manifest sent =
        manifest(
            "v1/Secret",
            "'data':{'a':'"
                + canary
                + "1','b':'"
                + canary
                + "2'},'type':'Opaque','metadata':{'annotations':{'x':'"
                + canary
                + "'}}");
    Manifest live =
        manifest(
            "v1/Secret",
            "'data':{'a':'"
                + canary
                + "3','c':'"
                + canary
                + "'},'type':'tls','metadata':{'annotations':{'x':'"
                + canary
                + "4'}}");
    List<Difference> found = Comparison.compare(sent, live);
    assertThat(found)
        .extracting(Difference::path)
        .containsExactly("metadata.annotations.x", "data.a", "data.b", "data.c", "type");
    assertThat(found.toString()).doesNotContain(canary).contains("(secret)").contains("tls");
    Manifest odd =
        manifest("v1/Secret", "'data':'" + canary + "','metadata':{'name':'" + canary + "'}");
    assertThat(Comparison.compare(sent, odd).toString()).doesNotContain(canary);
    assertThat(Comparison.compare(odd, sent).toString()).doesNotContain(canary);
  }

  @Test
  void whatNobodySentIsNoDifference() {
    Manifest sent =
        manifest(
            "apps/v1/Deployment",
            "'spec':{'a':1,'template':{'spec':{'containers':[{'name':'c'}]}}}");
    Manifest live =
        manifest(
            "apps/v1/Deployment",
            "'metadata':{'uid':'u','labels':{'l':'v'}},'spec':{'a':1,'strategy':{'type':'x'},'template':{'spec':{'containers':[{'name':'c','tty':true}]}}},'status':{}");
    assertThat(Comparison.compare(sent, live)).isEmpty();
  }

  @Test
  void everyRuleHasAReasonAndIsNeededOnce() {
    assertThat(AllowedDifferences.RULES).allSatisfy(rule -> assertThat(rule.reason()).isNotBlank());
    assertThat(AllowedDifferences.RULES)
        .extracting(rule -> rule.kind() + rule.path() + rule.treatment())
        .doesNotHaveDuplicates();
  }

  /** Whatever is sent is equal to itself, to itself with defaults added, and to nothing else. */
  @Test
  void oneChangeIsAlwaysFound() {
    int found = 0;
    for (int seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      ObjectNode tree =
          Json.object()
              .put("apiVersion", seed % 2 == 0 ? "x.io/v1" : "apps/v1")
              .put("kind", "Thing");
      tree.set("metadata", Json.object().put("name", "x"));
      ObjectNode spec = Json.object().put("f1", "t");
      spec.set("f2", random(random, 3));
      spec.set("env", random(random, 3));
      spec.set("x", random(random, 3));
      tree.set("spec", spec);
      Manifest sent = Manifest.of(tree);
      assertThat(Comparison.compare(sent, sent)).as("seed %d", seed).isEmpty();
      Manifest defaulted = sent.edit(copy -> addFields(copy.path("spec"), random));
      assertThat(Comparison.compare(sent, defaulted)).as("seed %d", seed).isEmpty();

      List<ObjectNode> holders = new ArrayList<>();
      ObjectNode changed = defaulted.copyTree();
      holders(tree.path("spec"), changed.path("spec"), holders);
      if (!holders.isEmpty()) {
        ObjectNode holder = holders.get(random.nextInt(holders.size()));
        List<String> names = new ArrayList<>();
        holder
            .fieldNames()
            .forEachRemaining(
                name -> {
                  if (name.startsWith("f") && holder.path(name).isTextual()) {
                    names.add(name);
                  }
                });
        holder.put(names.get(random.nextInt(names.size())), "changed");
        assertThat(Comparison.compare(sent, Manifest.of(changed)))
            .as("seed %d", seed)
            .singleElement()
            .extracting(Difference::kind)
            .isEqualTo(Kind.CHANGED);
        found++;
      }
    }
    assertThat(found).isGreaterThan(2_000);
  }

  @Test
  void differentShapesNeverThrow() {
    for (int seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      List<Manifest> both = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        List<String> kinds =
            List.of(
                "v1/Secret",
                "v1/Pod",
                "v1/ConfigMap",
                "v1/Endpoints",
                "apps/v1/Deployment",
                "x.io/v1/Any");
        ObjectNode tree = manifest(kinds.get(seed % kinds.size()), "").copyTree();
        for (String field : List.of("spec", "data", "stringData", "subsets", "status")) {
          if (random.nextBoolean()) {
            tree.set(field, random(random, 3));
          }
        }
        both.add(Manifest.of(tree));
      }
      assertThat(Comparison.compare(both.get(0), both.get(1))).as("seed %d", seed).isNotNull();
    }
  }

  private static JsonNode random(Random random, int depth) {
    List<String> names =
        List.of(
            "f1",
            "f2",
            "name",
            "ports",
            "env",
            "containers",
            "limits",
            "matchLabels",
            "tolerations",
            "\u202e.");
    return switch (depth == 0 ? random.nextInt(3) : random.nextInt(6)) {
      case 0 -> Json.array().add("t" + random.nextInt(5)).path(0);
      case 1 -> Json.parse(random.nextBoolean() ? "12" : "1.50");
      case 2 -> Json.parse(List.of("true", "false", "null", "\"\"", "0").get(random.nextInt(5)));
      case 3 -> {
        ArrayNode array = Json.array();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(random(random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(5); i > 0; i--) {
          object.set(names.get(random.nextInt(names.size())), random(random, depth - 1));
        }
        yield object;
      }
    };
  }

  /** Adds a field to every object that is no map with keys of the user. */
  private static void addFields(JsonNode node, Random random) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              e -> {
                if (!e.getKey().equals("matchLabels")) {
                  addFields(e.getValue(), random);
                }
              });
      object.put("added" + random.nextInt(3), "by the server");
    } else {
      node.forEach(child -> addFields(child, random));
    }
  }

  /**
   * Objects of the live tree with a text field that was sent and that names no list element; lists
   * are not descended into.
   */
  private static void holders(JsonNode sent, JsonNode live, List<ObjectNode> into) {
    if (sent instanceof ObjectNode mine && live instanceof ObjectNode theirs) {
      boolean[] texts = {false};
      mine.properties()
          .forEach(
              e -> {
                texts[0] |= e.getKey().startsWith("f") && e.getValue().isTextual();
                holders(e.getValue(), theirs.path(e.getKey()), into);
              });
      if (texts[0]) {
        into.add(theirs);
      }
    }
  }
}
