package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.mover.Progress;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CopyProgressTest {

  private static final Instant BEGUN = Instant.parse("2026-03-02T08:00:00Z");
  private static final long MIB = 1 << 20;

  private final CopyProgress progress = new CopyProgress(new Progress(10 * MIB, 110 * MIB), BEGUN);

  @Test
  void theTimeThatIsLeftIsMeasuredSinceTheFirstLook() {
    assertThat(progress.words(new Progress(35 * MIB, 110 * MIB), BEGUN.plusSeconds(10)))
        .isEqualTo("35 MiB of 110 MiB, 30s left");
    assertThat(progress.words(new Progress(11 * MIB, 110 * MIB), BEGUN.plusSeconds(60)))
        .endsWith(", 99m left");
  }

  @Test
  void whatWasNotMeasuredIsNotSaid() {
    assertThat(progress.words(new Progress(10 * MIB, 110 * MIB), BEGUN.plusSeconds(60)))
        .isEqualTo("10 MiB of 110 MiB");
    assertThat(progress.words(new Progress(35 * MIB, 0), BEGUN.plusSeconds(60)))
        .isEqualTo("35 MiB");
    assertThat(progress.words(new Progress(35 * MIB, 110 * MIB), BEGUN.plusSeconds(1)))
        .isEqualTo("35 MiB of 110 MiB");
  }
}
