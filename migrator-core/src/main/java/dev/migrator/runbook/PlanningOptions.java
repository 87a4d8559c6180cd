package dev.migrator.runbook;

import java.util.Set;

/**
 * What a person decides for one planning, beyond the migration file.
 *
 * @param withoutApis group versions of the source that need not be read, such as {@code
 *     foo.example.com/v1}
 * @param includeHelmReleases whether the Secrets in which Helm keeps its releases travel
 * @param prove whether every create is sent to the target as a dry run
 */
public record PlanningOptions(Set<String> withoutApis, boolean includeHelmReleases, boolean prove) {

  public PlanningOptions {
    withoutApis = Set.copyOf(withoutApis);
  }

  /** Everything is read, Helm's records stay, nothing is proven. */
  public static PlanningOptions defaults() {
    return new PlanningOptions(Set.of(), false, false);
  }

  public PlanningOptions withProof() {
    return new PlanningOptions(withoutApis, includeHelmReleases, true);
  }
}
