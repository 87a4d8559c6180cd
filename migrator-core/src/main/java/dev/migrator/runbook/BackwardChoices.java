package dev.migrator.runbook;

import dev.migrator.model.PlanKey;
import java.util.Optional;
import java.util.Set;

/**
 * What a person decides for one way back.
 *
 * @param key by which the Secrets of its plan are bound; empty when nobody would have it later
 * @param withoutApis group versions of the move's target that need not be read, beside those that
 *     the move's plan was allowed not to read
 * @param whereChanged whose value goes back where both have changed a field; empty: it blocks
 */
public record BackwardChoices(
    Optional<PlanKey> key, Set<String> withoutApis, Optional<WhereChanged> whereChanged) {

  public BackwardChoices {
    withoutApis = Set.copyOf(withoutApis);
  }

  /** The command that plans the way back of this run again, with the same choices. */
  String command(String run) {
    StringBuilder command = new StringBuilder("migrator rollback " + run + " --backward");
    withoutApis.stream().sorted().forEach(api -> command.append(" --without-api ").append(api));
    whereChanged.ifPresent(side -> command.append(" --where-changed ").append(side.label()));
    return command.toString();
  }

  /** Of somebody who decides nothing. */
  public static BackwardChoices none() {
    return new BackwardChoices(Optional.empty(), Set.of(), Optional.empty());
  }
}
