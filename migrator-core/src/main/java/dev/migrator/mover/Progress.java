package dev.migrator.mover;

/**
 * How far a Job of a transfer is.
 *
 * @param bytes that are done
 * @param total of bytes; 0 where it is not known
 */
public record Progress(long bytes, long total) {}
