package dev.migrator.event;

import dev.migrator.model.ObjectRef;
import dev.migrator.model.ShortRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Objects as people write them: {@code deploy/shop/web}, {@code ns/shop}. */
public final class RefText {

  private RefText() {}

  /** Short form: kind as kubectl abbreviates it, namespace when there is one, name. */
  public static String of(ObjectRef ref) {
    return Printable.of(ShortRef.of(ref));
  }

  /** The first of these in the short form, at most so many, and how many more there are. */
  public static String some(List<ObjectRef> refs, int most) {
    String some = refs.stream().limit(most).map(RefText::of).collect(Collectors.joining(", "));
    return refs.size() > most ? some + " and " + (refs.size() - most) + " more" : some;
  }

  /** One safe line in which the objects that it names are written in the short form. */
  public static String in(String text) {
    return Printable.of(ShortRef.in(text));
  }

  /**
   * Whether a person's words mean this object: the short form, the long form, or the kind's plain
   * name in any case; the namespace may be left out.
   */
  public static boolean matches(ObjectRef ref, String typed) {
    String[] parts = typed.split("/", -1);
    if (parts.length < 2 || parts.length > 3) {
      return false;
    }
    String kind = parts[0].toLowerCase(Locale.ROOT);
    boolean sameKind =
        kind.equals(ref.kind().toLowerCase(Locale.ROOT))
            || kind.equals(ref.groupKind().toLowerCase(Locale.ROOT))
            || kind.equals(ref.kind().toLowerCase(Locale.ROOT) + "s")
            || ShortRef.kind(ref).filter(kind::equals).isPresent();
    boolean sameNamespace = parts.length == 2 || parts[1].equals(ref.namespace());
    return sameKind && sameNamespace && parts[parts.length - 1].equals(ref.name());
  }

  /**
   * These objects by name, for lists that somebody reads before a yes.
   *
   * <p>Shape: a line a kind and namespace, sorted by these; names in the given order.
   */
  public static List<String> byKind(Collection<ObjectRef> refs) {
    Map<String, List<String>> byKind = new TreeMap<>();
    for (ObjectRef ref : refs) {
      String place = ref.isClusterScoped() ? "" : " in " + ref.namespace();
      byKind.computeIfAbsent(ref.kind() + place, k -> new ArrayList<>()).add(ref.name());
    }
    return byKind.entrySet().stream()
        .map(e -> Printable.of("  " + e.getKey() + ": " + String.join(", ", e.getValue())))
        .toList();
  }
}
