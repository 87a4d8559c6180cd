package dev.migrator.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.programs.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ControlPlaneArgumentsTest {

  private static ControlPlaneArguments arguments(ClusterOptions options) {
    return new ControlPlaneArguments(
        Path.of("/run"),
        new ControlPlaneArguments.Ports(1, 2, 3),
        new ServiceAccountKeys(Path.of("/run/key"), Path.of("/run/pub")),
        options);
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void nothingListensBeyondThisMachine(Program program) {
    assertThat(arguments(ClusterOptions.DEFAULT).of(program))
        .noneMatch(argument -> argument.contains("=0.0.0.0"))
        .filteredOn(argument -> argument.contains("http"))
        .allMatch(
            argument ->
                argument.contains("//127.0.0.1:") || argument.contains("kubernetes.default"));
  }

  @Test
  void programsThatNeedNoPortHaveNone() {
    assertThat(arguments(ClusterOptions.DEFAULT).of(Program.KUBE_CONTROLLER_MANAGER))
        .contains("--secure-port=0");
    assertThat(arguments(ClusterOptions.DEFAULT).of(Program.KUBE_SCHEDULER))
        .contains("--secure-port=0");
  }

  @Test
  void auditCanBeSwitchedOff() {
    assertThat(arguments(ClusterOptions.DEFAULT).of(Program.KUBE_APISERVER))
        .contains("--audit-log-path=/run/audit.log");
    assertThat(arguments(ClusterOptions.DEFAULT.withoutAudit()).of(Program.KUBE_APISERVER))
        .noneMatch(argument -> argument.startsWith("--audit"));
  }

  @Test
  void argumentsOfATestComeLast() {
    ClusterOptions options =
        ClusterOptions.DEFAULT.with(Program.KUBE_APISERVER, "--max-requests-inflight=1");
    assertThat(arguments(options).of(Program.KUBE_APISERVER)).endsWith("--max-requests-inflight=1");
  }
}
