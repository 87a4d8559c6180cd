package dev.migrator.cluster.fabric8;

import java.net.URI;
import java.net.URISyntaxException;

/** One request. */
final class Call {

  static final String JSON = "application/json";
  private static final byte[] NOTHING = {};

  private final String method;
  private final String path;
  private final String query;
  private final String accept;
  private final String contentType;
  private final byte[] body;

  /**
   * @param path as the API server names it, not yet encoded
   * @param query encoded, without the question mark; may be empty
   * @param body sent as it is
   */
  Call(String method, String path, String query, String accept, String contentType, byte[] body) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.accept = accept;
    this.contentType = contentType;
    this.body = body;
  }

  static Call get(String path, String query) {
    return new Call("GET", path, query, JSON, JSON, NOTHING);
  }

  static Call getAs(String accept, String path) {
    return new Call("GET", path, "", accept, JSON, NOTHING);
  }

  static Call post(String path, String query, byte[] body) {
    return new Call("POST", path, query, JSON, JSON, body);
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  String accept() {
    return accept;
  }

  String contentType() {
    return contentType;
  }

  byte[] body() {
    return body;
  }

  boolean isWrite() {
    return !method.equals("GET");
  }

  /** What to send: names may hold any character but a slash. */
  String encoded() {
    String encodedPath = isPlain() ? path : encode(path);
    return query.isEmpty() ? encodedPath : encodedPath + "?" + query;
  }

  private boolean isPlain() {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '-' || c > '9') && (c < 'A' || c > 'Z')) {
        return false;
      }
    }
    return true;
  }

  private static String encode(String path) {
    try {
      return new URI(null, null, path, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a path", e);
    }
  }

  /** For people; without the query, which may hold a token of a list. */
  @Override
  public String toString() {
    return method + " " + Failures.oneLine(path);
  }
}
