package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void helpIsFine() {
    assertThat(Main.run("--help")).isZero();
  }
}
