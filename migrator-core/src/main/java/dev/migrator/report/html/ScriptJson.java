package dev.migrator.report.html;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonpCharacterEscapes;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import gg.jte.TemplateOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/**
 * JSON inside a script element: nothing in it can end the element or begin a comment, because no
 * {@code <}, {@code >} or {@code &} is written as itself.
 */
final class ScriptJson {

  private static final JsonFactory FACTORY = new JsonFactory();

  private ScriptJson() {}

  /** Writes one value. */
  interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  static void write(TemplateOutput out, Body body) {
    try (JsonGenerator json = FACTORY.createGenerator(new Pipe(out))) {
      json.setCharacterEscapes(new Escapes());
      body.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands on what is written, in the pieces in which it comes. */
  private static final class Pipe extends Writer {
    private final TemplateOutput out;

    Pipe(TemplateOutput out) {
      this.out = out;
    }

    @Override
    public void write(char[] buffer, int from, int length) {
      out.writeContent(new String(buffer, from, length));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static final class Escapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      codes['<'] = ESCAPE_STANDARD;
      codes['>'] = ESCAPE_STANDARD;
      codes['&'] = ESCAPE_STANDARD;
      return codes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return JsonpCharacterEscapes.instance().getEscapeSequence(character);
    }
  }
}
