package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests that are sent beside each other, outside of a run. */
class ConcurrentRequestsTest {

  private static final List<Integer> QUESTIONS = IntStream.range(0, 200).boxed().toList();

  @Test
  void answersComeInTheOrderOfTheQuestionsAndNoMoreAreUnderWayThanAllowed() {
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    List<String> answers =
        ConcurrentRequests.of(7)
            .ask(
                QUESTIONS,
                q -> {
                  most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                  underWay.decrementAndGet();
                  return "a" + q;
                });

    assertThat(answers).isEqualTo(QUESTIONS.stream().map(q -> "a" + q).toList());
    assertThat(most).hasValueLessThanOrEqualTo(7);
  }

  /** Which one is told does not depend on which thread was faster. */
  @Test
  void ofManyFailuresTheFirstInTheOrderOfTheQuestionsIsThrown() {
    CountDownLatch laterFailed = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();

    assertThatThrownBy(
            () -> {
              List<Integer> unused =
                  ConcurrentRequests.of(4)
                      .ask(
                          QUESTIONS,
                          q -> {
                            asked.incrementAndGet();
                            if (q == 1) {
                              await(laterFailed);
                              throw new IllegalStateException("1");
                            }
                            if (q == 2) {
                              laterFailed.countDown();
                              throw new IllegalStateException("2");
                            }
                            return q;
                          });
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("1");
    assertThat(asked.get()).isLessThan(QUESTIONS.size());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
