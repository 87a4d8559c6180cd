package dev.migrator.cluster.fabric8;

import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.ListPage;
import dev.migrator.cluster.ListQuery;
import dev.migrator.model.ResourceType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;

/**
 * Asks for the next page of a list while the one before is worked on, so that the server and we
 * work at the same time. A page that failed to come is asked for again when it is wanted.
 *
 * <p>Safe for use by many threads. Keeps {@value #MOST} pages at most.
 */
final class ReadAhead {

  private static final int MOST = 8;

  /** Smaller pages are asked for to see a little, not to read everything. */
  private static final int WHOLE_LISTS = 100;

  private record Place(ResourceType type, ListQuery query) {}

  private final BiFunction<ResourceType, ListQuery, ListPage> reader;
  private final Map<Place, CompletableFuture<ListPage>> coming = new LinkedHashMap<>();

  ReadAhead(BiFunction<ResourceType, ListQuery, ListPage> reader) {
    this.reader = reader;
  }

  /** Errors: as the reader's. */
  ListPage list(ResourceType type, ListQuery query) {
    Optional<CompletableFuture<ListPage>> asked = take(new Place(type, query));
    ListPage page = asked.isPresent() ? await(asked.get(), type) : reader.apply(type, query);
    if (!page.isLast() && query.limit() >= WHOLE_LISTS) {
      ask(new Place(type, query.next(page.continueToken())));
    }
    return page;
  }

  private Optional<CompletableFuture<ListPage>> take(Place place) {
    synchronized (coming) {
      return Optional.ofNullable(coming.remove(place));
    }
  }

  private void ask(Place place) {
    CompletableFuture<ListPage> page = new CompletableFuture<>();
    synchronized (coming) {
      if (coming.size() == MOST) {
        // A list that nobody reads to its end.
        coming.remove(coming.keySet().iterator().next());
      }
      coming.put(place, page);
    }
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                page.complete(reader.apply(place.type(), place.query()));
              } catch (RuntimeException | Error e) {
                page.completeExceptionally(e);
              }
            });
  }

  private static ListPage await(CompletableFuture<ListPage> page, ResourceType type) {
    try {
      return page.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException(
          "GET " + type.groupResource(), new ClusterFailure.OutcomeUnknown("interrupted"), e);
    }
  }
}
