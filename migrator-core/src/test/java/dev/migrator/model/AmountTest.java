package dev.migrator.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 steps, 0 copies are left",
    "1, 1 step, 1 copy is left",
    "2, 2 steps, 2 copies are left",
    "1001, '1,001 steps', '1,001 copies are left'",
  })
  void oneIsOne(long count, String steps, String copies) {
    assertThat(Amount.of(count, "step")).isEqualTo(steps);
    assertThat(Amount.of(count, "copy is left", "copies are left")).isEqualTo(copies);
  }
}
