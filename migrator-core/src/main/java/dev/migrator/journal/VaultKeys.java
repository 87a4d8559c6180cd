package dev.migrator.journal;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who may read the Secrets of a vault: age recipients that they are sealed to, and age identities
 * that open them.
 *
 * <p>The process that seals can open as well, by an identity that it makes for itself and that is
 * never on a disk; every later process needs the identity of a recipient.
 *
 * <p>Source: <a href="https://age-encryption.org/v1">the age file format</a>, ADR 0019.
 */
public final class VaultKeys {

  private static final VaultKeys NONE = new VaultKeys(List.of(), List.of());

  private final List<RecipientStanzaWriter> recipients;
  private final List<RecipientStanzaReader> identities;

  private VaultKeys(
      List<RecipientStanzaWriter> recipients, List<RecipientStanzaReader> identities) {
    this.recipients = List.copyOf(recipients);
    this.identities = List.copyOf(identities);
  }

  /** Nothing is sealed, and nothing that is sealed can be opened. */
  public static VaultKeys none() {
    return NONE;
  }

  /**
   * Seals to these recipients, and opens with these identities and what it sealed itself.
   *
   * <p>Errors: M1008 for a text that is none; the message never holds an identity.
   *
   * @param recipients {@code age1...}; empty when nothing is to be sealed
   * @param identities {@code AGE-SECRET-KEY-1...}
   */
  public static VaultKeys of(List<String> recipients, List<String> identities) {
    if (recipients.isEmpty() && identities.isEmpty()) {
      return NONE;
    }
    List<RecipientStanzaWriter> writers = new ArrayList<>();
    List<RecipientStanzaReader> readers = new ArrayList<>();
    for (String recipient : recipients) {
      writers.add(recipient(recipient));
    }
    for (String identity : identities) {
      readers.add(identity(identity));
    }
    if (!writers.isEmpty()) {
      try {
        KeyPair ours = new X25519KeyPairGenerator().generateKeyPair();
        writers.add(recipient(text(ours.getPublic())));
        readers.add(identity(text(ours.getPrivate())));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java runtime has no X25519", e);
      }
    }
    return new VaultKeys(writers, readers);
  }

  /** Whether Secrets are sealed before they are written. */
  boolean seals() {
    return !recipients.isEmpty();
  }

  /** Whether the object's line is sealed before it is written. */
  boolean seals(ObjectRef ref) {
    return seals() && ref.groupKind().equals("Secret");
  }

  /** The text as an age file, readable by each recipient. */
  byte[] seal(byte[] text) {
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    try (WritableByteChannel channel =
        new StandardEncryptingChannelFactory()
            .newEncryptingChannel(Channels.newChannel(sealed), recipients)) {
      for (ByteBuffer rest = ByteBuffer.wrap(text); rest.hasRemaining(); ) {
        channel.write(rest);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("age refuses to seal", e);
    }
    return sealed.toByteArray();
  }

  /** What was sealed; empty when none of the identities opens it, or it was tampered with. */
  Optional<byte[]> open(byte[] sealed) {
    if (identities.isEmpty()) {
      return Optional.empty();
    }
    try (ReadableByteChannel channel =
        new StandardDecryptingChannelFactory()
            .newDecryptingChannel(
                Channels.newChannel(new ByteArrayInputStream(sealed)), identities)) {
      return Optional.of(Channels.newInputStream(channel).readAllBytes());
    } catch (IOException | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static String text(Key key) {
    return new String(key.getEncoded(), StandardCharsets.US_ASCII);
  }

  private static RecipientStanzaWriter recipient(String text) {
    try {
      return X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(text);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw Problem.of(
              ErrorCode.M1008,
              "not an age recipient: " + (text.startsWith("AGE-") ? "(an identity)" : text),
              text.startsWith("AGE-")
                  ? "that is the secret half; its public half begins with age1"
                  : "a recipient begins with age1, as age-keygen prints it",
              "age-keygen -o key.txt   (makes an identity, and prints its recipient)")
          .exception();
    }
  }

  private static RecipientStanzaReader identity(String text) {
    try {
      return X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(text);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw Problem.of(
              ErrorCode.M1008,
              "an age identity is not valid",
              "an identity begins with AGE-SECRET-KEY-1; lines that begin with # are passed over",
              "age-keygen -o key.txt   (how such a file looks)")
          .exception();
    }
  }
}
