package dev.migrator.cli.option;

import dev.migrator.journal.RunFile;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import dev.migrator.model.Shell;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/**
 * Which two clusters. There is no default and the current context is never used: the cluster that
 * is changed is the one that somebody named.
 */
public final class ClusterOptions {

  @Option(
      names = "--source-kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig of the source; else KUBECONFIG or ~/.kube/config.")
  private Optional<String> sourceKubeconfig = Optional.empty();

  @Option(
      names = "--source-context",
      paramLabel = "NAME",
      description = "The context of the source: the cluster that is left.")
  private Optional<String> sourceContext = Optional.empty();

  @Option(
      names = "--target-kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig of the target; else KUBECONFIG or ~/.kube/config.")
  private Optional<String> targetKubeconfig = Optional.empty();

  @Option(
      names = "--target-context",
      paramLabel = "NAME",
      description = "The context of the target: the cluster that is moved to.")
  private Optional<String> targetContext = Optional.empty();

  /**
   * The two logins as they were given.
   *
   * <p>Errors: M1001 when a context was not named.
   */
  public Pair required() {
    return new Pair(
        login("source", sourceKubeconfig, sourceContext, Optional.empty()),
        login("target", targetKubeconfig, targetContext, Optional.empty()));
  }

  /** The login of the source alone; errors as those of {@link #required}. */
  public RunFile.Login source() {
    return login("source", sourceKubeconfig, sourceContext, Optional.empty());
  }

  /** The login of the target alone; errors as those of {@link #required}. */
  public RunFile.Login target() {
    return login("target", targetKubeconfig, targetContext, Optional.empty());
  }

  /** The two logins, where nothing was given those of earlier. */
  public Pair orElse(RunFile.Login source, RunFile.Login target) {
    return new Pair(
        login("source", sourceKubeconfig, sourceContext, Optional.of(source)),
        login("target", targetKubeconfig, targetContext, Optional.of(target)));
  }

  /** True when the source's context was given. */
  public boolean namesSource() {
    return sourceContext.isPresent();
  }

  /** True when the target's context was given. */
  public boolean namesTarget() {
    return targetContext.isPresent();
  }

  private static RunFile.Login login(
      String side,
      Optional<String> kubeconfig,
      Optional<String> context,
      Optional<RunFile.Login> earlier) {
    Optional<String> name = context.or(() -> earlier.map(RunFile.Login::context));
    if (name.isEmpty() || name.get().isBlank()) {
      throw Problem.of(
              ErrorCode.M1001,
              "no --" + side + "-context was given",
              "both clusters must be named: there is no default, and the current context is never"
                  + " used",
              "kubectl config get-contexts",
              "migrator ... --" + side + "-context NAME")
          .exception();
    }
    // A context that was given anew comes from the file given with it, not from the file of
    // earlier.
    Optional<String> file =
        kubeconfig.isPresent() || context.isPresent()
            ? kubeconfig
            : earlier.flatMap(RunFile.Login::kubeconfig);
    return new RunFile.Login(file, name.get());
  }

  /** How both clusters are reached. */
  public record Pair(RunFile.Login source, RunFile.Login target) {

    /** As they are typed. */
    public String options() {
      return options("source", source) + " " + options("target", target);
    }

    private static String options(String side, RunFile.Login login) {
      return login
              .kubeconfig()
              .map(file -> "--" + side + "-kubeconfig " + Shell.word(file) + " ")
              .orElse("")
          + "--"
          + side
          + "-context "
          + Shell.word(login.context());
    }

    /** The same, with files that are found from any folder. */
    public Pair absolute(Function<String, Path> paths) {
      return new Pair(absolute(source, paths), absolute(target, paths));
    }

    /** One of them, with a file that is found from any folder. */
    public static RunFile.Login absolute(RunFile.Login login, Function<String, Path> paths) {
      return new RunFile.Login(
          login.kubeconfig().map(file -> paths.apply(file).toString()), login.context());
    }
  }
}
