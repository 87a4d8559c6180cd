package dev.migrator.it.disk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who had which disk when, by the driver's own account. Judges disks that are for one node. */
final class DiskUse {

  private final Map<String, Set<String>> attached = new HashMap<>();
  private final Map<String, Set<String>> mounted = new HashMap<>();
  private final List<String> overlaps = new ArrayList<>();

  private DiskUse() {}

  /** The moments at which a disk was attached to, or mounted on, more than one node. */
  static List<String> overlaps(List<DiskCall> calls) {
    DiskUse use = new DiskUse();
    calls.stream().filter(DiskCall::done).forEach(use::take);
    return List.copyOf(use.overlaps);
  }

  private void take(DiskCall call) {
    switch (call.call()) {
      case "attach" -> begin(attached, call.target(), call);
      case "detach" -> of(attached, call).remove(call.target());
      case "stage" -> begin(mounted, call.node(), call);
      case "unstage" -> of(mounted, call).remove(call.node());
      default -> {}
    }
  }

  private void begin(Map<String, Set<String>> holders, String node, DiskCall call) {
    Set<String> all = of(holders, call);
    all.add(node);
    if (all.size() > 1) {
      overlaps.add(call.time() + " " + call.call() + " of " + call.disk() + ": in use on " + all);
    }
  }

  private static Set<String> of(Map<String, Set<String>> holders, DiskCall call) {
    return holders.computeIfAbsent(call.disk(), disk -> new HashSet<>());
  }
}
