package dev.migrator.it.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Objects like those of a cluster of many small teams, all of kinds that may exist twice: the same
 * ones in every run, a hundred a namespace, the namespace counted.
 *
 * @param size how many objects there are
 * @param prefix of the namespaces' names
 */
public record Workload(int size, String prefix) {

  static final int A_NAMESPACE = 100;

  /** One object, and where it is POSTed to. */
  public record Item(String path, String body) {}

  int namespaceCount() {
    return (size + A_NAMESPACE - 1) / A_NAMESPACE;
  }

  String namespace(int index) {
    return String.format(Locale.ROOT, "%s-%04d", prefix, index);
  }

  List<String> namespaceNames() {
    return java.util.stream.IntStream.range(0, namespaceCount()).mapToObj(this::namespace).toList();
  }

  /** The namespaces, which everything else needs. */
  List<Item> namespaces() {
    List<Item> items = new ArrayList<>();
    for (String name : namespaceNames()) {
      items.add(
          item(
              "/api/v1/namespaces",
              """
              {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%s","labels":{"team":"%s"}}}
              """
                  .formatted(name, name)));
    }
    return items;
  }

  /** Everything but the namespaces. */
  List<Item> contents() {
    Random random = new Random(42);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < size - namespaceCount(); i++) {
      String namespace = namespace(i / (A_NAMESPACE - 1));
      items.add(object(namespace, i % (A_NAMESPACE - 1), random));
    }
    return items;
  }

  /** The first objects of it, as documents for kubectl; as many as there are, if there are less. */
  String documents(int most) {
    Workload some = new Workload(Math.min(most, size), prefix);
    List<Item> all = new ArrayList<>(some.namespaces());
    all.addAll(some.contents());
    return all.stream().map(Item::body).collect(Collectors.joining("\n---\n"));
  }

  private static Item object(String namespace, int index, Random random) {
    String name = "app-" + index;
    if (index < 40) {
      return configMap(namespace, name, random);
    } else if (index < 60) {
      return secret(namespace, name, random);
    } else if (index < 70) {
      return service(namespace, name);
    } else if (index < 80) {
      return item(
          "/api/v1/namespaces/" + namespace + "/serviceaccounts",
          "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",%s}"
              .formatted(metadata(namespace, name)));
    } else if (index < 85) {
      return item(
          "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/roles",
          """
          {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role",%s,
           "rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["get","list"]}]}
          """
              .formatted(metadata(namespace, name)));
    } else if (index < 90) {
      return item(
          "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/rolebindings",
          """
          {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding",%s,
           "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"app-%d"},
           "subjects":[{"kind":"ServiceAccount","name":"app-%d","namespace":"%s"}]}
          """
              .formatted(metadata(namespace, name), index - 5, index - 15, namespace));
    } else if (index < 95) {
      return item(
          "/apis/networking.k8s.io/v1/namespaces/" + namespace + "/networkpolicies",
          """
          {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy",%s,
           "spec":{"podSelector":{"matchLabels":{"app":"app-%d"}},
            "ingress":[{"from":[{"podSelector":{}}],"ports":[{"port":8080,"protocol":"TCP"}]}],
            "policyTypes":["Ingress"]}}
          """
              .formatted(metadata(namespace, name), index - 30));
    }
    return deployment(namespace, name, index);
  }

  private static Item configMap(String namespace, String name, Random random) {
    return item(
        "/api/v1/namespaces/" + namespace + "/configmaps",
        """
        {"apiVersion":"v1","kind":"ConfigMap",%s,
         "data":{"application.properties":"%s","log.level":"info"}}
        """
            .formatted(metadata(namespace, name), text(random, 600)));
  }

  private static Item secret(String namespace, String name, Random random) {
    byte[] value = text(random, 150).getBytes(UTF_8);
    return item(
        "/api/v1/namespaces/" + namespace + "/secrets",
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"type\":\"Opaque\",%s,\"data\":{\"password\":\"%s\"}}"
            .formatted(metadata(namespace, name), Base64.getEncoder().encodeToString(value)));
  }

  private static Item service(String namespace, String name) {
    return item(
        "/api/v1/namespaces/" + namespace + "/services",
        """
        {"apiVersion":"v1","kind":"Service",%s,
         "spec":{"selector":{"app":"%s"},"ports":[{"name":"http","port":80,"targetPort":8080}]}}
        """
            .formatted(metadata(namespace, name), name));
  }

  /** Scaled to nothing: Pods would be the work of other programs, not of the server. */
  private static Item deployment(String namespace, String name, int index) {
    return item(
        "/apis/apps/v1/namespaces/" + namespace + "/deployments",
        """
        {"apiVersion":"apps/v1","kind":"Deployment",%s,
         "spec":{"replicas":0,"selector":{"matchLabels":{"app":"%s"}},
          "template":{"metadata":{"labels":{"app":"%s"}},
           "spec":{"serviceAccountName":"app-%d",
            "containers":[{"name":"main","image":"registry.example.com/app:1.0",
             "ports":[{"containerPort":8080}],
             "envFrom":[{"configMapRef":{"name":"app-%d"}},{"secretRef":{"name":"app-%d"}}],
             "resources":{"requests":{"cpu":"10m","memory":"32Mi"}}}]}}}}
        """
            .formatted(metadata(namespace, name), name, name, index - 25, index - 95, index - 50));
  }

  private static String metadata(String namespace, String name) {
    return "\"metadata\":{\"name\":\"%s\",\"namespace\":\"%s\",\"labels\":{\"app\":\"%s\"}}"
        .formatted(name, namespace, name);
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    while (text.length() < length) {
      text.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36)).append('=');
    }
    return text.substring(0, length);
  }

  private static Item item(String path, String body) {
    return new Item(path, body.strip());
  }
}
