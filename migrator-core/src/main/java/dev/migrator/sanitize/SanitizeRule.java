package dev.migrator.sanitize;

/**
 * One reason why part of an object must not travel, or must travel changed. Does nothing to objects
 * that it does not concern.
 */
interface SanitizeRule {

  void apply(Draft draft);
}
