package dev.migrator.lifecycle;

/** Where a step is, by what is known of it. */
public enum StepStatus {
  /** No intent is known. */
  NOT_STARTED,
  /** An intent without an outcome: read the cluster, then decide. */
  IN_DOUBT,
  /** Done, or seen to be done. */
  DONE,
  /** Tried, and it did not come to its end; a request of it may have been carried out. */
  FAILED
}
