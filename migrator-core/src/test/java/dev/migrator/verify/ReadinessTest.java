package dev.migrator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.verify.Readiness.Status;
import dev.migrator.verify.Readiness.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadinessTest {

  /**
   * Kind, the object without apiVersion, kind and name, the status, and what the message says.
   * Quotes are single here.
   */
  record Case(String type, String body, Status status, String message) {
    Manifest manifest() {
      int slash = type.lastIndexOf('/');
      ObjectNode tree = Json.parseObject(("{" + body + "}").replace('\'', '"'));
      tree.put("apiVersion", type.substring(0, slash)).put("kind", type.substring(slash + 1));
      ObjectNode metadata =
          tree.path("metadata") instanceof ObjectNode given ? given : Json.object();
      tree.set("metadata", metadata.put("name", "x"));
      return Manifest.of(tree);
    }
  }

  private static Case current(String type, String body) {
    return new Case(type, body, Status.CURRENT, "");
  }

  private static Case progress(String type, String body, String message) {
    return new Case(type, body, Status.IN_PROGRESS, message);
  }

  private static Case failed(String type, String body, String message) {
    return new Case(type, body, Status.FAILED, message);
  }

  private static String condition(String type, String status) {
    return "{'type':'" + type + "','status':'" + status + "','reason':'Why','message':'said so'}";
  }

  private static String conditions(String... all) {
    return "'status':{'conditions':[" + String.join(",", all) + "]}";
  }

  private static String deployment(
      int replicas, int updated, int ready, int available, String condition) {
    return "'spec':{'replicas':3},'status':{'replicas':%d,'updatedReplicas':%d,'readyReplicas':%d,'availableReplicas':%d,'conditions':[%s]}"
        .formatted(replicas, updated, ready, available, condition);
  }

  private static String statefulSet(
      String strategy, int replicas, int ready, int updated, String revisions) {
    return "'spec':{'replicas':3,'updateStrategy':%s},'status':{'replicas':%d,'readyReplicas':%d,'updatedReplicas':%d%s}"
        .formatted(strategy, replicas, ready, updated, revisions);
  }

  private static String daemonSet(int desired, int current, int updated, int available, int ready) {
    return ("'status':{'observedGeneration':1,'desiredNumberScheduled':%d,'currentNumberScheduled':%d,"
                + "'updatedNumberScheduled':%d,'numberAvailable':%d,'numberReady':%d}")
        .formatted(desired, current, updated, available, ready);
  }

  static Stream<Case> generic() {
    String available = condition("Available", "True");
    return Stream.of(
        new Case(
            "v1/ConfigMap",
            "'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'}",
            Status.TERMINATING,
            "deleted"),
        new Case(
            "apps/v1/Deployment",
            "'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'},"
                + deployment(3, 3, 3, 3, available),
            Status.TERMINATING,
            ""),
        progress(
            "x.io/v1/Any",
            "'metadata':{'generation':2},'status':{'observedGeneration':1}",
            "generation 2"),
        progress(
            "x.io/v1/Any",
            "'metadata':{'generation':1},'status':{'observedGeneration':2}",
            "generation 1"),
        progress(
            "x.io/v1/Any",
            conditions(condition("Reconciling", "True"), condition("Stalled", "True")),
            "Why: said so"),
        failed(
            "x.io/v1/Any",
            conditions(condition("Reconciling", "False"), condition("Stalled", "True")),
            "Why: said so"),
        failed(
            "apps/v1/Deployment",
            "'spec':{'replicas':0}," + conditions(available, condition("Stalled", "True")),
            "said so"),
        current("v1/ConfigMap", ""),
        current("v1/Secret", "'data':{'a':'b'}"),
        current("networking.k8s.io/v1/Ingress", ""),
        current("batch/v1/CronJob", "'spec':{'suspend':true}"),
        current("batch/v1/CronJob", ""),
        current(
            "x.io/v1/Any", conditions(condition("Ready", "True"), condition("Available", "False"))),
        progress(
            "x.io/v1/Any",
            conditions(condition("Ready", "False"), condition("Available", "True")),
            "Why: said so"),
        progress("x.io/v1/Any", conditions(condition("Ready", "Unknown")), "Why: said so"),
        current("x.io/v1/Any", conditions(condition("Healthy", "True"))),
        progress("x.io/v1/Any", conditions(condition("Healthy", "False")), "said so"),
        current(
            "gateway.networking.k8s.io/v1/Gateway",
            conditions(condition("Accepted", "True"), condition("Programmed", "True"))),
        progress(
            "gateway.networking.k8s.io/v1/Gateway",
            conditions(condition("Accepted", "True"), condition("Programmed", "False")),
            "Why"),
        current(
            "gateway.networking.k8s.io/v1/HTTPRoute",
            "'status':{'parents':[{'conditions':[" + condition("Accepted", "True") + "]}]}"),
        progress(
            "gateway.networking.k8s.io/v1/HTTPRoute",
            "'status':{'parents':[{'conditions':[" + condition("Accepted", "False") + "]}]}",
            "said so"),
        progress(
            "x.io/v1/Any",
            "'metadata':{'generation':3},'status':{'conditions':[{'type':'Ready','status':'True','observedGeneration':2}]}",
            "generation 2"),
        new Case("x.io/v1/Any", "", Status.CURRENT, "no condition"),
        new Case(
            "x.io/v1/Any", conditions(condition("Odd", "False")), Status.CURRENT, "no condition"));
  }

  static Stream<Case> workloads() {
    String available = condition("Available", "True");
    String rolling = "{'type':'RollingUpdate','rollingUpdate':{'partition':0}}";
    String partition2 = "{'type':'RollingUpdate','rollingUpdate':{'partition':2}}";
    String onDelete = "{'type':'OnDelete'}";
    String d = "apps/v1/Deployment";
    String s = "apps/v1/StatefulSet";
    String ds = "apps/v1/DaemonSet";
    String rs = "apps/v1/ReplicaSet";
    String job = "batch/v1/Job";
    return Stream.of(
        current(d, deployment(3, 3, 3, 3, available)),
        progress(d, deployment(2, 2, 2, 2, available), "2/3 ready: created 2 of 3"),
        progress(d, deployment(3, 1, 3, 3, available), "3/3 ready: updated 1 of 3"),
        progress(d, deployment(4, 3, 4, 4, available), "1 old pod still there"),
        progress(d, deployment(3, 3, 1, 1, available), "1/3 ready: available 1 of 3"),
        progress(d, deployment(3, 3, 2, 3, available), "2/3 ready"),
        progress(d, deployment(3, 3, 3, 3, condition("Available", "False")), "Why: said so"),
        progress(d, deployment(3, 3, 3, 3, ""), "not yet Available"),
        progress(
            d,
            deployment(0, 0, 0, 0, condition("ReplicaFailure", "True")),
            "0/3 ready: Why: said so"),
        failed(
            d,
            deployment(
                3,
                3,
                1,
                1,
                available
                    + ",{'type':'Progressing','status':'False','reason':'ProgressDeadlineExceeded'}"),
            "1/3 ready: ProgressDeadlineExceeded"),
        current(d, "'spec':{'replicas':0}," + conditions(available)),
        progress(d, "", "0/1 ready: created 0 of 1"),
        current(s, statefulSet(rolling, 3, 3, 3, "")),
        progress(s, statefulSet(rolling, 2, 2, 2, ""), "2/3 ready: created 2 of 3"),
        progress(s, statefulSet(rolling, 4, 3, 3, ""), "1 pod too many"),
        progress(s, statefulSet(rolling, 3, 2, 3, ""), "2/3 ready"),
        progress(
            s,
            statefulSet(rolling, 3, 3, 1, ",'currentRevision':'a','updateRevision':'b'"),
            "updated 1 of 3"),
        current(s, statefulSet(rolling, 3, 3, 0, ",'currentRevision':'a','updateRevision':'a'")),
        current(s, statefulSet(partition2, 3, 3, 1, ",'currentRevision':'a','updateRevision':'b'")),
        progress(
            s,
            statefulSet(partition2, 3, 3, 0, ",'currentRevision':'a','updateRevision':'b'"),
            "updated 0 of 1"),
        current(s, statefulSet(onDelete, 3, 3, 0, ",'currentRevision':'a','updateRevision':'b'")),
        progress(s, statefulSet(onDelete, 3, 1, 0, ""), "1/3 ready"),
        current(ds, daemonSet(2, 2, 2, 2, 2)),
        progress(ds, daemonSet(2, 1, 1, 1, 1), "1/2 ready: created 1 of 2"),
        progress(ds, daemonSet(2, 2, 1, 2, 2), "updated 1 of 2"),
        progress(ds, daemonSet(2, 2, 2, 1, 2), "available 1 of 2"),
        progress(ds, daemonSet(2, 2, 2, 2, 1), "1/2 ready"),
        current(ds, "'spec':{'updateStrategy':{'type':'OnDelete'}}," + daemonSet(2, 2, 0, 2, 2)),
        new Case(ds, daemonSet(0, 0, 0, 0, 0), Status.CURRENT, "no node wants"),
        progress(ds, "'status':{'desiredNumberScheduled':0}", "not observed"),
        current(
            rs,
            "'spec':{'replicas':2},'status':{'replicas':2,'readyReplicas':2,'availableReplicas':2}"),
        progress(rs, "'spec':{'replicas':2},'status':{'replicas':1}", "0/2 ready: has 1 pods of 2"),
        progress(
            rs,
            "'spec':{'replicas':1},'status':{'replicas':2,'readyReplicas':2,'availableReplicas':2}",
            "has 2 pods of 1"),
        progress(rs, "'status':{'replicas':1,'readyReplicas':1}", "available 0 of 1"),
        progress(rs, conditions(condition("ReplicaFailure", "True")), "0/1 ready: Why: said so"),
        current(job, conditions(condition("Complete", "True"))),
        failed(job, conditions(condition("Failed", "True")), "Why: said so"),
        progress(
            job,
            "'spec':{'completions':3},'status':{'active':2,'succeeded':1}",
            "succeeded 1 of 3, active 2"),
        current(job, "'spec':{'suspend':true}," + conditions(condition("Suspended", "True"))),
        progress(job, "'spec':{'suspend':true}", "not yet Suspended"),
        progress(
            job,
            "'spec':{'suspend':false}," + conditions(condition("Suspended", "True")),
            "succeeded 0 of 1"),
        current(
            "v1/Pod",
            "'status':{'phase':'Running','conditions':[" + condition("Ready", "True") + "]}"),
        current("v1/Pod", "'status':{'phase':'Succeeded'}"),
        failed("v1/Pod", "'status':{'phase':'Failed','reason':'Evicted'}", "Evicted"),
        progress("v1/Pod", "'status':{'phase':'Running'}", "not ready"),
        progress("v1/Pod", "'status':{'phase':'Pending'}", "Pending"),
        progress("v1/Pod", "", "Pending"),
        progress(
            "v1/Pod",
            "'status':{'phase':'Pending','conditions':["
                + condition("PodScheduled", "False")
                + "]}",
            "said so"),
        progress(
            "v1/Pod",
            "'status':{'phase':'Running','containerStatuses':[{'state':{'waiting':{'reason':'CrashLoopBackOff','message':'back-off'}}}]}",
            "CrashLoopBackOff: back-off"),
        new Case("v1/Pod", "'status':{'phase':'Unknown'}", Status.UNKNOWN, "node"));
  }

  static Stream<Case> others() {
    String hpa = "autoscaling/v2/HorizontalPodAutoscaler";
    String crd = "apiextensions.k8s.io/v1/CustomResourceDefinition";
    String api = "apiregistration.k8s.io/v1/APIService";
    String service = "v1/Service";
    return Stream.of(
        current("v1/PersistentVolumeClaim", "'status':{'phase':'Bound'}"),
        progress("v1/PersistentVolumeClaim", "'status':{'phase':'Pending'}", "Pending"),
        progress("v1/PersistentVolumeClaim", "", "no phase"),
        failed("v1/PersistentVolumeClaim", "'status':{'phase':'Lost'}", "lost"),
        current("v1/PersistentVolume", "'status':{'phase':'Available'}"),
        progress("v1/PersistentVolume", "", "Pending"),
        failed("v1/PersistentVolume", "'status':{'phase':'Failed','message':'no disk'}", "no disk"),
        current("v1/Namespace", "'status':{'phase':'Active'}"),
        current(service, "'spec':{'clusterIP':'10.0.0.1'}"),
        current(service, "'spec':{'clusterIP':'None'}"),
        current(service, "'spec':{'type':'ExternalName','externalName':'x'}"),
        progress(service, "'spec':{'type':'ClusterIP'}", "clusterIP"),
        progress(service, "'spec':{'type':'LoadBalancer','clusterIP':'10.0.0.1'}", "load balancer"),
        current(
            service,
            "'spec':{'type':'LoadBalancer','clusterIP':'10.0.0.1'},'status':{'loadBalancer':{'ingress':[{'ip':'1.2.3.4'}]}}"),
        current(
            crd, conditions(condition("NamesAccepted", "True"), condition("Established", "True"))),
        progress(crd, conditions(condition("Established", "False")), "said so"),
        failed(
            crd,
            conditions(condition("NamesAccepted", "False"), condition("Established", "True")),
            "said so"),
        progress(crd, "", "Established"),
        current(api, conditions(condition("Available", "True"))),
        progress(api, conditions(condition("Available", "False")), "said so"),
        current(
            hpa, conditions(condition("AbleToScale", "True"), condition("ScalingActive", "True"))),
        progress(
            hpa,
            conditions(condition("AbleToScale", "True"), condition("ScalingActive", "False")),
            "said so"),
        progress(
            hpa,
            conditions(condition("AbleToScale", "False"), condition("ScalingActive", "True")),
            "said so"),
        new Case(
            hpa,
            conditions(
                condition("AbleToScale", "True"),
                "{'type':'ScalingActive','status':'False','reason':'ScalingDisabled'}"),
            Status.CURRENT,
            "0 replicas"),
        progress(hpa, "", "AbleToScale"),
        current("autoscaling/v1/HorizontalPodAutoscaler", ""),
        current(
            "policy/v1/PodDisruptionBudget", "'status':{'currentHealthy':2,'desiredHealthy':1}"),
        progress(
            "policy/v1/PodDisruptionBudget",
            "'status':{'currentHealthy':0,'desiredHealthy':1}",
            "0 of 1 healthy"),
        progress("policy/v1/PodDisruptionBudget", "", "no status"));
  }

  @ParameterizedTest
  @MethodSource({"generic", "workloads", "others"})
  void everyRule(Case each) {
    Readiness readiness = Readiness.of(each.manifest());
    assertThat(readiness.status()).isEqualTo(each.status);
    assertThat(readiness.message()).contains(each.message);
    assertThat(readiness.message().isEmpty() && each.status != Status.CURRENT).isFalse();
  }

  @Test
  void whatSaysNothingIsToBeLookedAtAgain() {
    assertThat(Readiness.of(current("x.io/v1/Any", "").manifest()).lookAgain()).isTrue();
    assertThat(
            Readiness.of(current("apps/v1/DaemonSet", daemonSet(0, 0, 0, 0, 0)).manifest())
                .lookAgain())
        .isTrue();
    assertThat(Readiness.of(current("v1/ConfigMap", "").manifest()).lookAgain()).isFalse();
  }

  @Test
  void surroundingsDecideForClaimsAndServices() {
    Manifest claim = current("v1/PersistentVolumeClaim", "'status':{'phase':'Pending'}").manifest();
    assertThat(Readiness.of(claim, new Surroundings(true, OptionalInt.empty())).status())
        .isEqualTo(Status.CURRENT);
    Manifest service =
        current("v1/Service", "'spec':{'clusterIP':'10.0.0.1','selector':{'a':'b'}}").manifest();
    assertThat(Readiness.of(service, new Surroundings(false, OptionalInt.of(0))).status())
        .isEqualTo(Status.IN_PROGRESS);
    assertThat(Readiness.of(service, new Surroundings(false, OptionalInt.of(1))).status())
        .isEqualTo(Status.CURRENT);
    Manifest plain = current("v1/Service", "'spec':{'clusterIP':'10.0.0.1'}").manifest();
    assertThat(Readiness.of(plain, new Surroundings(false, OptionalInt.of(0))).status())
        .isEqualTo(Status.CURRENT);
  }

  @Test
  void theReasonComesFromThePods() {
    Manifest web =
        current("apps/v1/Deployment", deployment(3, 3, 1, 1, condition("Available", "False")))
            .manifest();
    String waiting =
        "'status':{'phase':'Pending','containerStatuses':[{'state':{'waiting':{'reason':'%s','message':'%s'}}}]}";
    Manifest pulling =
        current("v1/Pod", waiting.formatted("ImagePullBackOff", "403 from registry\\n\\u001b[31m"))
            .manifest();
    Manifest creating = current("v1/Pod", waiting.formatted("ContainerCreating", "")).manifest();
    Manifest crashed =
        current(
                "v1/Pod",
                "'status':{'phase':'Running','containerStatuses':[{'name':'app','state':{'terminated':{'reason':'Error','exitCode':3}}}]}")
            .manifest();
    assertThat(Readiness.explain(web, List.of(creating, pulling, pulling, crashed)).message())
        .isEqualTo("1/3 ready: ImagePullBackOff: 403 from registry  [31m");
    assertThat(Readiness.explain(web, List.of(crashed)).message())
        .isEqualTo("1/3 ready: Error: container app exited with 3");
    assertThat(Readiness.explain(web, List.of(creating)).message())
        .isEqualTo("1/3 ready: available 1 of 3");
    Manifest done =
        current("apps/v1/Deployment", deployment(3, 3, 3, 3, condition("Available", "True")))
            .manifest();
    assertThat(Readiness.explain(done, List.of(pulling))).isEqualTo(Readiness.of(done));
  }

  @Test
  void noStatusHoweverOddIsEverThrownAt() {
    List<Case> all = Stream.of(generic(), workloads(), others()).flatMap(each -> each).toList();
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      ObjectNode tree = all.get(random.nextInt(all.size())).manifest().copyTree();
      for (int i = random.nextInt(4); i >= 0; i--) {
        break1(tree, random);
      }
      Manifest odd = Manifest.of(tree);
      Readiness readiness = Readiness.explain(odd, List.of(odd));
      assertThat(readiness.message())
          .as("seed %d", seed)
          .doesNotContain("\n")
          .hasSizeLessThan(1000);
    }
  }

  /** Puts something unexpected somewhere below spec or status. */
  private static void break1(ObjectNode tree, Random random) {
    JsonNode node = tree.path(random.nextBoolean() ? "status" : "spec");
    while (true) {
      List<JsonNode> inner = new ArrayList<>();
      node.forEach(
          child -> {
            if (child.isContainerNode() && !child.isEmpty()) {
              inner.add(child);
            }
          });
      if (inner.isEmpty() || random.nextInt(3) == 0) {
        break;
      }
      node = inner.get(random.nextInt(inner.size()));
    }
    List<JsonNode> odd =
        List.of(
            Json.parse("null"),
            Json.parse("\"\\n\\u0000\""),
            Json.parse("-1"),
            Json.parse("1e400"),
            Json.parse("[[]]"),
            Json.parse("{\"type\":{}}"),
            Json.parse("true"),
            Json.parse("99999999999999999999999"));
    JsonNode value = odd.get(random.nextInt(odd.size()));
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      object.set(names.get(random.nextInt(names.size())), value);
    } else if (node instanceof ArrayNode array && !array.isEmpty()) {
      array.set(random.nextInt(array.size()), value);
    } else {
      tree.set("status", value);
    }
  }
}
