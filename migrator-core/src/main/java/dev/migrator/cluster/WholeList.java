package dev.migrator.cluster;

import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a list to its end, page by page. A list that expired in transit begins again, a few times.
 *
 * <p>Errors: {@link ClusterException} as the cluster gave it; {@link ClusterFailure.Expired} when
 * the list never came to its end.
 */
public final class WholeList {

  private static final int ATTEMPTS = 5;

  private WholeList() {}

  /**
   * Hands on every object in the server's order; what was handed on before a list had to begin
   * again is handed on again.
   */
  public static void each(
      Cluster cluster, ResourceType type, ListQuery first, Consumer<Manifest> consumer) {
    pages(cluster, type, first, page -> page.forEach(consumer));
  }

  /** As {@link #each}, page by page. */
  public static void pages(
      Cluster cluster, ResourceType type, ListQuery first, Consumer<List<Manifest>> consumer) {
    read(cluster, type, first, consumer, () -> {});
  }

  /** Every object, each once, in the server's order. */
  public static List<Manifest> all(Cluster cluster, ResourceType type, ListQuery first) {
    List<Manifest> all = new ArrayList<>();
    read(cluster, type, first, all::addAll, all::clear);
    return List.copyOf(all);
  }

  private static void read(
      Cluster cluster,
      ResourceType type,
      ListQuery first,
      Consumer<List<Manifest>> consumer,
      Runnable beginsAgain) {
    ListQuery query = first;
    for (int attempt = 1; ; ) {
      try {
        ListPage page = cluster.list(type, query);
        consumer.accept(page.items());
        if (page.isLast()) {
          return;
        }
        query = query.next(page.continueToken());
      } catch (ClusterException e) {
        if (!(e.failure() instanceof ClusterFailure.Expired) || attempt++ == ATTEMPTS) {
          throw e;
        }
        beginsAgain.run();
        query = first;
      }
    }
  }
}
