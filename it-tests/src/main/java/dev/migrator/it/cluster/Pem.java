package dev.migrator.it.cluster;

import java.util.Base64;

/** Keys and certificates as text. Pure. */
final class Pem {

  private Pem() {}

  static String of(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }
}
