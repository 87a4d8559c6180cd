package dev.migrator.sanitize;

import dev.migrator.model.Manifest;
import java.util.Optional;

/** The cluster address that somebody chose for a Service, as they choose a node port. */
public final class AskedAddress {

  private AskedAddress() {}

  /** Empty for everything but a Service whose address was asked for. */
  public static Optional<String> of(Manifest object) {
    return object.ref().groupKind().equals("Service")
        ? AllocatedServiceFields.askedAddress(object)
        : Optional.empty();
  }
}
