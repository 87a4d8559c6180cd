package dev.migrator.migration;

import dev.migrator.model.Manifest;

/**
 * Whether a rule of the user speaks of an object: globs on names, a selector on labels; empty parts
 * match all.
 */
public final class RuleMatch {

  private RuleMatch() {}

  /** True when every part of the rule that is not empty matches. */
  public static boolean matches(Migration.Rule rule, Manifest object) {
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
