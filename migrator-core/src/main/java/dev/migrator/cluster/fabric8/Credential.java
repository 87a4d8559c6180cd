package dev.migrator.cluster.fabric8;

import java.time.Instant;
import java.util.Optional;

/**
 * What we show to a server. It prints as nothing, so that no log can hold it.
 *
 * @param authorization the whole header, such as {@code Bearer ...}; empty for none
 * @param certificate in PEM; empty for none
 * @param key in PEM; empty for none
 * @param expires when the giver says so
 */
record Credential(String authorization, String certificate, String key, Optional<Instant> expires) {

  Credential withAuthorization(String header) {
    return new Credential(header, certificate, key, expires);
  }

  Credential orCertificateOf(Credential other) {
    return certificate.isEmpty()
        ? new Credential(authorization, other.certificate, other.key, expires)
        : this;
  }

  boolean hasSameCertificate(Credential other) {
    return certificate.equals(other.certificate) && key.equals(other.key);
  }

  @Override
  public String toString() {
    return "a credential";
  }
}
