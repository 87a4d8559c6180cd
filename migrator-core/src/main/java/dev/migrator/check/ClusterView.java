package dev.migrator.check;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One of the two clusters, as a check may ask it: it reads, and remembers its short lists. What the
 * cluster does not serve it does not have.
 *
 * <p>Errors: M1401 unreachable, M1402 not accepted, M1403 not permitted, M1109 a list that did not
 * come to its end.
 */
public interface ClusterView {

  /**
   * Everything of these kinds, such as {@code ResourceQuota}; listed once and kept: for kinds of
   * which there are few.
   */
  List<Manifest> all(String... groupKinds);

  /** Hands on everything of a kind, and keeps nothing; what is seen again is handed on again. */
  void each(String groupKind, Consumer<Manifest> consumer);

  /** What it serves, such as {@code deployments.apps}. */
  Set<String> resources();

  /** The versions at which it serves a kind, such as {@code deployments.apps}; may be none. */
  Set<String> versions(String groupResource);

  /** Those of these objects that are there, in the order asked. */
  List<Manifest> get(Collection<ObjectRef> refs);

  /**
   * Which of these are there.
   *
   * @param refs named as at the source, whichever cluster this is
   */
  Set<ObjectRef> existing(Set<ObjectRef> refs);
}
