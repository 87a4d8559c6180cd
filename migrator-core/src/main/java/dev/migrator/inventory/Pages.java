package dev.migrator.inventory;

import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.ResourceType;
import java.util.List;

/**
 * The pages of all objects of a type; a list that expired in transit begins again, and what was
 * seen is not seen twice.
 */
final class Pages implements Iterable<List<Manifest>> {

  private static final int ATTEMPTS = 5;

  private final Cluster source;
  private final ResourceType type;

  Pages(Cluster source, ResourceType type) {
    this.source = source;
    this.type = type;
  }

  @Override
  public java.util.Iterator<List<Manifest>> iterator() {
    return new java.util.Iterator<>() {
      private ListQuery query = ListQuery.all();
      private List<Manifest> page = List.of();
      private boolean last;
      private int attempts;

      @Override
      public boolean hasNext() {
        while (page.isEmpty() && !last) {
          turn();
        }
        return !page.isEmpty();
      }

      @Override
      public List<Manifest> next() {
        if (!hasNext()) {
          throw new java.util.NoSuchElementException();
        }
        List<Manifest> next = page;
        page = List.of();
        return next;
      }

      private void turn() {
        try {
          ListPage found = source.list(type, query);
          page = found.items();
          last = found.isLast();
          query = query.next(found.continueToken());
        } catch (ClusterException e) {
          if (!(e.failure() instanceof ClusterFailure.Expired) || ++attempts == ATTEMPTS) {
            throw incomplete(type, e.failure());
          }
          query = ListQuery.all();
        }
      }
    };
  }

  private static ProblemException incomplete(ResourceType type, ClusterFailure failure) {
    if (failure instanceof ClusterFailure.Forbidden
        || failure instanceof ClusterFailure.Unauthorized) {
      boolean forbidden = failure instanceof ClusterFailure.Forbidden;
      return Problem.of(
              forbidden ? ErrorCode.M1403 : ErrorCode.M1402,
              "the source does not let us list " + type.groupResource() + ", so there is no plan",
              failure.detail(),
              "kubectl --context SOURCE-CONTEXT auth can-i list "
                  + type.groupResource()
                  + " --all-namespaces",
              "or leave it behind, in the migration file: scope: {resources: {exclude: ["
                  + type.groupResource()
                  + "]}}")
          .exception();
    }
    return Problem.of(
            ErrorCode.M1109,
            "the source's list of " + type.groupResource() + " is incomplete, so there is no plan",
            failure.detail(),
            "migrator ...   (when the source answers again)")
        .exception();
  }
}
