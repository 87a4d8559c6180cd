package dev.migrator.mutation;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes in this process, and ends it with the first test that fails. */
final class FirstFailure {

  static final int ALL_PASS = 0;
  static final int ONE_FAILS = 10;
  private static final int NONE_RAN = 11;

  private FirstFailure() {}

  /** The arguments are names of classes; the last line says which test failed. */
  public static void main(String[] tests) {
    AtomicBoolean ran = new AtomicBoolean();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(tests).map(name -> selectClass(name)).toList())
                .build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                ran.compareAndSet(false, test.isTest());
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                  result.getThrowable().ifPresent(Throwable::printStackTrace);
                  System.err.println(words(test));
                  Runtime.getRuntime().halt(ONE_FAILS);
                }
              }
            });
    // Threads that a test left behind would keep the process.
    Runtime.getRuntime().halt(ran.get() ? ALL_PASS : NONE_RAN);
  }

  private static String words(TestIdentifier test) {
    return test.getSource()
        .map(
            source ->
                source instanceof org.junit.platform.engine.support.descriptor.MethodSource method
                    ? method.getClassName().replaceAll(".*\\.", "") + "." + method.getMethodName()
                    : test.getDisplayName())
        .orElse(test.getDisplayName());
  }
}
