package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lists of a namespace, shared by all who ask while one is on its way: a thousand hand-overs in one
 * namespace cost a few lists, not a thousand. Every list was begun after it was asked for.
 */
final class SharedLists {

  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Cluster cluster;
  private final Patience patience;
  private final Map<String, Slot> slots = new ConcurrentHashMap<>();

  SharedLists(Cluster cluster, Patience patience) {
    this.cluster = cluster;
    this.patience = patience;
  }

  private static final class Slot {
    final ReentrantLock turn = new ReentrantLock();
    Optional<CompletableFuture<List<Manifest>>> next = Optional.empty();
  }

  /**
   * Everything of the type in the namespace, from etcd.
   *
   * <p>Errors: {@link ClusterException} as the list gave it.
   */
  List<Manifest> list(ResourceType type, String namespace) {
    Slot slot = slots.computeIfAbsent(type.groupResource() + "/" + namespace, k -> new Slot());
    CompletableFuture<List<Manifest>> mine;
    boolean leader;
    synchronized (slot) {
      leader = slot.next.isEmpty();
      mine = slot.next.orElseGet(CompletableFuture::new);
      slot.next = Optional.of(mine);
    }
    if (leader) {
      lead(slot, mine, type, namespace);
    }
    return answer(mine);
  }

  private void lead(
      Slot slot, CompletableFuture<List<Manifest>> mine, ResourceType type, String namespace) {
    slot.turn.lock();
    try {
      synchronized (slot) {
        // Who asks from here on asks too late for this list.
        slot.next = Optional.empty();
      }
      mine.complete(WholeList.all(cluster, type, ListQuery.inNamespace(namespace)));
    } catch (Throwable e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      slot.turn.unlock();
    }
  }

  private List<Manifest> answer(CompletableFuture<List<Manifest>> mine) {
    try {
      return patience
          .awaitAnyway(mine, LONGEST)
          .orElseThrow(
              () ->
                  new ClusterException(
                      "list", new ClusterFailure.OutcomeUnknown("a shared list gave no answer")));
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof ClusterException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
