package dev.migrator.plan.sanity;

import dev.migrator.graph.Dependency;
import dev.migrator.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** Runs the checks. */
public final class SanityChecks {

  /** In the order in which they build on each other. */
  private static final List<SanityCheck> ALL =
      List.of(
          new CountsAddUp(),
          new NeedsExist(),
          new Acyclic(),
          new EveryObjectHasSteps(),
          new DeleteOnlyDuplicateIntolerant(),
          new NothingTakesOthersAlong(),
          new DeleteAfterGate(),
          new CreateAfterProvenAbsent(),
          new CapturedInThePause(),
          new NoDigestOfSecrets(),
          new VerifyIsLast(),
          new HooksAreSet());

  private SanityChecks() {}

  /**
   * What the first check that fails has to say; empty when none does. Later checks rely on what
   * earlier ones make sure of.
   */
  public static List<Violation> violations(Plan plan) {
    return ALL.stream()
        .map(check -> breaches(check, plan))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /**
   * What {@link NoHardEdgeBroken} says: it needs the dependencies, which a plan file does not hold.
   */
  public static List<Violation> violations(Plan plan, List<Dependency> dependencies) {
    return breaches(new NoHardEdgeBroken(dependencies), plan);
  }

  private static List<Violation> breaches(SanityCheck check, Plan plan) {
    List<Violation> found = new ArrayList<>();
    check.check(
        plan, (subject, message) -> found.add(new Violation(check.name(), subject, message)));
    return found;
  }

  /**
   * A check that failed.
   *
   * @param subject the id of a step, or the ref of an object
   */
  public record Violation(String check, String subject, String message) {
    @Override
    public String toString() {
      return check + ": " + subject + ": " + message;
    }
  }
}
