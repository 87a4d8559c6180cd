package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Registries, or other beginnings of image names, that are different at the target. The longest
 * beginning wins; it ends where a part of the name ends.
 *
 * <p>Before, with {@code registry.old/: registry.new/}: {@code image: registry.old/web:1.4}. After:
 * {@code image: registry.new/web:1.4}.
 */
final class ImageMapping implements SanitizeRule {

  private final List<Map.Entry<String, String>> prefixes;

  ImageMapping(Map<String, String> prefixes) {
    this.prefixes =
        prefixes.entrySet().stream()
            .sorted(
                Comparator.comparingInt((Map.Entry<String, String> e) -> -e.getKey().length())
                    .thenComparing(Map.Entry::getKey))
            .toList();
  }

  @Override
  public void apply(Draft draft) {
    if (prefixes.isEmpty()) {
      return;
    }
    for (ObjectNode spec : draft.podSpecs()) {
      for (ObjectNode container : Draft.containers(spec)) {
        String image = container.path("image").asText();
        for (Map.Entry<String, String> prefix : prefixes) {
          if (begins(image, prefix.getKey())) {
            container.put("image", prefix.getValue() + image.substring(prefix.getKey().length()));
            break;
          }
        }
      }
    }
  }

  /** {@code registry.old} is no beginning of {@code registry.older/web}. */
  private static boolean begins(String image, String prefix) {
    return image.startsWith(prefix)
        && (image.length() == prefix.length()
            || prefix.endsWith("/")
            || "/:@".indexOf(image.charAt(prefix.length())) >= 0);
  }
}
