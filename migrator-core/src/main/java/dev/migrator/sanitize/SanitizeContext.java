package dev.migrator.sanitize;

import dev.migrator.migration.Migration;
import dev.migrator.migration.VolumeRule;
import dev.migrator.model.AddressRange;
import java.util.List;

/**
 * What the user wants changed on the way.
 *
 * @param serviceRanges of which the target gives addresses to Services
 * @param volumes how the data of claims travels
 */
public record SanitizeContext(
    Migration.Mappings mappings,
    List<Migration.Modifier> modifiers,
    List<AddressRange> serviceRanges,
    List<VolumeRule> volumes) {

  public SanitizeContext {
    modifiers = List.copyOf(modifiers);
    serviceRanges = List.copyOf(serviceRanges);
    volumes = List.copyOf(volumes);
  }

  /** For a target of whose addresses nobody knows. */
  public SanitizeContext(Migration.Mappings mappings, List<Migration.Modifier> modifiers) {
    this(mappings, modifiers, List.of(), List.of());
  }

  public static SanitizeContext of(Migration migration) {
    return new SanitizeContext(
        migration.mappings(),
        migration.modifiers(),
        migration.data().serviceRanges().stream()
            .flatMap(range -> AddressRange.parse(range).stream())
            .toList(),
        migration.data().volumes());
  }
}
