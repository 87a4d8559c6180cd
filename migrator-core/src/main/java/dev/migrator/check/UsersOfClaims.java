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
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What of the source uses claims. */
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
    Map<ObjectRef, Set<ObjectRef>> users = naming(claims);
    withPods(move, claims, pod -> true)
        .forEach((claim, roots) -> roots.forEach(root -> note(users, claim, root)));
    Map<ObjectRef, List<String>> names = new TreeMap<>();
    users.forEach(
        (claim, some) -> {
          List<String> staying =
              some.stream().filter(user -> !move.isHandedOver(user)).map(RefText::of).toList();
          if (!staying.isEmpty()) {
            names.put(claim, staying.stream().sorted().toList());
          }
        });
    return names;
  }

  /** What of that which was seen names each of these claims. */
  Map<ObjectRef, Set<ObjectRef>> naming(Set<ObjectRef> claims) {
    Map<String, List<ObjectRef>> byNamespace = byNamespace(claims);
    Map<ObjectRef, Set<ObjectRef>> naming = new TreeMap<>();
    for (User user : seen) {
      used(user, byNamespace).forEach(claim -> note(naming, claim, user.ref()));
    }
    return naming;
  }

  /** What has pods that use each of these claims. */
  Map<ObjectRef, Set<ObjectRef>> withPods(
      Move move, Set<ObjectRef> claims, Predicate<Manifest> counts) {
    Map<String, List<ObjectRef>> byNamespace = byNamespace(claims);
    Map<ObjectRef, Set<ObjectRef>> users = new TreeMap<>();
    move.source()
        .each(
            "Pod",
            pod -> {
              Set<ObjectRef> used = used(new User(pod.ref(), Mount.of(pod)), byNamespace);
              if (!used.isEmpty() && counts.test(pod)) {
                ObjectRef root = root(move.source(), pod);
                used.forEach(claim -> note(users, claim, root));
              }
            });
    return users;
  }

  private static Map<String, List<ObjectRef>> byNamespace(Set<ObjectRef> claims) {
    return claims.stream().collect(Collectors.groupingBy(ObjectRef::namespace));
  }

  private static Set<ObjectRef> used(User user, Map<String, List<ObjectRef>> claims) {
    return claims.getOrDefault(user.ref().namespace(), List.of()).stream()
        .filter(claim -> user.mounts().stream().anyMatch(mount -> mount.isOf(claim.name())))
        .collect(Collectors.toSet());
  }

  private static void note(Map<ObjectRef, Set<ObjectRef>> users, ObjectRef claim, ObjectRef user) {
    users.computeIfAbsent(claim, c -> new TreeSet<>()).add(user);
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
