package dev.migrator.report.html;

import dev.migrator.report.Diffs;
import dev.migrator.report.RunReport;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.WriterOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Writes a report as one page of HTML: it asks for nothing from anywhere, and a policy in it
 * forbids browsers to try.
 *
 * <p>Shape: UTF-8 is expected of the writer; what is written does not stand in memory as a whole.
 */
public final class HtmlReport {

  private static final TemplateEngine TEMPLATES =
      TemplateEngine.createPrecompiled(ContentType.Html);

  private HtmlReport() {}

  /** Writes the whole page without differences; neither flushes nor closes the writer. */
  public static void write(RunReport report, Writer out) {
    write(report, Diffs.none(), out);
  }

  /** Writes the whole page; neither flushes nor closes the writer. */
  public static void write(RunReport report, Diffs diffs, Writer out) {
    Page page = new Page(report, diffs, resource("report.css"), resource("report.js"));
    TEMPLATES.render("report.jte", page, new WriterOutput(out));
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
