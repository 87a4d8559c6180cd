package dev.migrator.runbook;

import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import dev.migrator.sanitize.Conversions;
import dev.migrator.sanitize.SanitizeContext;
import dev.migrator.sanitize.Sanitized;
import dev.migrator.sanitize.Sanitizer;

/**
 * What is sent for an object of the source: sanitised, mapped, and at the version that the target
 * serves.
 */
final class Definitions {

  private final Sanitizer sanitizer;

  Definitions(Migration migration) {
    this.sanitizer = new Sanitizer(SanitizeContext.of(migration));
  }

  Sanitized of(Manifest source, String apiVersion) {
    Sanitized sanitized = sanitizer.sanitize(source);
    if (sanitized.body().apiVersion().equals(apiVersion)) {
      return sanitized;
    }
    return Conversions.convert(sanitized.body(), apiVersion)
        .map(body -> new Sanitized(body, sanitized.drops()))
        .orElse(sanitized);
  }
}
