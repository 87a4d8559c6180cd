package dev.migrator.it.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The judge of what pods wrote sees each of the faults that it is there for. */
class WrittenTest {

  private static Written of(String... lines) {
    return Written.of("file", String.join("\n", lines) + "\n");
  }

  @Test
  void aHandOverInOrderIsNoBreach() {
    Written written =
        of("1.0 source a db-0 write", "2.5 source a db-0 end", "4.0 target b db-0 write");
    assertThat(written.breaches()).isEmpty();
    assertThat(written.slotsTwice()).hasSize(1);
    assertThat(written.pause()).isEqualTo(1.5);
    assertThat(written.count("source")).isEqualTo(2);
  }

  @Test
  void theSourceAfterTheTargetIsOne() {
    assertThat(of("1 source a q-1 write", "2 target b q-2 write", "3 source a q-1 end").breaches())
        .singleElement()
        .asString()
        .contains("the source writes after the target");
  }

  @Test
  void twoPodsOfOneNameInTurnsAreOne() {
    assertThat(of("1 source a db-0 w", "2 source b db-0 w", "3 source a db-0 w").breaches())
        .singleElement()
        .asString()
        .contains("in turns");
  }

  @Test
  void twoPodsOfDifferentNamesInOneClusterAreNone() {
    assertThat(of("1 source a q-1 w", "2 source b q-2 w", "3 source a q-1 w").breaches()).isEmpty();
  }

  @Test
  void aSlotTwiceIsNamed() {
    assertThat(of("1 source a often-7 start", "2 target b often-7 start").slotsTwice())
        .singleElement()
        .asString()
        .contains("often-7");
    assertThat(of("1 source a often-7 start", "2 target b often-8 start").slotsTwice()).isEmpty();
  }

  @Test
  void aLineThatIsBeingWrittenIsLeftOut() {
    assertThat(Written.of("file", "1 source a db-0 write\n2 sour").lines()).hasSize(1);
  }
}
