package dev.migrator.journal;

import dev.migrator.model.Digest;
import dev.migrator.model.ObjectRef;
import java.util.List;

/**
 * Where the vault keeps one object.
 *
 * @param uid of the object that was vaulted, at the source
 * @param resourceVersion of the state that was vaulted
 * @param digest of the stored line, as it stands on disk; that of a Secret never leaves the vault
 * @param owners the uids of those that owned it; mostly none
 * @param file inside the vault's directory, with {@code /} between its parts
 * @param offset of the line's first byte
 * @param length of the line in bytes, without its end
 */
public record VaultEntry(
    ObjectRef ref,
    String uid,
    String resourceVersion,
    Digest digest,
    List<String> owners,
    String file,
    long offset,
    int length) {

  public VaultEntry {
    owners = List.copyOf(owners);
  }

  /** Whether the line is sealed: only the owner of an identity can read it. */
  public boolean isSealed() {
    return VaultPaths.isSealed(file);
  }
}
