package dev.migrator.it.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When each object of a cluster was present and not inert, as the answers of its API server say.
 *
 * <p>Shape: a span begins when the request was received that made the object active, and ends when
 * the request was answered that made it inert or absent: never shorter than it was in truth.
 */
public final class ClusterHistory {

  /**
   * A time in which an object was active.
   *
   * @param to {@link Instant#MAX} when it still is
   */
  public record Span(Work object, Instant from, Instant to, String begin, String end) {

    boolean overlaps(Span other) {
      return from.isBefore(other.to) && other.from.isBefore(to);
    }

    @Override
    public String toString() {
      return object + " active from [" + begin + "] to [" + end + "]";
    }
  }

  /** One stored object, from its creation to its end. */
  private static final class Life {
    private final Work object;
    private final String owner;
    private final List<Span> spans = new ArrayList<>();
    private long version;
    private boolean active;
    private boolean gone;
    private Instant since = Instant.MIN;
    private String begin = "";

    Life(Work object, String owner) {
      this.object = object;
      this.owner = owner;
    }

    void becomes(boolean nowActive, AuditEvent event) {
      if (nowActive && !active) {
        since = event.received();
        begin = event.toString();
      } else if (!nowActive && active) {
        spans.add(new Span(object, since, event.answered(), begin, event.toString()));
      }
      active = nowActive;
    }

    List<Span> spans() {
      List<Span> all = new ArrayList<>(spans);
      if (active) {
        all.add(new Span(object, since, Instant.MAX, begin, "now"));
      }
      return all;
    }
  }

  private final Map<String, Life> lives = new LinkedHashMap<>();

  private ClusterHistory() {}

  /** Reads the history out of everything that was stored. */
  public static ClusterHistory of(List<AuditEvent> events) {
    ClusterHistory history = new ClusterHistory();
    events.stream().filter(AuditEvent::isDone).forEach(history::accept);
    return history;
  }

  /** When the object, or anything that it made, was active. */
  public List<Span> activity(Work root) {
    Map<String, Boolean> belongs = new HashMap<>();
    List<Span> spans = new ArrayList<>();
    lives.forEach(
        (uid, life) -> {
          if (descends(uid, root, belongs)) {
            spans.addAll(life.spans());
          }
        });
    return spans;
  }

  /**
   * The names of the objects of this resource that the root made, with the uids that they had. A
   * name with two uids was used twice.
   */
  public Map<String, List<String>> made(Work root, String resource) {
    Map<String, Boolean> belongs = new HashMap<>();
    Map<String, List<String>> uids = new LinkedHashMap<>();
    lives.forEach(
        (uid, life) -> {
          if (life.object.resource().equals(resource)
              && !life.object.equals(root)
              && descends(uid, root, belongs)) {
            uids.computeIfAbsent(life.object.name(), name -> new ArrayList<>()).add(uid);
          }
        });
    return uids;
  }

  private boolean descends(String uid, Work root, Map<String, Boolean> known) {
    Boolean before = known.get(uid);
    if (before != null) {
      return before;
    }
    Life life = lives.get(uid);
    boolean answer =
        life != null
            && (life.object.equals(root)
                || (!life.owner.isEmpty() && descends(life.owner, root, known)));
    known.put(uid, answer);
    return answer;
  }

  private void accept(AuditEvent event) {
    if (event.verb().equals("deletecollection")) {
      for (JsonNode item : event.response().path("items")) {
        seen(event, item);
      }
    } else if (event.verb().equals("delete") && !event.hasObject()) {
      // The answer to a delete that ended at once is a Status.
      Life life = lives.get(event.response().path("details").path("uid").asText());
      if (life != null && event.subresource().isEmpty()) {
        life.becomes(false, event);
        life.gone = true;
      }
    } else if (event.hasObject()) {
      seen(event, event.response());
    }
  }

  private void seen(AuditEvent event, JsonNode object) {
    JsonNode metadata = object.path("metadata");
    String uid = metadata.path("uid").asText("");
    if (uid.isEmpty()) {
      return;
    }
    Life life =
        lives.computeIfAbsent(
            uid,
            key ->
                new Life(
                    new Work(
                        event.group(),
                        event.resource(),
                        metadata.path("namespace").asText(""),
                        metadata.path("name").asText()),
                    controller(metadata)));
    long version = metadata.path("resourceVersion").asLong(0);
    // Answers may be logged in another order than the writes happened.
    if (life.gone || version < life.version) {
      return;
    }
    life.version = version;
    if (Activity.isGone(object)) {
      life.becomes(false, event);
      life.gone = true;
    } else if (!object.path("kind").asText().equals("PartialObjectMetadata")) {
      life.becomes(Activity.isActive(event.resource(), object), event);
    }
  }

  private static String controller(JsonNode metadata) {
    for (JsonNode owner : metadata.path("ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) {
        return owner.path("uid").asText();
      }
    }
    return "";
  }
}
