package dev.migrator.cluster.fabric8;

/** No credential can be had; the message is one line without secrets. */
final class LoginException extends Exception {

  private static final long serialVersionUID = 1L;

  LoginException(String message) {
    super(Failures.oneLine(message));
  }

  LoginException(String message, Throwable cause) {
    super(Failures.oneLine(message), cause);
  }

  /** What went wrong. */
  String detail() {
    return String.valueOf(getMessage());
  }
}
