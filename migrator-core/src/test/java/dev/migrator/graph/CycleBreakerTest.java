package dev.migrator.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.graph.Reference.Condition;
import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.ObjectRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which dependencies of a knot give way, and at what cost. */
class CycleBreakerTest {

  private static final List<Strength> STRENGTHS = List.of(Strength.values());

  private static ObjectRef ref(int i) {
    return ObjectRef.core("ConfigMap", "n", "%06d".formatted(i));
  }

  private static Dependency needs(int from, int to, Strength strength) {
    return new Dependency(ref(from), ref(to), strength, Condition.APPLIED, "spec.x");
  }

  private static Map<ObjectRef, List<ObjectRef>> edges(Collection<Dependency> dependencies) {
    Map<ObjectRef, List<ObjectRef>> edges = new HashMap<>();
    dependencies.forEach(d -> edges.computeIfAbsent(d.from(), k -> new ArrayList<>()).add(d.to()));
    return edges;
  }

  private static boolean leads(
      Map<ObjectRef, List<ObjectRef>> edges, ObjectRef from, ObjectRef to) {
    Deque<ObjectRef> open = new ArrayDeque<>(List.of(from));
    Set<ObjectRef> seen = new HashSet<>();
    while (!open.isEmpty()) {
      ObjectRef one = open.pop();
      if (one.equals(to)) {
        return true;
      }
      if (seen.add(one)) {
        open.addAll(edges.getOrDefault(one, List.of()));
      }
    }
    return false;
  }

  /** By Kahn's way: whatever is needed by nobody goes, until nothing is left. */
  private static boolean isAcyclic(Collection<Dependency> dependencies) {
    Map<ObjectRef, Integer> needed = new HashMap<>();
    dependencies.forEach(
        d -> {
          needed.merge(d.from(), 0, Integer::sum);
          needed.merge(d.to(), 1, Integer::sum);
        });
    Map<ObjectRef, List<ObjectRef>> edges = edges(dependencies);
    Deque<ObjectRef> free = new ArrayDeque<>();
    needed.forEach(
        (ref, count) -> {
          if (count == 0) {
            free.add(ref);
          }
        });
    int gone = 0;
    while (!free.isEmpty()) {
      gone++;
      for (ObjectRef to : edges.getOrDefault(free.pop(), List.of())) {
        if (needed.merge(to, -1, Integer::sum) == 0) {
          free.add(to);
        }
      }
    }
    return gone == needed.size();
  }

  @RepeatedTest(500)
  void everyCycleIsBrokenByTheWeakestAndNothingGivesWayInVain(RepetitionInfo repetition) {
    long seed = 0xc1c1e_000L + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    List<Dependency> knot = random(2 + random.nextInt(25), 1 + random.nextInt(4), random);
    Collection<Dependency> broken = CycleBreaker.breakCycles(knot).broken();
    Set<Dependency> kept = new HashSet<>(knot);
    kept.removeAll(broken);
    assertThat(isAcyclic(kept)).as("seed " + seed).isTrue();
    for (Dependency gone : broken) {
      List<Dependency> atLeastAsStrong =
          kept.stream().filter(d -> d.strength().compareTo(gone.strength()) <= 0).toList();
      assertThat(leads(edges(atLeastAsStrong), gone.to(), gone.from()))
          .as("seed %d: %s closes a cycle with what is as strong and kept", seed, gone)
          .isTrue();
    }
    List<Dependency> shuffled = new ArrayList<>(knot);
    Collections.shuffle(shuffled, random);
    assertThat(CycleBreaker.breakCycles(shuffled).broken()).as("seed " + seed).isEqualTo(broken);
  }

  /** At most one dependency between two objects, as the graph makes them. */
  private static List<Dependency> random(int size, int each, Random random) {
    Map<List<Integer>, Dependency> knot = new HashMap<>();
    for (int from = 0; from < size; from++) {
      for (int n = 0; n < each; n++) {
        int to = random.nextInt(size);
        if (to != from) {
          knot.put(List.of(from, to), needs(from, to, STRENGTHS.get(random.nextInt(3))));
        }
      }
    }
    return List.copyOf(knot.values());
  }

  private static final int SIZE = 20_000;

  /** Shapes of large knots. */
  enum Shape {
    RING {
      @Override
      List<Dependency> knot() {
        List<Dependency> knot = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
          knot.add(needs(i, (i + 1) % SIZE, Strength.SOFT));
        }
        return knot;
      }
    },
    BOTH_WAYS {
      @Override
      List<Dependency> knot() {
        List<Dependency> knot = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
          knot.add(needs(i, (i + 1) % SIZE, Strength.WEAK));
          knot.add(needs((i + 1) % SIZE, i, Strength.SOFT));
        }
        return knot;
      }
    },
    STAR {
      @Override
      List<Dependency> knot() {
        List<Dependency> knot = new ArrayList<>();
        for (int i = 1; i < SIZE; i++) {
          knot.add(needs(i, 0, Strength.HARD));
          knot.add(needs(0, i, Strength.WEAK));
        }
        return knot;
      }
    },
    CHAIN_WITH_WAYS_BACK {
      @Override
      List<Dependency> knot() {
        List<Dependency> knot = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 1; i < SIZE; i++) {
          knot.add(needs(i, i - 1, Strength.HARD));
          knot.add(needs(random.nextInt(i), i, Strength.SOFT));
        }
        return knot;
      }
    },
    AT_RANDOM {
      @Override
      List<Dependency> knot() {
        return random(SIZE, 3, new Random(7));
      }
    },
    DENSE {
      @Override
      List<Dependency> knot() {
        return random(SIZE, 20, new Random(7));
      }
    };

    abstract List<Dependency> knot();
  }

  /** Once along each dependency in each of three passes, and as much again to look around. */
  @ParameterizedTest
  @EnumSource
  void aLargeKnotCostsAFewStepsForEachDependency(Shape shape) {
    List<Dependency> knot = shape.knot();
    CycleBreaker.Result result = CycleBreaker.breakCycles(knot);
    System.out.printf(
        "%s: %d dependencies, %d broken, %d steps%n",
        shape, knot.size(), result.broken().size(), result.steps());
    assertThat(result.steps()).isLessThan(20L * knot.size());
    assertThat(result.broken()).isNotEmpty();
    Set<Dependency> kept = new HashSet<>(knot);
    result.broken().forEach(kept::remove);
    assertThat(isAcyclic(kept)).isTrue();
  }
}
