package dev.migrator.cli.option;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.migration.Glob;
import dev.migrator.migration.Spelling;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import dev.migrator.model.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What holds where the command line says nothing: an environment variable, else the settings file
 * {@code ~/.config/migrator/config.yaml}, else what the program does by itself.
 *
 * <p>Contexts are not among them: the two clusters are named each time.
 *
 * <p>Errors: M1001 when the file is broken or has an unknown field; only when a value is asked for.
 */
public final class Settings implements IDefaultValueProvider {

  private static final int LONGEST = 64 * 1024;

  private final Environment surroundings;
  private Optional<JsonNode> read = Optional.empty();

  public Settings(Environment surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * A value, and who said it.
   *
   * @param value may be empty
   */
  public record Told(Setting setting, String value, String by) {}

  /** What holds for this setting when no option is given. */
  public Told of(Setting setting) {
    String variable = surroundings.environment().getOrDefault(setting.variable(), "");
    if (!variable.isEmpty()) {
      return new Told(setting, variable, "environment variable " + setting.variable());
    }
    JsonNode inFile = content().path(setting.key());
    if (!inFile.isMissingNode()) {
      return new Told(setting, text(inFile), file().toString());
    }
    return new Told(setting, setting.otherwise(), "default");
  }

  /** Where the settings file would be. */
  public Path file() {
    Map<String, String> environment = surroundings.environment();
    String base = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path folder =
        base.isEmpty()
            ? surroundings.path(environment.getOrDefault("HOME", ".")).resolve(".config")
            : surroundings.path(base);
    return folder.resolve("migrator").resolve("config.yaml");
  }

  /** Whether a target of this context is protected: its name must be typed. */
  public boolean isProtected(String context) {
    return Arrays.stream(of(Setting.PROTECTED_TARGETS).value().split(","))
        .map(String::strip)
        .filter(glob -> !glob.isEmpty())
        .anyMatch(glob -> Glob.matches(glob, context));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    for (Setting setting : Setting.values()) {
      if (setting.option().filter(option.longestName()::equals).isPresent()) {
        Told told = of(setting);
        return told.by().equals("default") ? null : told.value();
      }
    }
    return null;
  }

  private JsonNode content() {
    if (read.isEmpty()) {
      read = Optional.of(parse());
    }
    return read.get();
  }

  private JsonNode parse() {
    Path file = file();
    if (!surroundings.disk().exists(file)) {
      return Json.object();
    }
    try {
      byte[] bytes = surroundings.disk().read(file);
      if (bytes.length > LONGEST) {
        throw broken("it is longer than " + LONGEST + " bytes");
      }
      JsonNode tree = Yaml.parse(new String(bytes, StandardCharsets.UTF_8)).orElseGet(Json::object);
      if (!tree.isObject()) {
        throw broken("it is not a mapping");
      }
      requireKnown(tree);
      return tree;
    } catch (IOException | IllegalArgumentException e) {
      throw broken(String.valueOf(e.getMessage()));
    }
  }

  private void requireKnown(JsonNode tree) {
    List<String> known = Arrays.stream(Setting.values()).map(Setting::key).toList();
    tree.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw broken(
                    "it has no field "
                        + name
                        + Spelling.nearest(name, known)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse("; it has " + String.join(", ", known)));
              }
            });
  }

  /** A text, or a list of texts. */
  private String text(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue();
    }
    List<String> texts = new ArrayList<>();
    value.forEach(one -> texts.add(one.asText()));
    if (!value.isArray() || texts.stream().anyMatch(String::isEmpty)) {
      throw broken("its values are texts or lists of texts");
    }
    return String.join(",", texts);
  }

  private ProblemException broken(String why) {
    return Problem.of(
            ErrorCode.M1001,
            "the settings file " + file() + " is not valid",
            why,
            "mend it, or move it away")
        .exception();
  }
}
