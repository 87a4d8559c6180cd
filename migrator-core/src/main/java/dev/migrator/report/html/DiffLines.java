package dev.migrator.report.html;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.report.Diffs;
import gg.jte.Content;
import gg.jte.TemplateOutput;
import java.io.IOException;
import java.util.List;

/**
 * The differences of objects for the page's own script, which reads one when it is asked for and
 * leaves the others as text.
 *
 * <p>Shape: a line an object: its number in the plan, a space, and its lines as a JSON array. It is
 * bounded: a page of 100,000 objects must still open. What has no room is shown by {@code show
 * --diff}.
 */
final class DiffLines implements Content {

  private static final int MOST_OBJECTS = 20_000;
  private static final int MOST_CHARACTERS = 24 * 1024 * 1024;

  /** Objects that are compared at a time, on all processors; they wait in memory as text. */
  private static final int AT_ONCE = 256;

  private final Plan plan;
  private final Diffs diffs;

  DiffLines(Plan plan, Diffs diffs) {
    this.plan = plan;
    this.diffs = diffs;
  }

  @Override
  public void writeTo(TemplateOutput out) {
    List<PlannedObject> objects = plan.objects();
    int end = Math.min(MOST_OBJECTS, objects.size());
    int characters = 0;
    for (int from = 0; from < end; from += AT_ONCE) {
      int number = from;
      for (List<String> lines : linesOf(objects.subList(from, Math.min(from + AT_ONCE, end)))) {
        characters += lines.stream().mapToInt(String::length).sum();
        if (characters > MOST_CHARACTERS) {
          return;
        }
        if (!lines.isEmpty()) {
          out.writeContent("\n" + number + " ");
          ScriptJson.write(out, json -> write(json, lines));
        }
        number++;
      }
    }
    out.writeContent("\n");
  }

  /** In the order of the objects. */
  private List<List<String>> linesOf(List<PlannedObject> objects) {
    return objects.parallelStream().map(diffs::of).toList();
  }

  private static void write(JsonGenerator json, List<String> lines) throws IOException {
    json.writeStartArray();
    for (String line : lines) {
      json.writeString(line);
    }
    json.writeEndArray();
  }
}
