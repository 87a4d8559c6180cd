package dev.migrator.sanitize;

import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;

/**
 * What is sent for an object of the source: sanitised, mapped, and at the version that the target
 * serves. Safe for use by many threads.
 */
public final class Definitions {

  private final Sanitizer sanitizer;

  public Definitions(Migration migration) {
    this.sanitizer = new Sanitizer(SanitizeContext.of(migration));
  }

  /**
   * The definition of the object, before the mark of its origin.
   *
   * @param apiVersion at which the target is written
   */
  public Sanitized of(Manifest source, String apiVersion) {
    Sanitized sanitized = sanitizer.sanitize(source);
    if (sanitized.body().apiVersion().equals(apiVersion)) {
      return sanitized;
    }
    return Conversions.convert(sanitized.body(), apiVersion)
        .map(body -> new Sanitized(body, sanitized.drops()))
        .orElse(sanitized);
  }
}
