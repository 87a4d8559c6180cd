package dev.migrator.it.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test a {@link dev.migrator.it.cluster.ClusterPair} as a parameter: of a test method, a
 * lifecycle method or the constructor.
 *
 * <p>All classes share one pair, started when the first one needs it; such tests work in namespaces
 * of their own names and leave none behind that another test would stumble on. A test that fails
 * finds the servers' logs in {@code target/cluster-logs/<class>/<test>}. Where no real cluster can
 * be had, the tests are skipped with advice; in CI they fail.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({WhereClustersCanBe.class, RealClustersExtension.class})
public @interface RealClusters {

  /**
   * Whether it gets a pair of its own: the whole class shares one, or the annotated method has its
   * own.
   */
  boolean fresh() default false;
}
