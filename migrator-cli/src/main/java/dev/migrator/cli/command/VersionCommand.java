package dev.migrator.cli.command;

import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.report.Listing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** Says which version this is. */
@Command(
    name = "version",
    description = "Prints the version.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  migrator version -o json"})
public final class VersionCommand implements Callable<Integer> {

  private final Environment environment;

  @Mixin private FormOption form = new FormOption();

  VersionCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    if (form.form().isPresent()) {
      environment
          .console()
          .document(
              form.form().get(),
              Listing.head("Version")
                  .put("version", number())
                  .put("java", Runtime.version().toString()),
              Map.of());
    } else {
      environment.console().print(line());
    }
    return 0;
  }

  /** What this program is and its version, on one line. */
  public static String line() {
    return "migrator " + number();
  }

  /** The version of this program, as its build calls it. */
  static String number() {
    try (InputStream in =
        VersionCommand.class.getResourceAsStream("/dev/migrator/cli/version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The version for {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {line()};
    }
  }
}
