package dev.migrator.cluster;

import dev.migrator.model.Manifest;

/** Hears what a watch sees. Calls come one at a time. */
public interface WatchListener {

  /** An object came, changed or went; on {@link Change#DELETED} the manifest is its last state. */
  void onChange(Change change, Manifest object);

  /**
   * The watch ended by itself (expired, connection lost, closed by the server): list again before
   * watching again.
   */
  void onEnd(String why);

  /** What happened to an object. */
  enum Change {
    ADDED,
    MODIFIED,
    DELETED
  }
}
