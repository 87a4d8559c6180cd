package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * There and back again, with mappings and modifiers by chance: what the source has at the end is
 * what it had at first, to the letter, and in its own namespace.
 */
@Timeout(600)
class WayBackRoundTripTest {

  private static final int RUNS = Integer.getInteger("proof.runs", 10);
  private static final List<String> NAMESPACES = List.of("a", "b", "x", "y");
  private static final List<String> REGISTRIES = List.of("registry.old/", "quay.old/", "mirror/");
  private static final List<String> STORAGE = List.of("gp2", "gp3", "premium");
  private static final List<String> INGRESS = List.of("nginx", "traefik", "edge");

  private static final List<String> MODIFIERS =
      List.of(
          "{mergePatches: [{patchData: '{\"metadata\": {\"annotations\": {\"site\": \"new\"}}}'}]}",
          "{mergePatches: [{patchData: '{\"metadata\": {\"annotations\": null}}'}]}",
          "{mergePatches: [{patchData: '{\"metadata\": {\"labels\": {\"team\": null}}}'}]}",
          "{conditions: {groupResource: cronjobs.batch}, mergePatches: [{patchData: '{\"spec\":"
              + " {\"schedule\": \"7 * * * *\", \"startingDeadlineSeconds\": null}}'}]}",
          "{conditions: {groupResource: cronjobs.batch}, patches: [{operation: add, path:"
              + " /spec/jobTemplate/spec/template/spec/containers/-,"
              + " value: '{\"name\": \"side\", \"image\": \"side:1\"}'}]}",
          "{conditions: {groupResource: deployments.apps}, patches: [{operation: remove, path:"
              + " /spec/template/spec/containers/0/env/0}]}",
          "{conditions: {groupResource: deployments.apps}, strategicPatches: [{patchData:"
              + " '{\"spec\": {\"template\": {\"metadata\": {\"annotations\": {\"mesh\": \"on\"}},"
              + " \"spec\": {\"containers\": [{\"name\": \"c\","
              + " \"resources\": {\"limits\": {\"cpu\": \"2000m\"}}}]}}}}'}]}",
          "{conditions: {groupResource: statefulsets.apps}, patches: [{operation: replace, path:"
              + " /spec/template/spec/containers/0/env/1/value, value: other}, {operation: add,"
              + " path: /spec/template/spec/hostAliases, value: '[{\"ip\": \"10.0.0.1\","
              + " \"hostnames\": [\"db\"]}]'}]}");

  @TempDir Path folder;

  private static Map<String, String> mapping(Random random, List<String> names, double often) {
    Map<String, String> mapping = new TreeMap<>();
    for (String name : names) {
      if (random.nextDouble() < often) {
        mapping.put(name, names.get(random.nextInt(names.size())));
      }
    }
    return mapping;
  }

