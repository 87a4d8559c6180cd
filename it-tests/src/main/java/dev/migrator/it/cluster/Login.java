package dev.migrator.it.cluster;

import java.net.URI;

/**
 * One user of one API server.
 *
 * @param certificateAuthority PEM
 */
public record Login(URI server, String certificateAuthority, String user, String token) {

  /** In the group system:masters. */
  public static final String ADMIN_USER = "admin";

  /** Has no right but those of every user that is logged in. */
  public static final String RESTRICTED_USER = "restricted";

  /** Hides the token. */
  @Override
  public String toString() {
    return user + "@" + server;
  }
}
