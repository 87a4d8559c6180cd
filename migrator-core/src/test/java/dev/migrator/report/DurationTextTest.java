package dev.migrator.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "-5, 0 ms",
    "0, 0 ms",
    "999, 999 ms",
    "1000, 1.0 s",
    "59999, 59.9 s",
    "60000, 1 min",
    "372999, 6 min 12 s",
    "3600000, 1 h",
    "86399999, 23 h 59 min",
    "273600000, 3 d 4 h"
  })
  void saysTheTwoUnitsThatMatter(long ms, String text) {
    assertThat(DurationText.of(Duration.ofMillis(ms))).isEqualTo(text);
  }
}
