package dev.migrator.sanitize;

import dev.migrator.model.Manifest;
import java.util.List;

/**
 * An object as it is to be sent.
 *
 * @param drops what was left out beyond what every object loses, in words that name the field;
 *     sorted, unique, without values
 * @param repairs what was changed so that the target takes it; sorted, unique, without values
 * @param unfit the fields that could not be set back, because they have neither the value that they
 *     had when the way back was planned nor the one that they get; sorted, unique
 */
public record Sanitized(
    Manifest body, List<String> drops, List<String> repairs, List<String> unfit) {

  public Sanitized {
    drops = drops.stream().distinct().sorted().toList();
    repairs = repairs.stream().distinct().sorted().toList();
    unfit = unfit.stream().distinct().sorted().toList();
  }

  /** Of an object that needed no repair. */
  public Sanitized(Manifest body, List<String> drops) {
    this(body, drops, List.of(), List.of());
  }
}
