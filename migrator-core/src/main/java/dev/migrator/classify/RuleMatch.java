package dev.migrator.classify;

import dev.migrator.migration.Glob;
import dev.migrator.migration.LabelQuery;
import dev.migrator.migration.Migration;
import dev.migrator.model.Manifest;

/**
 * Whether a rule of the user speaks of an object: globs on names, a selector on labels; empty parts
 * match all.
 */
final class RuleMatch {

  private RuleMatch() {}

  static boolean matches(Migration.Rule rule, Manifest object) {
    return glob(rule.group(), object.ref().group())
        && glob(rule.kind(), object.kind())
        && glob(rule.namespace(), object.namespace())
        && glob(rule.name(), object.name())
        && LabelQuery.parse(rule.selector()).matches(object.labels());
  }

  private static boolean glob(String pattern, String name) {
    return pattern.isEmpty() || Glob.matches(pattern, name);
  }
}
