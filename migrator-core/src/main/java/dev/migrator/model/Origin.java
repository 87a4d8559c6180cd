package dev.migrator.model;

import java.util.Optional;

/**
 * The mark on everything we create: annotation {@value #ANNOTATION} with run id, source uid and the
 * digest of the sent definition.
 *
 * <p>Shape: {@code run/uid/digest}; for Secrets the last part is {@code -}, so that no digest of a
 * secret leaves the vault. Never inside a pod template.
 */
public record Origin(String run, String sourceUid, Optional<Digest> digest) {

  /** The annotation's key. */
  public static final String ANNOTATION = "migrator.dev/origin";

  /** On what a run stopped at the source, as long as it is stopped: how active it was before. */
  public static final String STOPPED = "migrator.dev/quiesced";

  /** On what a run created inert, as long as it was not activated: the run. */
  public static final String HELD = "migrator.dev/held";

  /** On a scaler of the source that a run paused: the run. */
  public static final String PAUSED = "migrator.dev/paused";

  /** On what captures data: each workload that was stopped before, with its generation. */
  public static final String STOPPED_AT = "migrator.dev/stopped-at";

  /** A label of what the data of a claim is copied by: the name of that transfer. */
  public static final String TRANSFER = "migrator.dev/transfer";

  /** Whether the object of the source carries the mark of having been stopped. */
  public static boolean isStopped(Manifest atSource) {
    return atSource.annotations().containsKey(STOPPED);
  }

  /** Whether the autoscaler carries the run's mark of having been paused. */
  public static boolean isPaused(Manifest scaler, String run) {
    return run.equals(scaler.annotations().get(PAUSED));
  }

  /**
   * The run that stopped the object, paused it or created it inert, and has not set it going: how
   * it is now is not how it is meant to be. Empty where no run holds it.
   */
  public static Optional<String> holder(Manifest object) {
    return Optional.ofNullable(object.annotations().get(STOPPED))
        .map(mark -> mark.replaceFirst("/.*", ""))
        .or(() -> Optional.ofNullable(object.annotations().get(PAUSED)))
        .or(() -> Optional.ofNullable(object.annotations().get(HELD)));
  }

  /** The mark on an object; empty when it carries none, or one that we did not write. */
  public static Optional<Origin> of(Manifest manifest) {
    return Optional.ofNullable(manifest.annotations().get(ANNOTATION)).flatMap(Origin::parse);
  }

  /** Whether it was made, by whichever run, from the source's object with this uid. */
  public static boolean isOf(Manifest manifest, String sourceUid) {
    return of(manifest).filter(mark -> mark.sourceUid().equals(sourceUid)).isPresent();
  }

  /** Whether this run made it from the source's object with this uid. */
  public static boolean isOf(Manifest manifest, String run, String sourceUid) {
    return of(manifest)
        .filter(mark -> mark.run().equals(run) && mark.sourceUid().equals(sourceUid))
        .isPresent();
  }

  /** Reads {@link #text()}; empty for any other text. */
  public static Optional<Origin> parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
      return Optional.empty();
    }
    if (parts[2].equals("-")) {
      return Optional.of(new Origin(parts[0], parts[1], Optional.empty()));
    }
    return parts[2].matches("[0-9a-f]{32}")
        ? Optional.of(new Origin(parts[0], parts[1], Optional.of(new Digest(parts[2]))))
        : Optional.empty();
  }

  /** The annotation's value. */
  public String text() {
    return run + "/" + sourceUid + "/" + digest.map(Digest::hex).orElse("-");
  }
}
