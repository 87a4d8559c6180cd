package dev.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.check.LimitRanges.Effect;
import dev.migrator.check.LimitRanges.Refusal;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What LimitRanges refuse. The real server judges random pods in {@code LimitRangesIT}; these are
 * the cases that a person would think of.
 */
class LimitRangesTest {

  private static Manifest manifest(String type, String name, String spec) {
    ObjectNode tree = Json.object();
    tree.put("apiVersion", type.substring(0, type.indexOf(' ')));
    tree.put("kind", type.substring(type.indexOf(' ') + 1));
    tree.withObjectProperty("metadata").put("name", name).put("namespace", "shop");
    tree.set("spec", Yaml.parse(spec).orElseThrow());
    return Manifest.of(tree);
  }

  private static String why(Effect effect) {
    return effect.refusals().stream()
        .map(Refusal::why)
        .flatMap(List::stream)
        .collect(Collectors.joining("; "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Bounds of each container.
        "{type: Container, max: {cpu: 500m}} | {containers: [{name: c, resources: {limits: {cpu:"
            + " 1}}}]} | container c may use 1 cpu, at most 500m is allowed; container c requests 1"
            + " cpu, at most 500m is allowed",
        "{type: Container, max: {cpu: 1}} | {containers: [{name: c, resources: {limits: {cpu:"
            + " 1000m}}}]} | ''",
        // A maximum is the default of what is open, and its request too.
        "{type: Container, max: {cpu: 1}} | {containers: [{name: c}]} | ''",
        "{type: Container, min: {memory: 64Mi}} | {containers: [{name: c, resources: {requests:"
            + " {memory: 32Mi}}}]} | container c requests 32Mi memory, at least 64Mi is asked for",
        "{type: Container, min: {memory: 64Mi}} | {containers: [{name: c}]} | ''",
        "{type: Container, min: {cpu: 100m}} | {containers: [{name: c, resources: {requests: {cpu:"
            + " 200m}, limits: {cpu: 50m}}}]} | container c is limited to 0.05 cpu, at least 100m"
            + " is asked for",
        // What is limited is requested, where the pod does not say.
        "{type: Container, min: {cpu: 100m}} | {containers: [{name: c, resources: {limits: {cpu:"
            + " 50m}}}]} | container c requests 0.05 cpu, at least 100m is asked for; container c"
            + " is limited to 0.05 cpu, at least 100m is asked for",
        "{type: Container, max: {cpu: 1}} | {containers: [{name: c}], initContainers: [{name: i,"
            + " resources: {limits: {cpu: 2}}}]} | init container i may use 2 cpu, at most 1 is"
            + " allowed; init container i requests 2 cpu, at most 1 is allowed",
        // A default that does not fit makes a pod that contradicts itself.
        "{type: Container, default: {cpu: 1}} | {containers: [{name: c, resources: {requests: {cpu:"
            + " 2}}}]} | container c requests more cpu than the limit that is set for it",
        // Ratios.
        "{type: Container, maxLimitRequestRatio: {cpu: 2}} | {containers: [{name: c, resources:"
            + " {requests: {cpu: 100m}, limits: {cpu: 300m}}}]} | container c may use 0.3 cpu and"
            + " requests 0.1, at most 2 times as much is allowed",
        "{type: Container, maxLimitRequestRatio: {cpu: 3}} | {containers: [{name: c, resources:"
            + " {requests: {cpu: 100m}, limits: {cpu: 300m}}}]} | ''",
        "{type: Container, maxLimitRequestRatio: {cpu: 3}} | {containers: [{name: c, resources:"
            + " {requests: {cpu: 100m}}}]} | container c must both request and limit its cpu, at"
            + " most 1 to 3",
        // Of the pod as a whole: containers together, init containers one by one.
        "{type: Pod, max: {cpu: 2}} | {containers: [{name: a, resources: {limits: {cpu: 1}}},"
            + " {name: b, resources: {limits: {cpu: 1500m}}}]} | a pod may use 2.5 cpu, at most 2"
            + " is allowed; a pod requests 2.5 cpu, at most 2 is allowed",
        "{type: Pod, max: {cpu: 2}} | {containers: [{name: a, resources: {limits: {cpu: 1}}}],"
            + " initContainers: [{name: i, resources: {limits: {cpu: 2}}}, {name: j, resources:"
            + " {limits: {cpu: 2}}}]} | ''",
        "{type: Pod, max: {cpu: 2}} | {containers: [{name: a}]} | a pod does not say how much cpu"
            + " it may use, at most 2 is allowed",
        // A sidecar runs beside the containers, and beside the init containers after it.
        "{type: Pod, max: {cpu: 2}} | {containers: [{name: a, resources: {limits: {cpu: 1}}}],"
            + " initContainers: [{name: s, restartPolicy: Always, resources: {limits: {cpu:"
            + " 1500m}}}]} | a pod may use 2.5 cpu, at most 2 is allowed; a pod requests 2.5 cpu,"
            + " at most 2 is allowed",
        "{type: Pod, max: {cpu: 2}} | {containers: [{name: a, resources: {limits: {cpu: 100m}}}],"
            + " initContainers: [{name: s, restartPolicy: Always, resources: {limits: {cpu: 1}}},"
            + " {name: i, resources: {limits: {cpu: 1500m}}}]} | a pod may use 2.5 cpu, at most 2"
            + " is allowed; a pod requests 2.5 cpu, at most 2 is allowed",
        "{type: Pod, max: {cpu: 2}} | {containers: [{name: a, resources: {limits: {cpu: 100m}}}],"
            + " initContainers: [{name: i, resources: {limits: {cpu: 1500m}}}, {name: s,"
            + " restartPolicy: Always, resources: {limits: {cpu: 1}}}]} | ''",
        // What the pod says of itself beats the sum.
        "{type: Pod, max: {cpu: 2}} | {resources: {limits: {cpu: 3}}, containers: [{name: a,"
            + " resources: {limits: {cpu: 1}}}]} | a pod may use 3 cpu, at most 2 is allowed",
        // Claims of ephemeral volumes.
        "{type: PersistentVolumeClaim, max: {storage: 1Gi}} | {containers: [{name: a}], volumes:"
            + " [{name: v, ephemeral: {volumeClaimTemplate: {spec: {resources: {requests: {storage:"
            + " 2Gi}}}}}}]} | claim of volume v requests 2Gi storage, at most 1Gi is allowed",
        "{type: Pod, min: {cpu: 100m}, max: {}} | {containers: [{name: a, resources: {requests:"
            + " {cpu: 1}}}]} | ''",
      })
  void podsAndTemplatesAlike(String item, String podSpec, String why) {
    LimitRanges limits = new LimitRanges();
    limits.add(manifest("v1 LimitRange", "l", "{limits: [%s]}".formatted(item)), false);
    Map<String, String> kinds =
        Map.of(
            "v1 Pod", "%s",
            "apps/v1 Deployment", "{template: {spec: %s}}",
            "batch/v1 CronJob", "{jobTemplate: {spec: {template: {spec: %s}}}}",
            "acme.example/v1 Rollout", "{template: {spec: %s}}");
    kinds.forEach(
        (kind, form) -> {
          Effect effect = limits.on(manifest(kind, "o", form.formatted(podSpec)));
          assertThat(why(effect)).as(kind).isEqualTo(why);
          assertThat(effect.refusals())
              .allMatch(r -> r.direct() == (kind.equals("v1 Pod") && !why.startsWith("claim")));
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{min: {storage: 1Gi}} | 512Mi | it requests 512Mi storage, at least 1Gi is asked for",
        "{max: {storage: 1Gi}} | 2Gi   | it requests 2Gi storage, at most 1Gi is allowed",
        "{max: {storage: 1Gi}} | 1024Mi | ''",
        "{maxLimitRequestRatio: {storage: 1}} | 1Gi | ''",
      })
  void claimsAndTheTemplatesOfStatefulSets(String bounds, String storage, String why) {
    ObjectNode item = (ObjectNode) Yaml.parse(bounds).orElseThrow();
    item.put("type", "PersistentVolumeClaim");
    LimitRanges limits = new LimitRanges();
    limits.add(manifest("v1 LimitRange", "l", "{limits: [%s]}".formatted(Json.text(item))), true);
    String spec = "{resources: {requests: {storage: %s}}}".formatted(storage);
    Effect claim = limits.on(manifest("v1 PersistentVolumeClaim", "data", spec));
    assertThat(why(claim)).isEqualTo(why);
    assertThat(claim.refusals()).allMatch(r -> r.direct() && r.travels());
    Effect set =
        limits.on(
            manifest(
                "apps/v1 StatefulSet",
                "db",
                "{volumeClaimTemplates: [{metadata: {name: data}, spec: %s}]}".formatted(spec)));
    assertThat(why(set)).isEqualTo(why.replaceFirst("^it ", "claim data "));
    assertThat(set.refusals()).noneMatch(Refusal::direct);
  }

  /** First all of them fill in what is open, then each one judges. */
  @Test
  void oneFillsInWhatAnotherRefuses() {
    LimitRanges limits = new LimitRanges();
    limits.add(
        manifest("v1 LimitRange", "b", "{limits: [{type: Container, max: {cpu: 100m}}]}"), false);
    limits.add(
        manifest("v1 LimitRange", "a", "{limits: [{type: Container, default: {cpu: 200m}}]}"),
        true);
    Effect effect = limits.on(manifest("v1 Pod", "p", "{containers: [{name: c}]}"));
    assertThat(effect.filled()).isTrue();
    assertThat(effect.refusals()).singleElement().matches(r -> r.by().name().equals("b"));
    assertThat(why(effect)).startsWith("container c may use 0.2 cpu, at most 100m");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Either the pod gets 1 cpu from one, which the other refuses, or 100m from the other.
        "default: {cpu: 1} | default: {cpu: 100m}, max: {cpu: 500m} | MAY",
        "default: {cpu: 100m}, max: {cpu: 500m} | default: {cpu: 1} | MAY",
        // In both orders somebody refuses.
        "default: {cpu: 1}, min: {cpu: 1} | default: {cpu: 100m}, max: {cpu: 500m} | WILL",
        // Both set the same.
        "default: {cpu: 100m} | default: {cpu: 0.1}, max: {cpu: 500m} | TAKEN",
        "default: {cpu: 1} | default: {cpu: 1000m}, max: {cpu: 500m} | WILL",
        // Different resources: nothing depends on the order.
        "default: {memory: 1Gi} | default: {cpu: 1}, max: {cpu: 500m} | WILL",
        // A request from the one over the limit from the other, if they come in that order.
        "defaultRequest: {cpu: 1} | default: {cpu: 500m} | MAY",
      })
  void whoComesFirstIsNotKnown(String one, String other, String verdict) {
    LimitRanges limits = new LimitRanges();
    List<String> bounds = List.of(one, other);
    for (int i = 0; i < bounds.size(); i++) {
      String spec = "{limits: [{type: Container, %s}]}".formatted(bounds.get(i));
      limits.add(manifest("v1 LimitRange", "l" + i, spec), false);
    }
    List<Refusal> pod = limits.on(manifest("v1 Pod", "p", "{containers: [{name: c}]}")).refusals();
    assertThat(pod.isEmpty() ? "TAKEN" : pod.stream().allMatch(Refusal::sure) ? "WILL" : "MAY")
        .isEqualTo(verdict);
  }

  @Test
  void whatMayBeRefusedIsAWarning() {
    ObjectRef by = new ObjectRef("", "LimitRange", "shop", "l");
    ObjectRef pod = ObjectRef.core("Pod", "shop", "p");
    ObjectRef web = new ObjectRef("apps", "Deployment", "shop", "web");
    assertThat(
            LimitRangeViolations.findings(
                Map.of(
                    pod,
                    new Effect(true, List.of(new Refusal(by, false, true, false, List.of("a")))),
                    web,
                    new Effect(true, List.of(new Refusal(by, true, false, false, List.of("b"))))),
                refusal -> true))
        .extracting(f -> f.severity() + " " + f.code() + " " + f.message())
        .contains(
            "WARNING limit-range-refuses it may be refused by LimitRange/shop/l of the target, as"
                + " two LimitRanges set the same and the server lets either go first: a",
            "WARNING limit-range-refuses its pods may be refused by LimitRange/shop/l, which"
                + " travels along, as two LimitRanges set the same and the server lets either go"
                + " first: b");
  }

  @Test
  void anotherNamespaceAndOtherKindsAreNotTouched() {
    LimitRanges limits = new LimitRanges();
    limits.add(
        manifest("v1 LimitRange", "l", "{limits: [{type: Container, max: {cpu: 1}}]}"), false);
    assertThat(limits.on(manifest("v1 ConfigMap", "c", "{}"))).isEqualTo(nothing());
    Manifest elsewhere =
        manifest("v1 Pod", "p", "{containers: [{name: c, resources: {limits: {cpu: 9}}}]}")
            .edit(tree -> tree.withObjectProperty("metadata").put("namespace", "other"));
    assertThat(limits.on(elsewhere)).isEqualTo(nothing());
  }

  private static Effect nothing() {
    return new Effect(false, List.of());
  }

  @Test
  void whatIsRefusedItselfBlocksAndWhatOnlyItsPodsAreIsAWarning() {
    ObjectRef by = new ObjectRef("", "LimitRange", "shop", "l");
    ObjectRef pod = ObjectRef.core("Pod", "shop", "p");
    ObjectRef web = new ObjectRef("apps", "Deployment", "shop", "web");
    List<Finding> findings =
        LimitRangeViolations.findings(
            Map.of(
                pod,
                    new Effect(
                        true, List.of(new Refusal(by, false, true, true, List.of("a", "b")))),
                web, new Effect(true, List.of(new Refusal(by, true, false, true, List.of("c"))))),
            refusal -> true);
    assertThat(findings)
        .extracting(f -> f.severity() + " " + f.code() + " " + f.message())
        .containsExactlyInAnyOrder(
            "BLOCKER refused-by-policy will be refused by LimitRange/shop/l of the target: a; b",
            "WARNING limit-range-refuses can be created, but its pods will be refused by"
                + " LimitRange/shop/l, which travels along: c",
            "NOTE limit-range namespace shop: a LimitRange sets requests or limits that 2"
                + " objects leave open");
    assertThat(findings)
        .filteredOn(f -> f.severity() == Severity.BLOCKER)
        .extracting(Finding::object)
        .containsExactly(Optional.of(pod));
    assertThat(
            LimitRangeViolations.findings(
                Map.of(
                    web,
                    new Effect(false, List.of(new Refusal(by, true, false, true, List.of("c"))))),
                refusal -> !refusal.travels()))
        .isEmpty();
  }
}
