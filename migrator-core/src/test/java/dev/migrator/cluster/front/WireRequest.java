package dev.migrator.cluster.front;

import java.util.List;

/**
 * One request that arrived.
 *
 * @param cluster the name of the front that it came to
 * @param index counts the requests to all fronts that share a {@link WireTraffic}, from 0
 */
public record WireRequest(String cluster, long index, Asked asked) {

  /** Whether it opens a stream of changes. */
  public boolean isWatch() {
    return asked.isWatch();
  }

  boolean isList() {
    return asked.isList();
  }

  /** Whether it changes what is stored. */
  public boolean isWrite() {
    return asked.isWrite();
  }

  boolean tellsTime() {
    return asked.path().equals(List.of("version"));
  }

  @Override
  public String toString() {
    return "#" + index + " " + cluster + " " + asked;
  }
}
