package dev.migrator.it.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The key pair that signs the tokens of ServiceAccounts, as two PEM files. */
record ServiceAccountKeys(Path privateKey, Path publicKey) {

  static ServiceAccountKeys writeTo(Path folder) throws IOException {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
      return new ServiceAccountKeys(
          PrivateFiles.write(
              folder.resolve("service-account.key"),
              pem("PRIVATE KEY", pair.getPrivate().getEncoded())),
          PrivateFiles.write(
              folder.resolve("service-account.pub"),
              pem("PUBLIC KEY", pair.getPublic().getEncoded())));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }
}
