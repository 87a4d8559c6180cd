package dev.migrator.runbook;

import dev.migrator.model.ObjectRef;
import dev.migrator.model.PlanKey;
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
 * @param key by which Secrets are bound; empty when nobody would have it later
 * @param again the command that makes this plan, for what a person may add to it
 */
public record PlanningOptions(
    Set<String> withoutApis,
    boolean includeHelmReleases,
    boolean prove,
    Optional<Set<ObjectRef>> only,
    boolean advice,
    Optional<PlanKey> key,
    String again) {

  public PlanningOptions {
    withoutApis = Set.copyOf(withoutApis);
    only = only.map(Set::copyOf);
  }

  public PlanningOptions(Set<String> withoutApis, boolean includeHelmReleases, boolean prove) {
    this(
        withoutApis,
        includeHelmReleases,
        prove,
        Optional.empty(),
        true,
        Optional.empty(),
        "migrator plan ...");
  }

  /** Everything is read, Helm's records stay, nothing is proven. */
  public static PlanningOptions defaults() {
    return new PlanningOptions(Set.of(), false, false);
  }

  public PlanningOptions withProof() {
    return new PlanningOptions(withoutApis, includeHelmReleases, true, only, advice, key, again);
  }

  public PlanningOptions withOnly(Set<ObjectRef> refs) {
    return new PlanningOptions(
        withoutApis, includeHelmReleases, prove, Optional.of(refs), advice, key, again);
  }

  public PlanningOptions withKey(Optional<PlanKey> held) {
    return new PlanningOptions(withoutApis, includeHelmReleases, prove, only, advice, held, again);
  }

  /** The same, made by another command. */
  public PlanningOptions saying(String command) {
    return new PlanningOptions(withoutApis, includeHelmReleases, prove, only, advice, key, command);
  }

  public PlanningOptions withoutAdvice() {
    return new PlanningOptions(withoutApis, includeHelmReleases, prove, only, false, key, again);
  }
}
