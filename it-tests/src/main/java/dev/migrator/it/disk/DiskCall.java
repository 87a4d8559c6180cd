package dev.migrator.it.disk;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One call of the CSI driver, as its process wrote it down before it answered.
 *
 * @param cluster whose process it was
 * @param node the driver's name of the node that the process is on
 * @param call {@code create}, {@code delete}, {@code attach}, {@code detach}, {@code stage}, {@code
 *     unstage}, {@code publish}, {@code unpublish}, {@code snapshot} or {@code delete-snapshot}
 * @param disk its handle, or a snapshot's
 * @param target the driver's name of the node to attach to or detach from; the path of a mount; the
 *     disk that a snapshot is of; empty otherwise
 * @param code {@code OK}, or why not, such as {@code FailedPrecondition}
 */
public record DiskCall(
    Instant time,
    String cluster,
    String node,
    String call,
    String disk,
    String target,
    String code,
    String message) {

  static DiskCall of(JsonNode line) {
    return new DiskCall(
        Instant.parse(line.path("time").asText()),
        line.path("cluster").asText(),
        line.path("node").asText(),
        line.path("call").asText(),
        line.path("disk").asText(),
        line.path("target").asText(),
        line.path("code").asText(),
        line.path("message").asText());
  }

  /** Whether the driver did it. */
  public boolean done() {
    return code.equals("OK");
  }

  /** Whether it is this call, and the driver did it. */
  public boolean did(String name, String handle) {
    return done() && call.equals(name) && disk.equals(handle);
  }
}
