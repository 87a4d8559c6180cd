package dev.migrator.mover;

/**
 * What one side has in its volume when its Job has ended.
 *
 * @param files entries of every type, the root of the volume not counted
 * @param bytes that are in regular files
 * @param skipped entries that could not be copied; only a hot pass may have any
 * @param digest over everything that was compared; empty after a hot pass
 */
public record Result(long files, long bytes, long skipped, String digest) {

  /** Whether both sides have the same data: for final passes, a hot one has no digest. */
  public boolean isSameAs(Result other) {
    return !digest.isEmpty()
        && skipped == 0
        && other.skipped == 0
        && files == other.files
        && bytes == other.bytes
        && digest.equals(other.digest);
  }
}
