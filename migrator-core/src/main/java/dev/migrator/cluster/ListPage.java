package dev.migrator.cluster;

import dev.migrator.model.Manifest;
import java.util.List;

/**
 * One page of a list.
 *
 * @param items in the server's order (by key); each carries apiVersion and kind even where the
 *     server left them out
 * @param resourceVersion of the whole list: where a watch may start
 * @param continueToken empty on the last page
 */
public record ListPage(List<Manifest> items, String resourceVersion, String continueToken) {

  public ListPage {
    items = List.copyOf(items);
  }

  public boolean isLast() {
    return continueToken.isEmpty();
  }
}
