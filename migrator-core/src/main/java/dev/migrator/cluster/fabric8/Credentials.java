package dev.migrator.cluster.fabric8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The credential that is valid now. It is renewed when it expires and when a server refuses it;
 * many threads that meet the same refusal cause one renewal.
 */
final class Credentials {

  /** Reads the kubeconfig again: another program may have put a new token there. */
  @FunctionalInterface
  interface Source {
    Login read() throws LoginException;
  }

  /** Renewed so long before the end, so that no request is on its way with it at the end. */
  private static final Duration EARLY = Duration.ofSeconds(30);

  private static final Duration TOKEN_FILE_AGE = Duration.ofMinutes(1);

  /** A login is not repeated sooner, however many requests are refused. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final Source source;
  private final InstantSource clock;
  private final ReentrantLock renewing = new ReentrantLock();
  private volatile Held held;

  private record Held(Credential credential, Instant since, Instant renewAt) {}

  private Credentials(Source source, InstantSource clock, Held held) {
    this.source = source;
    this.clock = clock;
    this.held = held;
  }

  /** Logs in for the first time. */
  static Credentials of(Login login, Source source, InstantSource clock) throws LoginException {
    return new Credentials(source, clock, logIn(login, clock));
  }

  /** The credential to be shown. */
  Credential current() throws LoginException {
    Held now = held;
    if (clock.instant().isBefore(now.renewAt())) {
      return now.credential();
    }
    return renew(now.credential());
  }

  /**
   * Another credential than the refused one; empty when there is none.
   *
   * <p>Errors: {@link LoginException} when logging in again fails.
   */
  Optional<Credential> insteadOf(Credential refused) throws LoginException {
    return Optional.of(renew(refused)).filter(renewed -> !renewed.equals(refused));
  }

  private Credential renew(Credential old) throws LoginException {
    renewing.lock();
    try {
      boolean isFresh = clock.instant().isBefore(held.since().plus(PAUSE));
      if (held.credential().equals(old) && !isFresh) {
        held = logIn(source.read(), clock);
      }
      return held.credential();
    } finally {
      renewing.unlock();
    }
  }

  private static Held logIn(Login login, InstantSource clock) throws LoginException {
    Instant now = clock.instant();
    if (login.exec().isPresent() && login.credential().authorization().isEmpty()) {
      Credential credential = login.exec().get().login().orCertificateOf(login.credential());
      return new Held(
          credential, now, credential.expires().map(end -> end.minus(EARLY)).orElse(Instant.MAX));
    }
    if (login.tokenFile().isPresent()) {
      return new Held(
          login.credential().withAuthorization("Bearer " + token(login.tokenFile().get())),
          now,
          now.plus(TOKEN_FILE_AGE));
    }
    return new Held(login.credential(), now, Instant.MAX);
  }

  private static String token(Path file) throws LoginException {
    try {
      String token = Files.readString(file).strip();
      if (!token.isEmpty()) {
        return token;
      }
    } catch (IOException e) {
      throw new LoginException("tokenFile cannot be read: " + Failures.words(e), e);
    }
    throw new LoginException("tokenFile " + file + " is empty");
  }
}
