package dev.migrator.cli.option;

import dev.migrator.migration.Migration;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.Protection;
import dev.migrator.runbook.PlanningOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a person decides when a plan is made. */
public final class PlanningChoices {

  private static final String UNDECIDED = "undecided";

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The migration file; without one the defaults hold.")
  private Optional<String> file = Optional.empty();

  @Option(
      names = "--default-for",
      paramLabel = "undecided=loss|duplication|none",
      description = "What holds for objects that no label, no rule and no knowledge decides.")
  private Map<String, String> defaultFor = new LinkedHashMap<>();

  @Option(
      names = "--without-api",
      paramLabel = "GROUP/VERSION",
      description = "Plan without this API of the source, which cannot be read. Repeatable.")
  private List<String> withoutApis = new ArrayList<>();

  @Option(
      names = "--include-helm-releases",
      description = "Let the Secrets travel in which Helm keeps its releases.")
  private boolean includeHelmReleases;

  /** The migration file that was named. */
  public Optional<String> file() {
    return file;
  }

  public PlanningOptions options(boolean prove) {
    return new PlanningOptions(new LinkedHashSet<>(withoutApis), includeHelmReleases, prove);
  }

  /**
   * The migration with what the options say.
   *
   * <p>Errors: M1001 for an unknown default.
   */
  public Migration decide(Migration read) {
    Optional<Protection> undecided = read.classification().defaultForUndecided();
    for (Map.Entry<String, String> given : defaultFor.entrySet()) {
      undecided = Optional.of(protection(given.getKey(), given.getValue()));
    }
    Migration.Classification c = read.classification();
    return new Migration(
        read.name(),
        read.scope(),
        new Migration.Classification(c.label(), c.strict(), c.rules(), undecided),
        read.mappings(),
        read.modifiers(),
        read.gates(),
        read.hooks(),
        read.handover(),
        read.limits(),
        read.data());
  }

  private static Protection protection(String what, String value) {
    Optional<Protection> protection = Protection.ofLabel(value);
    if (!what.equals(UNDECIDED) || protection.isEmpty()) {
      throw Problem.of(
              ErrorCode.M1001,
              "--default-for " + what + "=" + value + " is not known",
              what.equals(UNDECIDED)
                  ? "legal values are loss, duplication and none"
                  : "the only default is the one for undecided objects",
              "--default-for undecided=duplication")
          .exception();
    }
    return protection.get();
  }
}
