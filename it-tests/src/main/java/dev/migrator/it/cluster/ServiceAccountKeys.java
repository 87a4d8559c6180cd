package dev.migrator.it.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;

/** The key pair that signs the tokens of ServiceAccounts, as two PEM files. */
record ServiceAccountKeys(Path privateKey, Path publicKey) {

  static ServiceAccountKeys writeTo(Path folder) throws IOException {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
      return new ServiceAccountKeys(
          PrivateFiles.write(
              folder.resolve("service-account.key"),
              Pem.of("PRIVATE KEY", pair.getPrivate().getEncoded())),
          PrivateFiles.write(
              folder.resolve("service-account.pub"),
              Pem.of("PUBLIC KEY", pair.getPublic().getEncoded())));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
