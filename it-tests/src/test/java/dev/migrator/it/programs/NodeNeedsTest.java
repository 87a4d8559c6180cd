package dev.migrator.it.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeNeedsTest {

  private static ThisMachine machine(String ci) {
    Map<String, String> environment = new HashMap<>(Map.of("PATH", "", "CI", ci));
    return new ThisMachine(environment, BuildCache.ofThisUser(), () -> true);
  }

  /** The control planes are in containers then, and their nodes with them. */
  @Test
  void realNodesAreSkippedWithAdviceOrFailInCi() {
    NodeNeeds.Missing here =
        NodeNeeds.missing(machine(""), new ControlPlaneOrigin.K3s()).orElseThrow();
    assertThat(here.failure()).isFalse();
    assertThat(here.advice()).contains("lacks", "it-tests/node-packages", "as root");
    assertThat(NodeNeeds.missing(machine("true"), new ControlPlaneOrigin.K3s()))
        .hasValueSatisfying(missing -> assertThat(missing.failure()).isTrue());
  }
}
