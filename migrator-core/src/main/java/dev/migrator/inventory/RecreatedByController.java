package dev.migrator.inventory;

import dev.migrator.migration.Migration;
import dev.migrator.migration.RuleMatch;
import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.Manifest;
import dev.migrator.model.Owner;
import dev.migrator.model.Protection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether what a controller made comes back the same when the controller makes it again. That is
 * true of what the built-in controllers make; of what others make, {@code owned.tsv} tells.
 *
 * <p>Pure. A Secret or ConfigMap that custom controllers make travels when its own label or a rule
 * that names its kind asks for it; then it goes before its owner, which finds it.
 */
final class RecreatedByController {

  private static final Set<String> DATA = Set.of("Secret", "ConfigMap");

  private record Line(String groupKind, String annotation, String controller) {

    boolean speaksOf(Manifest object, Owner owner) {
      return groupKind.equals(object.ref().groupKind())
          && (annotation.equals("-") || object.annotations().containsKey(annotation))
          && switch (controller) {
            case "*" -> true;
            case "custom" -> owner.isCustom();
            default -> controller.equals(owner.groupKind());
          };
    }
  }

  private static final List<Line> LINES =
      KnowledgeLines.of(RecreatedByController.class, "owned.tsv", 4).stream()
          .map(l -> new Line(l.get(0), l.get(1), l.get(2)))
          .toList();

  private final Migration.Classification wanted;

  RecreatedByController(Migration.Classification wanted) {
    this.wanted = wanted;
  }

  /** The controller that keeps the object from travelling, as it makes it; empty when none does. */
  Optional<Owner> by(Manifest object) {
    return controller(object)
        .filter(owner -> LINES.stream().noneMatch(line -> line.speaksOf(object, owner)))
        .filter(owner -> !(isData(object, owner) && isAskedFor(object)));
  }

  static Optional<Owner> controller(Manifest object) {
    return Owner.of(object).stream().filter(Owner::controller).findFirst();
  }

  private static boolean isData(Manifest object, Owner owner) {
    return DATA.contains(object.ref().groupKind()) && owner.isCustom();
  }

  /** The label, else the first rule that names the kind; only copies can be taken along. */
  private boolean isAskedFor(Manifest object) {
    Migration.LabelNames names = wanted.label();
    String value = object.labels().get(names.key());
    if (value != null) {
      return value.equals(names.loss()) || value.equals(names.none());
    }
    return wanted.rules().stream()
        .filter(rule -> rule.kind().equals(object.kind()) && RuleMatch.matches(rule, object))
        .findFirst()
        .filter(rule -> rule.protectFrom() != Protection.DUPLICATION)
        .isPresent();
  }
}
