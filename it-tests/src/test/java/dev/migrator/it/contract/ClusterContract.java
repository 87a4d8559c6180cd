package dev.migrator.it.contract;

/**
 * Everything that the tool relies on of a cluster, as tests: what every adapter must pass. A
 * subclass gives the cluster and lets time pass on it.
 *
 * <p>The parts: {@link ObjectContract}, {@link DeletionContract}, {@link ListContract}, {@link
 * WorkloadContract}, {@link BatchContract}, {@link VolumeContract}.
 */
public abstract class ClusterContract extends VolumeContract {}