  private static String flow(Map<String, String> mapping) {
    return mapping.entrySet().stream()
        .map(e -> e.getKey() + ": " + e.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String migration(Random random) {
    StringBuilder text =
        new StringBuilder("apiVersion: migrator.dev/v1alpha1\nkind: Migration\n")
            .append(
                "scope: {resources: {exclude: [namespaces, '*classes.*.k8s.io']}}\nmappings:\n");
    text.append("  namespaces: ").append(flow(mapping(random, NAMESPACES, 0.6))).append('\n');
    text.append("  images: ").append(flow(mapping(random, REGISTRIES, 0.7))).append('\n');
    text.append("  storageClasses: ").append(flow(mapping(random, STORAGE, 0.6))).append('\n');
    text.append("  ingressClasses: ").append(flow(mapping(random, INGRESS, 0.6))).append('\n');
    List<String> some = MODIFIERS.stream().filter(m -> random.nextInt(3) == 0).toList();
    text.append(some.isEmpty() ? "" : "modifiers:\n");
    some.forEach(m -> text.append("  - ").append(m).append('\n'));
    return text.toString();
  }

  private static <T> T one(Random random, List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private static String object(Random random, int number) {
    String pod =
        """
        containers:
        - name: c
          image: REGISTRYc:1
          env: [{name: URL, value: "http://api.OTHER.svc:80/x"}, {name: B, value: b}]
          resources: {limits: {cpu: "1"}}
        """
            .replace("REGISTRY", one(random, REGISTRIES));
    String body =
        switch (random.nextInt(4)) {
          case 0 ->
              """
              apiVersion: batch/v1
              kind: CronJob
              METADATA
              spec:
                schedule: "0 * * * *"
                startingDeadlineSeconds: 100
                jobTemplate: {spec: {template: {spec: {restartPolicy: Never, POD}}}}
              """;
          case 1 ->
              """
              apiVersion: apps/v1
              kind: Deployment
              METADATA
              spec:
                replicas: 1
                selector: {matchLabels: {app: NAME}}
                template: {metadata: {labels: {app: NAME}}, spec: {POD}}
              """;
          case 2 ->
              """
              apiVersion: apps/v1
              kind: StatefulSet
              METADATA
              spec:
                replicas: 1
                serviceName: NAME
                selector: {matchLabels: {app: NAME}}
                template: {metadata: {labels: {app: NAME}}, spec: {POD}}
                volumeClaimTemplates:
                - metadata: {name: d}
                  spec:
                    storageClassName: STORAGE
                    accessModes: [ReadWriteOnce]
                    resources: {requests: {storage: 1Gi}}
              """;
          default ->
              """
              apiVersion: networking.k8s.io/v1
              kind: Ingress
              METADATA
              spec:
                ingressClassName: CLASS
                rules: [{host: NAME.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}}]
              """;
        };
    String metadata =
        "metadata: {name: NAME, namespace: NAMESPACE, labels: {team: red,"
            + " migrator.dev/protect-from: duplication}, annotations:"
            + " {nginx.ingress.kubernetes.io/auth-secret: OTHER/creds, note: n}}";
    return "---\n"
        + body.replace("METADATA", metadata)
            .replace(
                "POD",
                pod.strip()
                    .lines()
                    .skip(1)
                    .map(String::strip)
                    .collect(Collectors.joining(", ", "containers: [{", "}]"))
                    .replace("- name", "name"))
            .replace("NAMESPACE", one(random, NAMESPACES))
            .replace("OTHER", one(random, NAMESPACES))
            .replace("STORAGE", one(random, STORAGE))
            .replace("CLASS", one(random, INGRESS))
            .replace("NAME", "n" + number);
  }

  /** Made by somebody else in both clusters: two of them cannot travel as one. */
  private static String furniture() {
    StringBuilder all = new StringBuilder();
    NAMESPACES.forEach(name -> all.append(plain("v1", "Namespace", name, "")));
    INGRESS.forEach(
        name ->
            all.append(
                plain(
                    "networking.k8s.io/v1",
                    "IngressClass",
                    name,
                    "spec: {controller: example.com/c}")));
    STORAGE.forEach(
        name ->
            all.append(
                plain("storage.k8s.io/v1", "StorageClass", name, "provisioner: example.com/p")));
    return all.toString();
  }

  private static String plain(String apiVersion, String kind, String name, String rest) {
    return "---\napiVersion: %s\nkind: %s\nmetadata: {name: %s}\n%s\n"
        .formatted(apiVersion, kind, name, rest);
  }

  /** What is the user's in each object that goes there and back. */
  private static Map<ObjectRef, ObjectNode> definitions(World world, String cluster) {
    Map<ObjectRef, ObjectNode> all = new TreeMap<>();
    for (Manifest object : world.simulated(cluster).world().everything()) {
      if (object.labels().containsKey("migrator.dev/protect-from")
          && !object.isBeingDeleted()
          && !List.of("Pod", "Job", "ReplicaSet", "PersistentVolumeClaim")
              .contains(object.kind())) {
        ObjectNode mine = Json.object();
        mine.set("spec", object.at("spec"));
        ObjectNode annotations = mine.putObject("annotations");
        object
            .annotations()
            .forEach(
                (key, value) -> {
                  if (!key.startsWith("migrator.dev/")
                      && !key.startsWith("deployment.kubernetes.io/")) {
                    annotations.put(key, value);
                  }
                });
        object.labels().forEach(mine.putObject("labels")::put);
        all.put(object.ref(), mine);
      }
    }
    return all;
  }

  private static void run(World world, String as, String... line) {
    World.Result result = world.run(line);
    assertThat(result.exit()).as(as + "\n" + result.out() + result.err()).isZero();
  }

  private void roundTrip(long seed) throws IOException {
    Random random = new Random(seed);
    String objects =
        IntStream.range(0, 2 + random.nextInt(5))
            .mapToObj(i -> object(random, i))
            .collect(Collectors.joining());
    String migration = migration(random);
    Path here = Files.createDirectory(folder.resolve("s" + seed));
    World world =
        new World(here).clusters("old", furniture() + objects).clusters("new", furniture());
    world.file("m.yaml", migration + "classification: {defaultFor: {volumes: empty}}\n");
    String as = "seed " + seed + "\n" + migration + objects;
    Map<ObjectRef, ObjectNode> before = definitions(world, "old");
    List<String> plan =
        new ArrayList<>(
            List.of("plan", "--source-context", "old", "--target-context", "new", "-f", "m.yaml"));
    plan.addAll(List.of("-o", "move.plan.yaml"));
    run(world, as, plan.toArray(String[]::new));
    run(
        world,
        as,
        "apply move.plan.yaml --yes --accept-empty-volumes --approve-gate afterCopy".split(" "));
    assertThat(definitions(world, "old")).as(as).isEmpty();
    run(world, as, "rollback latest --backward --yes".split(" "));
    run(
        world,
        as + world.read("back.plan.yaml"),
        "apply back.plan.yaml --yes --accept-empty-volumes --approve-gate afterCopy".split(" "));
    assertThat(definitions(world, "old")).as(as).isEqualTo(before);
    assertThat(definitions(world, "new")).as(as).isEmpty();
  }

  @Test
  void whatComesBackIsWhatWentAway() throws IOException {
    for (long seed = 1; seed <= RUNS; seed++) {
      roundTrip(seed);
    }
    System.out.println("way back: " + RUNS + " round trips, seeds 1 to " + RUNS);
  }
}
