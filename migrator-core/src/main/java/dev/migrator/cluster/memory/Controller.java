package dev.migrator.cluster.memory;

import java.util.Collection;

/**
 * One controller: told of changes, it says which objects it wants to look at, and later looks at
 * them as they then are.
 */
interface Controller {

  /** What to look at after this change; may hold objects that do not exist. */
  Collection<Key> affected(StoredChange change);

  /** Brings the world nearer to what the object asks for. Runs under the cluster's lock. */
  void sync(Key key);
}
