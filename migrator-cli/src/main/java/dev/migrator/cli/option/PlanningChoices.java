package dev.migrator.cli.option;

import dev.migrator.migration.Migration;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
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
  private static final String VOLUMES = "volumes";
  private static final List<String> PROTECTIONS = List.of("loss", "duplication", "none");

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The migration file; without one the defaults hold.")
  private Optional<String> file = Optional.empty();

  @Option(
      names = "--default-for",
      paramLabel = "undecided=CLASS|volumes=WAY",
      description =
          "What holds for what no label, no rule and no knowledge decides: for objects loss,"
              + " duplication or none; for the data of claims handOver, share or empty.")
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
    Optional<VolumeWay> volumes = read.data().otherwise();
    for (Map.Entry<String, String> given : defaultFor.entrySet()) {
      switch (given.getKey()) {
        case UNDECIDED ->
            undecided =
                Optional.of(known(given, Protection.ofLabel(given.getValue()), PROTECTIONS));
        case VOLUMES ->
            volumes = Optional.of(known(given, VolumeWay.of(given.getValue()), VolumeWay.labels()));
        default -> throw unknown(given, "the defaults are for undecided and for volumes");
      }
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
        read.data().withOtherwise(volumes));
  }

  private static <T> T known(
      Map.Entry<String, String> given, Optional<T> value, List<String> legal) {
    return value.orElseThrow(() -> unknown(given, "legal values are " + String.join(", ", legal)));
  }

  private static ProblemException unknown(Map.Entry<String, String> given, String why) {
    return Problem.of(
            ErrorCode.M1001,
            "--default-for " + given.getKey() + "=" + given.getValue() + " is not known",
            why,
            "--default-for undecided=duplication",
            "--default-for volumes=handOver")
        .exception();
  }
}
