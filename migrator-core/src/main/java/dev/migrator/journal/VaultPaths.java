package dev.migrator.journal;

import dev.migrator.model.Digest;
import dev.migrator.model.ObjectRef;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The file of an object in the vault: {@code <namespace or _cluster>/<Kind>.<group>.jsonl}.
 *
 * <p>Namespace, kind and group come from a server and may be hostile. What is not plainly a name is
 * replaced by {@code _} and a digest of it: no part of a server's text that could mean something to
 * a file system is ever used.
 */
final class VaultPaths {

  /** Every other file ends with .jsonl, whatever its group is called. */
  private static final String SEALED = ".jsonl.sealed";

  private static final String CLUSTER = "_cluster";

  /** RFC 1123 labels, joined by single dots: no {@code ..}, no leading dot, no separators. */
  private static final Pattern NAME =
      Pattern.compile(
          "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)*");

  private static final Pattern KIND = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}");
  private static final int LONGEST = 200;

  private VaultPaths() {}

  static String file(ObjectRef ref, boolean sealed) {
    return directory(ref.namespace()) + "/" + type(ref) + (sealed ? SEALED : ".jsonl");
  }

  static boolean isSealed(String file) {
    return file.endsWith(SEALED);
  }

  private static String directory(String namespace) {
    return namespace.isEmpty() ? CLUSTER : isName(namespace) ? namespace : digest(namespace);
  }

  private static String type(ObjectRef ref) {
    boolean plain =
        KIND.matcher(ref.kind()).matches()
            && (ref.group().isEmpty() || isName(ref.group()))
            && ref.groupKind().length() <= LONGEST;
    // A slash is in neither, so that two different pairs never give the same text.
    return plain ? ref.groupKind() : digest(ref.kind() + "/" + ref.group());
  }

  private static boolean isName(String text) {
    return text.length() <= LONGEST && NAME.matcher(text).matches();
  }

  private static String digest(String text) {
    return "_" + Digest.ofBytes(text.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
