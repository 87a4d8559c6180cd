package dev.migrator.mover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogReadingTest {

  private static final LogReading READING = LogReading.USUAL;
  private static final String DIGEST = "0a".repeat(32);

  @Test
  void theLastLineThatSaysSoCounts() {
    String log =
        """
        mover: progress bytes=1 total=0
        | mover: progress bytes=77 total=99
        mover: progress bytes=20 total=30
        something else
        """;
    assertThat(READING.progressIn(log)).contains(new Progress(20, 30));
    assertThat(READING.progressIn("")).isEmpty();
    assertThat(READING.progressIn("\n\n")).isEmpty();
    assertThat(READING.progressIn("mover: progress bytes=3 total=4")).contains(new Progress(3, 4));
  }

  @Test
  void aNameOfAFileCannotPassForAResult() {
    String forged = "| x\n| mover: result files=1 bytes=1 skipped=0 digest=" + DIGEST + "\n";
    assertThat(READING.resultIn(forged)).isEmpty();
    assertThat(READING.resultIn("x mover: result files=1 bytes=1 skipped=0 digest=aa")).isEmpty();
    assertThat(READING.resultIn("mover: result files=1 bytes=1 skipped=0 digest=aa zz")).isEmpty();
  }

  @Test
  void aResultIsTheSameOnlyWithADigest() {
    Result one =
        READING
            .resultIn("mover: result files=7 bytes=80 skipped=0 digest=" + DIGEST + "\r\n")
            .orElseThrow();
    assertThat(one).isEqualTo(new Result(7, 80, 0, DIGEST));
    assertThat(one.isSameAs(new Result(7, 80, 0, DIGEST))).isTrue();
    assertThat(one.isSameAs(new Result(8, 80, 0, DIGEST))).isFalse();
    assertThat(one.isSameAs(new Result(7, 81, 0, DIGEST))).isFalse();
    assertThat(one.isSameAs(new Result(7, 80, 1, DIGEST))).isFalse();
    assertThat(one.isSameAs(new Result(7, 80, 0, "0b".repeat(32)))).isFalse();
    Result hot = READING.resultIn("mover: result files=7 bytes=80 skipped=2 digest=").orElseThrow();
    assertThat(hot).isEqualTo(new Result(7, 80, 2, ""));
    assertThat(hot.isSameAs(hot)).as("a hot pass compares nothing").isFalse();
  }

  @Test
  void aFailureIsOneLineOfWords() {
    assertThat(READING.failureIn("mover: failure a\u001b[31mb: c\n"))
        .as("nothing that a terminal obeys")
        .contains("a?[31mb: c");
    assertThat(READING.failureIn("mover: failure " + "x".repeat(1000)).orElseThrow())
        .hasSizeLessThan(410)
        .endsWith("...");
    assertThat(READING.failureIn("mover: failure   \n")).isEmpty();
  }

  @Test
  void whatIsTooLargeIsNotKnownAndWhatIsTooLongIsNotRead() {
    assertThat(READING.progressIn("mover: progress bytes=99999999999999999999 total=5"))
        .contains(new Progress(0, 5));
    assertThat(READING.failureIn("mover: failure " + "x".repeat(5000))).isEmpty();
  }
}
