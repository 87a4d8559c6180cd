package dev.migrator.sanitize;

import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * What is sent for an object of the source: at the version that the target serves, sanitised and
 * mapped. Safe for use by many threads.
 */
public final class TargetDefinitions {

  private final Sanitizer sanitizer;

  public TargetDefinitions(Migration migration) {
    this.sanitizer = new Sanitizer(SanitizeContext.of(migration));
  }

  /**
   * The definition of the object, before the mark of its origin. Converts first, so that rules and
   * modifiers meet one form only.
   *
   * @param apiVersion at which the target is written
   */
  public Sanitized of(Manifest source, String apiVersion) {
    Sanitized converted =
        Conversions.convert(source, apiVersion).orElseGet(() -> new Sanitized(source, List.of()));
    Sanitized sanitized = sanitizer.sanitize(converted.body());
    List<String> drops = new ArrayList<>(converted.drops());
    drops.addAll(sanitized.drops());
    return new Sanitized(sanitized.body(), drops, sanitized.repairs(), sanitized.unfit());
  }
}
