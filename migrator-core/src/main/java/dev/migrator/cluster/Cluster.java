package dev.migrator.cluster;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import java.util.Map;
import java.util.Optional;

/**
 * One Kubernetes cluster, seen through its API server.
 *
 * <p>Every method is one request (or one stream of requests for {@link #watch}); none repeats a
 * write on its own. Safe for use by many threads. Objects come as the raw JSON that the server
 * sent.
 *
 * <p>Errors: every method throws {@link ClusterException}, whose {@link ClusterFailure} says what
 * is known of the outcome.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">Kubernetes API
 * Concepts</a>
 */
public interface Cluster extends AutoCloseable {

  /** Who this cluster is: read from the server at each call. */
  ClusterIdentity identity();

  /** Everything that the server serves, and what it could not tell about. */
  Discovery discover();

  /** One page of a list, read from etcd (no resourceVersion is sent, so it is never stale). */
  ListPage list(ResourceType type, ListQuery query);

  /** The object, or empty when the server says that it does not exist. */
  Optional<Manifest> get(ResourceType type, ObjectRef ref);

  /**
   * Creates the object by POST with strict field validation.
   *
   * @return the object as stored: the read-back
   */
  Manifest create(ResourceType type, Manifest body);

  /**
   * Sends the create as {@code dryRun=All}: admission and validation run, nothing is kept.
   *
   * @return the object as it would have been stored
   */
  Manifest prove(ResourceType type, Manifest body);

  /**
   * Applies a patch to the object or one of its subresources.
   *
   * <p>Errors: {@link ClusterFailure.Conflict} when the patch carries {@code
   * metadata.resourceVersion} (or {@code metadata.uid}) and the object has another.
   */
  Manifest patch(ResourceType type, ObjectRef ref, Patch patch);

  /**
   * Replaces the object by PUT; the body carries the resourceVersion that it expects.
   *
   * <p>Errors: {@link ClusterFailure.Conflict} when the object has another resourceVersion or uid.
   */
  Manifest replace(ResourceType type, Manifest body);

  /**
   * Deletes the object under preconditions.
   *
   * <p>Errors: {@link ClusterFailure.Conflict} when uid or resourceVersion differ; {@link
   * ClusterFailure.NotFound} when it is gone already.
   *
   * @return the object while it terminates (finalizers, foreground deletion, grace period); empty
   *     when it is gone at once
   */
  Optional<Manifest> delete(ResourceType type, ObjectRef ref, Deletion deletion);

  /**
   * Streams changes until closed. The listener is called by one thread at a time, in the server's
   * order.
   *
   * @return the open watch; closing it ends the calls
   */
  Watch watch(ResourceType type, WatchQuery query, WatchListener listener);

  /** Asks by SelfSubjectAccessReview whether we may do this. */
  boolean allows(Access access);

  /**
   * What the kubelet of a node says of the volumes that its pods have mounted, through the API
   * server's proxy. Asked once and given up after seconds: nobody may depend on it.
   *
   * @param node name
   * @return by claim; without volumes of which it has no numbers
   */
  Map<ObjectRef, VolumeUse> volumeUse(String node);

  /**
   * The last lines that a container of a pod has written, as they are; empty when it has written
   * none. For words that people read: nothing is decided by them.
   *
   * @param container name
   */
  String lastLog(ObjectRef pod, String container, int lines);

  /** The server's clock, from the Date header of an answer; precision is one second. */
  java.time.Instant serverTime();

  @Override
  void close();

  /** An open watch. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
