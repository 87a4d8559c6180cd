package dev.migrator.cluster.fabric8;

import dev.migrator.cluster.Cluster;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The adapter of real servers without a kubeconfig, for servers of tests. */
public final class Adapters {

  private Adapters() {}

  /**
   * Connects; nothing is sent by that.
   *
   * @param server without a slash at its end
   */
  public static Cluster to(String server, String context, ConnectionLimits limits) {
    Credential token = new Credential("Bearer t1", "", "", Optional.empty());
    Login login =
        new Login(
            URI.create(server),
            false,
            "",
            "",
            Optional.empty(),
            token,
            Optional.empty(),
            Optional.empty(),
            Map.<String, List<String>>of());
    try {
      Credentials credentials = Credentials.of(login, () -> login, InstantSource.system());
      return new Fabric8Cluster(context, new Transport(login, credentials, limits), limits);
    } catch (LoginException e) {
      throw new IllegalStateException(e);
    }
  }
}
