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

  private final Plan plan;
  private final Diffs diffs;

  DiffLines(Plan plan, Diffs diffs) {
    this.plan = plan;
    this.diffs = diffs;
  }

  @Override
  public void writeTo(TemplateOutput out) {
    List<PlannedObject> objects = plan.objects();
    int characters = 0;
    for (int i = 0; i < Math.min(MOST_OBJECTS, objects.size()); i++) {
      List<String> lines = diffs.of(objects.get(i));
      if (lines.isEmpty()) {
        continue;
      }
      characters += lines.stream().mapToInt(String::length).sum();
      if (characters > MOST_CHARACTERS) {
        return;
      }
      out.writeContent("\n" + i + " ");
      ScriptJson.write(out, json -> write(json, lines));
    }
    out.writeContent("\n");
  }

  private static void write(JsonGenerator json, List<String> lines) throws IOException {
    json.writeStartArray();
    for (String line : lines) {
      json.writeString(line);
    }
    json.writeEndArray();
  }
}
