package dev.migrator.it.cluster;

/**
 * What a user logs in with in place of a token.
 *
 * @param certificate PEM; names the user (CN) and its groups (O)
 * @param key PEM, PKCS #8 or SEC 1
 */
public record ClientCertificate(String certificate, String key) {

  /** Hides the key. */
  @Override
  public String toString() {
    return certificate;
  }
}
