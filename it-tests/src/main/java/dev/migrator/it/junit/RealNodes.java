package dev.migrator.it.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * As {@link RealClusters} with a pair of its own, whose clusters have one real node each instead of
 * fake ones: pods are processes, of the image {@code example.com/busybox:1} (pull policy Never) and
 * no other. The log of the kubelet is kept with those of the servers.
 *
 * <p>Where there can be none (root, cgroups, Debian's packages) the tests are skipped with advice;
 * in CI they fail.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@RealClusters(fresh = true)
public @interface RealNodes {}
