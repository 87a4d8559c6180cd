package dev.migrator.it.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * As {@link RealNodes}, and both nodes have a CSI driver with the sidecars and classes that it
 * needs: claims become disks. Both drivers share the disks, so one that the source has made can be
 * attached at the target. A test may also ask for {@link dev.migrator.it.disk.Disks} as a
 * parameter.
 *
 * <p>Where the programs are not built, they are built, which takes minutes once; in CI the tests
 * are skipped instead, with a line on standard output.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@RealNodes
public @interface RealDisks {

  /** The zone of the source's node and of the disks made there; empty where there are no zones. */
  String sourceZone() default "";

  /** The zone of the target's node and of the disks made there; empty where there are no zones. */
  String targetZone() default "";

  /** Whether the drivers attach a disk to a node while another one has it. */
  boolean careless() default false;
}
