package dev.migrator.execute;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ListQuery;
import dev.migrator.cluster.WholeList;
import dev.migrator.model.Manifest;
import dev.migrator.model.ResourceType;
import java.util.List;

/**
 * Lists of a namespace, shared by all who ask while one is on its way: a thousand hand-overs in one
 * namespace cost a few lists, not a thousand. Every list was begun after it was asked for.
 */
final class SharedLists {

  private final Cluster cluster;
  private final SharedAnswers<List<Manifest>> lists;

  SharedLists(Cluster cluster, InterruptibleWait clock) {
    this.cluster = cluster;
    this.lists = new SharedAnswers<>(clock);
  }

  /**
   * Everything of the type in the namespace, from etcd.
   *
   * <p>Errors: {@link ClusterException} as the list gave it.
   */
  List<Manifest> list(ResourceType type, String namespace) {
    return lists.ask(
        type.groupResource() + "/" + namespace,
        () -> WholeList.all(cluster, type, ListQuery.inNamespace(namespace)));
  }
}
