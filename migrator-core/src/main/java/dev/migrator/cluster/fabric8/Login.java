package dev.migrator.cluster.fabric8;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a kubeconfig says of one context: where the server is, how to know it, and who we are.
 *
 * @param server with scheme, without a slash at its end
 * @param insecure whether any server certificate will do
 * @param authority certificates in PEM that may sign the server's; empty: those that Java trusts
 * @param serverName the name that the server's certificate must have; empty: the server's host
 * @param proxy an HTTP proxy
 * @param credential what stands in the kubeconfig itself; with an exec plugin only its fallback
 * @param tokenFile holds a token that somebody replaces now and then
 * @param exec gives the credential
 * @param impersonation headers by which we act as somebody else; a header may have several values
 */
record Login(
    URI server,
    boolean insecure,
    String authority,
    String serverName,
    Optional<URI> proxy,
    Credential credential,
    Optional<Path> tokenFile,
    Optional<ExecPlugin> exec,
    Map<String, List<String>> impersonation) {

  Login {
    impersonation = Map.copyOf(impersonation);
  }
}
