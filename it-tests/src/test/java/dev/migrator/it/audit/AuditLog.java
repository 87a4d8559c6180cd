package dev.migrator.it.audit;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.migrator.it.cluster.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** The audit log of one API server from some moment on. */
public final class AuditLog {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final Path file;
  private final long start;

  private AuditLog(Path file, long start) {
    this.file = file;
    this.start = start;
  }

  /** What the cluster goes through from now on. */
  public static AuditLog from(TestCluster cluster) {
    try {
      return new AuditLog(cluster.auditLog(), Files.size(cluster.auditLog()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The whole of a log. */
  static AuditLog of(Path file) {
    return new AuditLog(file, 0);
  }

  /** Everything up to now, in the order in which it was answered. */
  public List<AuditEvent> events() {
    return events(event -> true);
  }

  /** The writes up to now, done or refused, in the order in which they were answered. */
  public List<AuditEvent> writes() {
    return events(AuditEvent::isWrite);
  }

  /** The writes of the tool under test up to now. */
  public List<AuditEvent> ourWrites() {
    return events(event -> event.isOurs() && event.isWrite());
  }

  private List<AuditEvent> events(Predicate<AuditEvent> wanted) {
    List<AuditEvent> events = new ArrayList<>();
    try {
      WholeLines.read(
          file,
          start,
          line -> {
            JsonNode tree = parse(line);
            if (tree.path("stage").asText().equals("ResponseComplete")) {
              AuditEvent event = AuditEvent.of(tree);
              if (wanted.test(event)) {
                events.add(event);
              }
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    events.sort(Comparator.comparing(AuditEvent::answered));
    return events;
  }

  private static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
