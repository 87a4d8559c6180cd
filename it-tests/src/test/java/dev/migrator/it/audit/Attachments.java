package dev.migrator.it.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When each disk had a VolumeAttachment, as the answers of an API server say. The disk is known by
 * the driver's handle, which both clusters share; the names of volumes need not be the same.
 *
 * <p>Shape: a span begins when the request was received that made the attachment, and ends when the
 * request was answered that let it go: never shorter than it was in truth.
 */
public final class Attachments {

  /**
   * A time in which a disk had a VolumeAttachment.
   *
   * @param to {@link Instant#MAX} when it still has
   */
  public record Span(String handle, String node, Instant from, Instant to) {
    boolean overlaps(Span other) {
      return handle.equals(other.handle) && from.isBefore(other.to) && other.from.isBefore(to);
    }
  }

  private final Map<String, String> handles = new HashMap<>();
  private final Map<String, Span> spans = new LinkedHashMap<>();

  private Attachments() {}

  /** The spans of one cluster. */
  public static List<Span> of(List<AuditEvent> events) {
    Attachments all = new Attachments();
    // A volume may be seen before or after its attachment: some are patched only later.
    events.stream().filter(AuditEvent::isDone).forEach(all::takeVolume);
    events.stream().filter(AuditEvent::isDone).forEach(all::takeAttachment);
    return List.copyOf(all.spans.values());
  }

  /** Where a disk had an attachment in both clusters, or at two nodes of one. */
  public static List<String> overlaps(List<AuditEvent> source, List<AuditEvent> target) {
    List<Span> all = new ArrayList<>(of(source));
    all.addAll(of(target));
    List<String> overlaps = new ArrayList<>();
    Set<Span> before = new HashSet<>();
    for (Span span : all) {
      before.stream()
          .filter(span::overlaps)
          .forEach(other -> overlaps.add("attachments overlap: " + other + " and " + span));
      before.add(span);
    }
    return List.copyOf(overlaps);
  }

  private void takeVolume(AuditEvent event) {
    if (event.resource().equals("persistentvolumes")) {
      String handle = event.response().at("/spec/csi/volumeHandle").asText();
      if (!handle.isEmpty()) {
        handles.put(event.name(), handle);
      }
    }
  }

  private void takeAttachment(AuditEvent event) {
    if (!event.resource().equals("volumeattachments")) {
      return;
    }
    JsonNode object = event.response();
    Span known = spans.get(event.name());
    if (known == null || !known.to().equals(Instant.MAX)) {
      if (event.verb().equals("create")) {
        String volume = object.at("/spec/source/persistentVolumeName").asText();
        String node = object.at("/spec/nodeName").asText();
        String handle = handles.getOrDefault(volume, volume);
        // A name is used again for the same volume and node; both times count.
        if (known != null) {
          spans.put(event.name() + " " + known.from(), known);
        }
        spans.put(event.name(), new Span(handle, node, event.received(), Instant.MAX));
      }
    } else if (isEnd(event)) {
      spans.put(
          event.name(), new Span(known.handle(), known.node(), known.from(), event.answered()));
    }
  }

  private static boolean isEnd(AuditEvent event) {
    JsonNode metadata = event.response().path("metadata");
    boolean deleted =
        event.verb().equals("delete") && event.response().path("kind").asText().equals("Status");
    return deleted || (metadata.has("deletionTimestamp") && metadata.path("finalizers").isEmpty());
  }
}
