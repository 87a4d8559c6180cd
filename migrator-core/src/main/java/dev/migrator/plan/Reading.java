package dev.migrator.plan;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How the source was read when a plan was made, so that {@code apply} and a way back read it the
 * same way: what a person decided for that planning, and what came of it.
 *
 * <p>Shape: sorted, unmodifiable sets.
 *
 * @param helmReleases whether the Secrets in which Helm keeps its releases travel
 * @param withoutApis group versions that need not be read, such as {@code foo.example.com/v1}: a
 *     person said so, or an earlier plan held nothing of them when they could not be read
 * @param unread what was not read, as {@code plural.group} or {@code group/version}: of it nothing
 *     is known
 */
public record Reading(
    boolean helmReleases, SortedSet<String> withoutApis, SortedSet<String> unread) {

  public Reading {
    withoutApis = Collections.unmodifiableSortedSet(new TreeSet<>(withoutApis));
    unread = Collections.unmodifiableSortedSet(new TreeSet<>(unread));
  }

  public Reading(boolean helmReleases, Collection<String> withoutApis, Collection<String> unread) {
    this(helmReleases, new TreeSet<>(withoutApis), new TreeSet<>(unread));
  }

  /** Everything was read, and Helm's records stay. */
  public static Reading ofAll() {
    return new Reading(false, new TreeSet<>(), new TreeSet<>());
  }
}
