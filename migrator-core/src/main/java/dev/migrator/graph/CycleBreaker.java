package dev.migrator.graph;

import dev.migrator.graph.Reference.Strength;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Chooses, within a knot of objects that all need each other, which dependencies give way.
 *
 * <p>Three passes, from the hard dependencies to the weak ones. Each pass keeps what the passes
 * before it have kept, walks depth first along kept and new dependencies, and gives up a new one
 * when it leads back to where the walk has come from, be it over kept ones. So every cycle is
 * broken; a dependency gives way only where its own strength or a greater one closes the cycle; and
 * none is given up in vain: with what is kept, each would close a cycle again.
 *
 * <p>Shape: where to begin and whither to go on is a matter of names alone: first what nothing kept
 * needs, then by name. The same knot is broken in the same way, whatever its order.
 *
 * <p>Cost: a pass goes along each dependency once. Whether a new dependency leads back is looked up
 * among the kept needs of one object that were not walked yet, and what was found holds until the
 * walk has left the place to which it leads.
 */
final class CycleBreaker {

  private static final int NEW = 0;
  private static final int ON_PATH = 1;
  private static final int DONE = 2;

  private final List<ObjectRef> objects;
  private final Map<ObjectRef, Integer> numbers = new HashMap<>();

  /** By number of the dependant: what it needs, as far as it is kept. */
  private final List<List<Dependency>> kept;

  /** By number of the dependant: what is added in this pass. */
  private final List<List<Dependency>> added;

  private final List<Dependency> broken = new ArrayList<>();
  private int[] state = {};

  /** By number: a place on the path to which kept needs lead; -1 for none that is known. */
  private int[] leadsTo = {};

  /** By number: the last search that came by. */
  private int[] seenIn = {};

  private int searches;
  private long steps;

  private CycleBreaker(Collection<Dependency> knot) {
    this.objects =
        knot.stream().flatMap(d -> Stream.of(d.from(), d.to())).distinct().sorted().toList();
    this.kept = new ArrayList<>(objects.size());
    this.added = new ArrayList<>(objects.size());
    for (ObjectRef ref : objects) {
      numbers.put(ref, numbers.size());
      kept.add(new ArrayList<>(2));
      added.add(new ArrayList<>(2));
    }
  }

  /**
   * What gave way.
   *
   * @param broken by strength, then by dependant and what it needs
   * @param steps how many dependencies were gone along, some of them more than once
   */
  record Result(List<Dependency> broken, long steps) {}

  /** Breaks all cycles among these dependencies, of one knot or of several. */
  static Result breakCycles(Collection<Dependency> knots) {
    CycleBreaker breaker = new CycleBreaker(knots);
    for (Strength strength : Strength.values()) {
      breaker.pass(knots.stream().filter(d -> d.strength() == strength).toList());
    }
    return new Result(List.copyOf(breaker.broken), breaker.steps);
  }

  private int number(ObjectRef ref) {
    return numbers.getOrDefault(ref, -1);
  }

  private void pass(List<Dependency> dependencies) {
    if (dependencies.isEmpty()) {
      return;
    }
    dependencies.stream()
        .sorted(Comparator.comparing(Dependency::from).thenComparing(Dependency::to))
        .forEach(d -> added.get(number(d.from())).add(d));
    state = new int[objects.size()];
    seenIn = new int[objects.size()];
    searches = 0;
    leadsTo = new int[objects.size()];
    Arrays.fill(leadsTo, -1);
    List<Dependency> given = new ArrayList<>();
    boolean[] needed = new boolean[objects.size()];
    kept.forEach(needs -> needs.forEach(d -> needed[number(d.to())] = true));
    for (boolean late : new boolean[] {false, true}) {
      for (int i = 0; i < objects.size(); i++) {
        if (state[i] == NEW && needed[i] == late) {
          walk(i, given);
        }
      }
    }
    given.sort(Comparator.comparing(Dependency::from).thenComparing(Dependency::to));
    broken.addAll(given);
    for (int i = 0; i < objects.size(); i++) {
      kept.get(i).addAll(added.get(i));
      added.get(i).clear();
    }
  }

  /** A place on the path, and how far its dependencies have been gone along. */
  private static final class Place {
    final int number;
    int next;
    final List<Dependency> stay = new ArrayList<>(2);

    Place(int number) {
      this.number = number;
    }
  }

  private void walk(int start, List<Dependency> given) {
    List<Place> path = new ArrayList<>();
    state[start] = ON_PATH;
    path.add(new Place(start));
    while (!path.isEmpty()) {
      Place place = path.getLast();
      List<Dependency> needs = kept.get(place.number);
      List<Dependency> more = added.get(place.number);
      if (place.next == needs.size() + more.size()) {
        more.clear();
        more.addAll(place.stay);
        state[place.number] = DONE;
        path.removeLast();
        continue;
      }
      steps++;
      boolean isKept = place.next < needs.size();
      Dependency dependency = isKept ? needs.get(place.next) : more.get(place.next - needs.size());
      place.next++;
      int to = number(dependency.to());
      if (!isKept) {
        if (leadsBack(to)) {
          given.add(dependency);
          continue;
        }
        place.stay.add(dependency);
      }
      if (state[to] == NEW) {
        state[to] = ON_PATH;
        path.add(new Place(to));
      }
    }
  }

  /**
   * Whether kept needs lead from here to a place on the path. What is done leads there no more: its
   * kept needs were all walked before it was done, and none of them was on the path then.
   */
  private boolean leadsBack(int from) {
    if (state[from] != NEW) {
      return state[from] == ON_PATH;
    }
    List<Place> search = new ArrayList<>();
    search.add(new Place(from));
    searches++;
    seenIn[from] = searches;
    while (!search.isEmpty()) {
      Place place = search.getLast();
      int known = leadsTo[place.number];
      if (known >= 0 && state[known] == ON_PATH) {
        return found(search, known);
      }
      List<Dependency> needs = kept.get(place.number);
      if (place.next == needs.size()) {
        search.removeLast();
        continue;
      }
      steps++;
      int to = number(needs.get(place.next++).to());
      if (state[to] == ON_PATH) {
        return found(search, to);
      }
      if (state[to] == NEW && seenIn[to] != searches) {
        seenIn[to] = searches;
        search.add(new Place(to));
      }
    }
    return false;
  }

  private boolean found(List<Place> search, int to) {
    search.forEach(place -> leadsTo[place.number] = to);
    return true;
  }
}
