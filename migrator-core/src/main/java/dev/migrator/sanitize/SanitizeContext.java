package dev.migrator.sanitize;

import dev.migrator.migration.Migration;
import java.util.List;

/** What the user wants changed on the way. */
public record SanitizeContext(Migration.Mappings mappings, List<Migration.Modifier> modifiers) {

  public SanitizeContext {
    modifiers = List.copyOf(modifiers);
  }

  public static SanitizeContext of(Migration migration) {
    return new SanitizeContext(migration.mappings(), migration.modifiers());
  }
}
