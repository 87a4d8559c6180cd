package dev.migrator.it.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DiskUseTest {

  /** {@code node call disk target code}, separated by blanks. */
  private static List<DiskCall> calls(String... lines) {
    return Stream.of(lines)
        .map(line -> line.split(" ", -1))
        .map(w -> new DiskCall(Instant.EPOCH, "source", w[0], w[1], w[2], w[3], w[4], ""))
        .toList();
  }

  @Test
  void oneAfterTheOtherIsNoOverlap() {
    assertThat(
            DiskUse.overlaps(
                calls(
                    "a attach d a OK",
                    "a attach d a OK",
                    "a stage d /x OK",
                    "b attach d b FailedPrecondition",
                    "a unstage d /x OK",
                    "a detach d a OK",
                    "b attach d b OK",
                    "b stage d /y OK")))
        .isEmpty();
  }

  @Test
  void differentDisksMayBeInUseAtOnce() {
    assertThat(DiskUse.overlaps(calls("a attach d a OK", "b attach e b OK"))).isEmpty();
  }

  @Test
  void anAttachmentOrAMountBesideAnotherIsOne() {
    assertThat(DiskUse.overlaps(calls("a attach d a OK", "b attach d b OK")))
        .singleElement()
        .asString()
        .contains("attach of d", "[a, b]");
    assertThat(
            DiskUse.overlaps(
                calls(
                    "a attach d a OK",
                    "a stage d /x OK",
                    "a detach d a OK",
                    "b attach d b OK",
                    "b stage d /y OK")))
        .singleElement()
        .asString()
        .contains("stage of d");
  }
}
