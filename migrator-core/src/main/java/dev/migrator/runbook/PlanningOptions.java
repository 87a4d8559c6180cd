package dev.migrator.runbook;

import dev.migrator.model.ObjectRef;
import java.util.Optional;
import java.util.Set;

/**
 * What a person decides for one planning, beyond the migration file.
 *
 * @param withoutApis group versions of the source that need not be read, such as {@code
 *     foo.example.com/v1}
 * @param includeHelmReleases whether the Secrets in which Helm keeps its releases travel
 * @param prove whether every create is sent to the target as a dry run
 * @param only the objects that may travel, whatever else is in scope; empty for all
 * @param advice whether the plan says what the eight factors would have otherwise
 */
public record PlanningOptions(
    Set<String> withoutApis,
    boolean includeHelmReleases,
    boolean prove,
    Optional<Set<ObjectRef>> only,
    boolean advice) {

  public PlanningOptions {
    withoutApis = Set.copyOf(withoutApis);
    only = only.map(Set::copyOf);
  }

  public PlanningOptions(Set<String> withoutApis, boolean includeHelmReleases, boolean prove) {
    this(withoutApis, includeHelmReleases, prove, Optional.empty(), true);
  }

  /** Everything is read, Helm's records stay, nothing is proven. */
  public static PlanningOptions defaults() {
    return new PlanningOptions(Set.of(), false, false);
  }

  public PlanningOptions withProof() {
    return new PlanningOptions(withoutApis, includeHelmReleases, true, only, advice);
  }

  public PlanningOptions withOnly(Set<ObjectRef> refs) {
    return new PlanningOptions(withoutApis, includeHelmReleases, prove, Optional.of(refs), advice);
  }

  public PlanningOptions withoutAdvice() {
    return new PlanningOptions(withoutApis, includeHelmReleases, prove, only, false);
  }
}
