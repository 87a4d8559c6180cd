package dev.migrator.planner;

import dev.migrator.model.Shell;
import dev.migrator.plan.Finding;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names the cluster in the commands of a finding's remedy: the current context of whoever pastes
 * one may be another. Pure.
 */
final class RemedyContext {

  /** A command that changes something; not kubectl as a word of a sentence. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "\\bkubectl (?=(-n \\S+ )?(label|annotate|patch|create|delete|set|rollout|edit \\w) ?)");

  /** What is missing at the target is given to it there; all else is about the source's object. */
  private static final Set<String> OF_TARGET =
      Set.of("default-namespace", "default-service-account", "staying-access", "old-data");

  private final String source;
  private final String target;

  /**
   * @param source the context of the source
   * @param target the context of the target
   */
  RemedyContext(String source, String target) {
    this.source = source;
    this.target = target;
  }

  Finding in(Finding finding) {
    String context = OF_TARGET.contains(finding.code()) ? target : source;
    String remedy =
        COMMAND
            .matcher(finding.remedy())
            .replaceAll(Matcher.quoteReplacement("kubectl --context " + Shell.word(context) + " "));
    return new Finding(
        finding.severity(), finding.code(), finding.object(), finding.message(), remedy);
  }
}
