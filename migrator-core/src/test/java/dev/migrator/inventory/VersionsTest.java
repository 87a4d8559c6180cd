package dev.migrator.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Discovery;
import dev.migrator.cluster.memory.ServedTypes;
import dev.migrator.model.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** At which version a kind is read at the source and written at the target. */
class VersionsTest {

  private static VersionChoice choice(Discovery source, Discovery target, String groupResource) {
    return Versions.choose(source, target).stream()
        .filter(c -> c.readFrom().groupResource().equals(groupResource))
        .findFirst()
        .orElseThrow();
  }

  private static Discovery server(String version, ResourceType... more) {
    List<ResourceType> types = new ArrayList<>(ServedTypes.of(version));
    types.addAll(List.of(more));
    return new Discovery(types, List.of());
  }

  private static ResourceType widget(String version) {
    return ServedTypes.custom(
        "acme.example", version, "Widget", "widgets", true, Set.of(), List.of());
  }

  @Test
  void theTargetsBestStableVersionThatTheSourceServesToo() {
    VersionChoice choice =
        choice(
            server("v1.34.4", widget("v1beta1"), widget("v1"), widget("v2alpha1")),
            server("v1.36.3", widget("v2alpha1"), widget("v2"), widget("v1"), widget("v1beta1")),
            "widgets.acme.example");
    assertThat(choice.readFrom().version()).isEqualTo("v1");
    assertThat(choice.apiVersion()).contains("acme.example/v1");
  }

  /** The source's server converts what both serve: Ingress v1 of 1.20 is read as v1. */
  @Test
  void theSourceConvertsWhatBothServe() {
    VersionChoice choice =
        choice(server("v1.20.15"), server("v1.36.3"), "ingresses.networking.k8s.io");
    assertThat(choice.readFrom().apiVersion()).isEqualTo("networking.k8s.io/v1");
  }

  @Test
  void withoutASharedVersionOursIsTheWay() {
    VersionChoice choice = choice(server("v1.20.15"), server("v1.36.3"), "cronjobs.batch");
    assertThat(choice.readFrom().apiVersion()).isEqualTo("batch/v1beta1");
    assertThat(choice.apiVersion()).contains("batch/v1");
  }

  @Test
  void ofSeveralOldVersionsTheNewestIsRead() {
    Discovery source =
        new Discovery(
            List.of(
                ServedTypes.named("autoscaling/v2beta1", "HorizontalPodAutoscaler"),
                ServedTypes.named("autoscaling/v2beta2", "HorizontalPodAutoscaler")),
            List.of());
    Discovery target =
        new Discovery(
            List.of(ServedTypes.named("autoscaling/v2", "HorizontalPodAutoscaler")), List.of());
    assertThat(choice(source, target, "horizontalpodautoscalers.autoscaling").readFrom().version())
        .isEqualTo("v2beta2");
  }

  @Test
  void kindsWithoutAHomeAreLeftOutWithAdvice() {
    VersionChoice choice =
        choice(server("v1.20.15"), server("v1.36.3"), "podsecuritypolicies.policy");
    assertThat(choice.apiVersion()).isEmpty();
    assertThat(choice.advice()).contains("pod-security.kubernetes.io/enforce");
  }

  @Test
  void aCustomKindThatOnlyTheSourceServesTravelsAfterItsDefinition() {
    VersionChoice choice =
        choice(
            server("v1.34.4", widget("v1alpha1"), widget("v1")),
            server("v1.36.3"),
            "widgets.acme.example");
    assertThat(choice.apiVersion()).contains("acme.example/v1");
  }

  /** kubernetes/kubernetes#111703: written at an older version, newer fields are dropped. */
  @Test
  void kubernetes111703ACustomKindOfAnotherVersionIsNotGuessed() {
    VersionChoice choice =
        choice(
            server("v1.34.4", widget("v1")),
            server("v1.36.3", widget("v2")),
            "widgets.acme.example");
    assertThat(choice.apiVersion()).isEmpty();
    assertThat(choice.advice()).contains("widgets.acme.example only as v2");
  }
}
