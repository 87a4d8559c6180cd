package dev.migrator.graph;

import dev.migrator.model.ObjectRef;
import java.util.Optional;

/**
 * What others can need an object for, beside itself.
 *
 * @param defines the {@code Kind.group} of a CustomResourceDefinition, or the {@code group/version}
 *     of an aggregated API
 * @param converter the Service that converts between the versions of what it defines
 * @param parameters the {@code Kind.group} of the parameters of an admission policy
 */
public record Offer(
    Optional<String> defines, Optional<ObjectRef> converter, Optional<String> parameters) {

  /** Of most objects: nothing. */
  public static final Offer NOTHING =
      new Offer(Optional.empty(), Optional.empty(), Optional.empty());
}
