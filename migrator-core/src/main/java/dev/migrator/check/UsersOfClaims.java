package dev.migrator.check;

import dev.migrator.event.RefText;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What of the source uses claims that leave it, and does not leave with them. */
final class UsersOfClaims {

  /** Pod, ReplicaSet, Deployment; a Job of a CronJob. */
  private static final int GENERATIONS = 4;

  private record User(ObjectRef ref, List<Mount> mounts) {}

  private final List<User> seen = new ArrayList<>();

  /** Takes in a workload of the source; only its mounts are kept. */
  void see(Manifest object) {
    List<Mount> mounts = Mount.of(object);
    if (!mounts.isEmpty()) {
      seen.add(new User(object.ref(), mounts));
    }
  }

  /** The names of what stays, of each claim that something stays with; sorted. */
  Map<ObjectRef, List<String>> staying(Move move, Set<ObjectRef> claims) {
    Map<String, List<ObjectRef>> byNamespace =
        claims.stream().collect(Collectors.groupingBy(ObjectRef::namespace));
    Map<ObjectRef, Set<String>> staying = new TreeMap<>();
    for (User user : seen) {
      if (!move.isHandedOver(user.ref())) {
        used(user, byNamespace).forEach(claim -> note(staying, claim, user.ref()));
      }
    }
    move.source()
        .each(
            "Pod",
            pod -> {
              Set<ObjectRef> used = used(new User(pod.ref(), Mount.of(pod)), byNamespace);
              if (!used.isEmpty()) {
                ObjectRef root = root(move.source(), pod);
                if (!move.isHandedOver(root)) {
                  used.forEach(claim -> note(staying, claim, root));
                }
              }
            });
    Map<ObjectRef, List<String>> names = new TreeMap<>();
    staying.forEach((claim, some) -> names.put(claim, List.copyOf(some)));
    return names;
  }

  private static Set<ObjectRef> used(User user, Map<String, List<ObjectRef>> claims) {
    return claims.getOrDefault(user.ref().namespace(), List.of()).stream()
        .filter(claim -> user.mounts().stream().anyMatch(mount -> mount.isOf(claim.name())))
        .collect(Collectors.toSet());
  }

  private static void note(Map<ObjectRef, Set<String>> staying, ObjectRef claim, ObjectRef user) {
    staying.computeIfAbsent(claim, c -> new TreeSet<>()).add(RefText.of(user));
  }

  /** What controls the pod, at whatever distance. */
  private static ObjectRef root(ClusterView source, Manifest pod) {
    Manifest at = pod;
    for (int i = 0; i < GENERATIONS; i++) {
      String namespace = at.namespace();
      Optional<ObjectRef> controller =
          Owner.of(at).stream()
              .filter(Owner::controller)
              .findFirst()
              .map(owner -> new ObjectRef(owner.group(), owner.kind(), namespace, owner.name()));
      if (controller.isEmpty()) {
        return at.ref();
      }
      List<Manifest> found = source.get(List.of(controller.get()));
      if (found.isEmpty()) {
        return controller.get();
      }
      at = found.getFirst();
    }
    return at.ref();
  }
}
