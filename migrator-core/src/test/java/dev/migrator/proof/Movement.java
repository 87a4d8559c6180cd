package dev.migrator.proof;

import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.cluster.memory.StoredChange;
import java.util.ArrayList;
import java.util.List;

/**
 * One change in one of the two clusters.
 *
 * @param atSource which of the two
 */
record Movement(boolean atSource, StoredChange change) {

  /** Everything that ever changed in either cluster, in the one order of their common clock. */
  static List<Movement> merged(MemoryCluster source, MemoryCluster target) {
    List<StoredChange> left = source.world().history();
    List<StoredChange> right = target.world().history();
    List<Movement> all = new ArrayList<>(left.size() + right.size());
    int l = 0;
    int r = 0;
    while (l < left.size() || r < right.size()) {
      boolean takeLeft =
          r == right.size()
              || (l < left.size() && left.get(l).sequence() < right.get(r).sequence());
      all.add(takeLeft ? new Movement(true, left.get(l++)) : new Movement(false, right.get(r++)));
    }
    return all;
  }
}
