package dev.migrator.it.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Signs the certificates that users log in with to one API server.
 *
 * @param keys a PKCS #12 file that the JDK's keytool works on
 * @param certificate the authority's own, PEM: what the server takes with {@code --client-ca-file}
 */
record ClientAuthority(Path keys, Path certificate) {

  private static final String AUTHORITY = "authority";
  // The file's mode protects it.
  private static final String PASSWORD = "changeit";

  static ClientAuthority in(Path folder) {
    return new ClientAuthority(
        folder.resolve("client-authority.p12"), folder.resolve("client-authority.crt"));
  }

  /** Makes the authority and writes its certificate. About a second. */
  void write() throws IOException {
    make(AUTHORITY, "CN=clients", "bc:critical=ca:true");
    Files.writeString(certificate, read(AUTHORITY).orElseThrow().certificate());
  }

  /** The certificate of a user in one group; made the first time. */
  ClientCertificate sign(String user, String group) {
    try {
      Optional<ClientCertificate> made = read(user);
      if (made.isEmpty()) {
        make(user, "CN=%s,O=%s".formatted(user, group), "eku=clientAuth", "-signer", AUTHORITY);
        made = read(user);
      }
      return made.orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<ClientCertificate> read(String alias) throws IOException {
    try (InputStream in = Files.newInputStream(keys)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      if (!store.containsAlias(alias)) {
        return Optional.empty();
      }
      return Optional.of(
          new ClientCertificate(
              Pem.of("CERTIFICATE", store.getCertificate(alias).getEncoded()),
              Pem.of("PRIVATE KEY", store.getKey(alias, PASSWORD.toCharArray()).getEncoded())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void make(String alias, String name, String extension, String... more)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                name,
                "-keyalg",
                "EC",
                "-ext",
                extension,
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                keys.toString()));
    command.addAll(List.of(more));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
      if (keytool.waitFor() != 0) {
        throw new IOException("keytool: " + said);
      }
    } catch (InterruptedException e) {
      keytool.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
