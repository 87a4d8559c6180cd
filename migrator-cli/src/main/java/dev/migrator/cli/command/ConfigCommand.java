package dev.migrator.cli.command;

import dev.migrator.cli.option.FormOption;
import dev.migrator.cli.option.Setting;
import dev.migrator.cli.option.Settings;
import dev.migrator.cli.output.Console;
import dev.migrator.cli.wiring.Environment;
import dev.migrator.event.Printable;
import dev.migrator.model.Json;
import dev.migrator.report.Listing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What holds for all commands. */
@Command(
    name = "config",
    description = "Shows the settings that hold where the command line gives none.",
    mixinStandardHelpOptions = true,
    subcommands = ConfigCommand.Show.class,
    footer = {"", "Example:", "  migrator config show"})
public final class ConfigCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Environment environment;

  ConfigCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void run() {
    spec.commandLine().usage(environment.console().out());
    environment.console().out().flush();
  }

  /** Every setting, its value and where that comes from. */
  @Command(
      name = "show",
      description = {
        "Shows every setting, its value and where that comes from.",
        "An option beats an environment variable, which beats the settings file",
        "~/.config/migrator/config.yaml."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Examples:", "  migrator config show", "  migrator config show -o json"})
  static final class Show implements Callable<Integer> {

    private final Environment environment;

    @Mixin private FormOption form = new FormOption();

    Show(Environment environment) {
      this.environment = environment;
    }

    @Override
    public Integer call() {
      List<Row> rows = rows();
      Console console = environment.console();
      if (form.form().isPresent()) {
        console.document(
            form.form().get(),
            Listing.head("Settings"),
            Map.of(
                "settings",
                rows.stream()
                    .map(
                        row ->
                            Json.object()
                                .put("setting", row.name())
                                .put("value", row.value())
                                .put("from", row.from()))));
      } else {
        String line = "%-18s %-40s %s";
        Stream<String> table =
            rows.stream().map(row -> line.formatted(row.name(), row.value(), row.from()));
        console.copy(
            Stream.concat(
                Stream.of(line.formatted("SETTING", "VALUE", "FROM")), table.map(Printable::of)));
      }
      return 0;
    }

    private List<Row> rows() {
      Settings settings = new Settings(environment);
      List<Row> rows =
          new ArrayList<>(
              Arrays.stream(Setting.values())
                  .map(settings::of)
                  .map(told -> new Row(told.setting().key(), told.value(), told.by()))
                  .toList());
      String kubeconfig = environment.environment().getOrDefault("KUBECONFIG", "");
      rows.add(
          kubeconfig.isEmpty()
              ? new Row("kubeconfig", "~/.kube/config", "default")
              : new Row("kubeconfig", kubeconfig, "environment variable KUBECONFIG"));
      return List.copyOf(rows);
    }

    private record Row(String name, String value, String from) {}
  }
}
