package dev.migrator.verify;

/**
 * One place where the live object is not what was sent.
 *
 * @param path of fields, such as {@code spec.template.spec.containers[name=web].image}
 * @param sent the value as short text, {@code (secret)} in a Secret; empty for what was not sent
 * @param live likewise; empty for what is not there
 */
public record Difference(String path, Kind kind, String sent, String live) {

  /** What is wrong. */
  public enum Kind {
    /** It was sent and is not there. */
    MISSING,
    /** It is there with another value. */
    CHANGED,
    /** It is there, was not sent, and is nothing that a server fills in. */
    ADDED
  }

  /** One line for people; never a secret. */
  @Override
  public String toString() {
    return switch (kind) {
      case MISSING -> path + " is missing (sent " + sent + ")";
      case CHANGED -> path + " is " + live + " (sent " + sent + ")";
      case ADDED -> path + " was added (" + live + ")";
    };
  }
}
