package dev.migrator.cluster.memory;

import dev.migrator.cluster.ClusterException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The controller manager: a queue a controller, each key at most once in it, on the virtual clock.
 */
final class Controllers {

  /** From a change to the controller's look at it. */
  static final Duration LATENCY = Duration.ofMillis(10);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final World world;
  private final List<Controller> controllers = new ArrayList<>();
  private final Map<Item, Instant> pending = new HashMap<>();
  private boolean paused;

  Controllers(World world) {
    this.world = world;
    world.storage().onChange(this::changed);
  }

  void add(Controller controller) {
    controllers.add(controller);
  }

  /** Stops all controllers, or lets them go on with what they missed. */
  void pause(boolean stop) {
    paused = stop;
    if (!stop) {
      for (Item item : List.copyOf(pending.keySet())) {
        enqueue(item, LATENCY);
      }
    }
  }

  /** Looks again after so much time, or earlier if something changes. */
  void again(Controller controller, Key key, Duration delay) {
    enqueue(new Item(controller, key), delay);
  }

  private void changed(StoredChange change) {
    for (Controller controller : controllers) {
      for (Key key : controller.affected(change)) {
        enqueue(new Item(controller, key), LATENCY);
      }
    }
  }

  private void enqueue(Item item, Duration delay) {
    Instant due = world.clock().now().plus(delay);
    Instant earlier = pending.get(item);
    if (earlier != null && !earlier.isAfter(due) && !earlier.isBefore(world.clock().now())) {
      return;
    }
    pending.put(item, due);
    world.clock().scheduleAt(due, () -> world.work(() -> run(item, due)));
  }

  private void run(Item item, Instant due) {
    if (paused || !due.equals(pending.get(item))) {
      return;
    }
    pending.remove(item);
    try {
      item.controller().sync(item.key());
    } catch (ClusterException e) {
      // Quota, a missing account, a conflict: real controllers try again too.
      enqueue(item, RETRY);
    }
  }

  private record Item(Controller controller, Key key) {}
}
