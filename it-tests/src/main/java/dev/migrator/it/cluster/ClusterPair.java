package dev.migrator.it.cluster;

import dev.migrator.it.disk.Disks;
import dev.migrator.it.programs.BuildCache;
import dev.migrator.it.programs.BuildModule;
import dev.migrator.it.programs.ControlPlaneOrigin;
import dev.migrator.it.programs.Program;
import dev.migrator.it.programs.Programs;
import dev.migrator.it.programs.Surroundings;
import dev.migrator.it.programs.ThisMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A source and a target cluster of different versions, and one kubeconfig for both. */
public final class ClusterPair implements AutoCloseable {

  private final TestCluster source;
  private final TestCluster target;
  private final Path kubeconfig;
  private final Supplier<TestCluster> another;
  private final Optional<Disks> disks;

  private ClusterPair(
      TestCluster source,
      TestCluster target,
      Path kubeconfig,
      Supplier<TestCluster> another,
      Optional<Disks> disks) {
    this.source = source;
    this.target = target;
    this.kubeconfig = kubeconfig;
    this.another = another;
    this.disks = disks;
  }

  /**
   * Where a pair would come from on this machine. Asks the Docker engine only when nothing better
   * is there.
   */
  public static ControlPlaneOrigin origin() {
    return ControlPlaneOrigin.choose(environment());
  }

  /**
   * Starts both clusters at the same time. Builds their programs first if need be, and says so on
   * standard output.
   *
   * <p>Errors: {@link ClusterStartException}; {@link IllegalStateException} when nothing on this
   * machine can run one.
   */
  public static ClusterPair start(
      ControlPlaneOrigin origin, ClusterOptions source, ClusterOptions target) {
    return switch (origin) {
      case ControlPlaneOrigin.Assets assets ->
          local(Programs.in(assets.source()), source, Programs.in(assets.target()), target);
      case ControlPlaneOrigin.Cached() -> localFromCache(source, target);
      case ControlPlaneOrigin.Buildable() -> {
        BuildCache.ofThisUser().build(BuildModule.OF_CONTROL_PLANES, System.out::println);
        yield localFromCache(source, target);
      }
      case ControlPlaneOrigin.K3s() ->
          both(
              () -> K3sCluster.start("source", K3sCluster.SOURCE_IMAGE, source),
              () -> K3sCluster.start("target", K3sCluster.TARGET_IMAGE, target));
      case ControlPlaneOrigin.None none -> throw new IllegalStateException(none.advice());
    };
  }

  /**
   * Starts both clusters with one real node each. Builds what is missing first.
   *
   * <p>Errors: as {@link #start}; whether the machine is fit is asked with {@link
   * dev.migrator.it.programs.NodeNeeds}.
   */
  public static ClusterPair startWithRealNodes(ControlPlaneOrigin origin) {
    BuildCache cache = BuildCache.ofThisUser();
    if (!cache.complete(BuildModule.OF_NODES)) {
      cache.build(BuildModule.OF_NODES, System.out::println);
    }
    return start(
        origin,
        ClusterOptions.DEFAULT.withRealNode(cache.sourceNode()),
        ClusterOptions.DEFAULT.withRealNode(cache.targetNode()));
  }

  /**
   * Starts both clusters with one real node each, whose CSI drivers share one folder of disks: what
   * one cluster's claims have been given can be handed over to the other. Builds what is missing
   * first, which takes minutes on a new machine.
   *
   * <p>Errors: as {@link #startWithRealNodes}.
   *
   * @param sourceZone of the source's node, empty where zones play no part
   * @param targetZone of the target's
   * @param careless whether the drivers attach a disk that another node has
   */
  public static ClusterPair startWithDisks(
      ControlPlaneOrigin origin, String sourceZone, String targetZone, boolean careless) {
    BuildCache cache = BuildCache.ofThisUser();
    for (List<BuildModule> modules : List.of(BuildModule.OF_NODES, BuildModule.OF_DISKS)) {
      if (!cache.complete(modules)) {
        cache.build(modules, System.out::println);
      }
    }
    Map<Program, Path> programs = cache.disks();
    Path ledger = cache.disks().getOrDefault(Program.LEDGER, Path.of("ledger"));
    Path folder = newFolder();
    try {
      ClusterPair pair =
          start(
              origin,
              ClusterOptions.DEFAULT
                  .withRealNode(cache.sourceNode().withInPods(ledger))
                  .withDisks(new DiskOptions(programs, folder, sourceZone, careless)),
              ClusterOptions.DEFAULT
                  .withRealNode(cache.targetNode().withInPods(ledger))
                  .withDisks(new DiskOptions(programs, folder, targetZone, careless)));
      return pair.with(new Disks(folder, ledger));
    } catch (RuntimeException e) {
      RunFolders.remove(folder);
      throw e;
    }
  }

  private static Path newFolder() {
    try {
      return RunFolders.ofThisUser().create("disks");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ClusterPair with(Disks shared) {
    return new ClusterPair(source, target, kubeconfig, another, Optional.of(shared));
  }

  /** This machine, as the choice of an origin looks at it. */
  public static Surroundings environment() {
    return new ThisMachine(System.getenv(), BuildCache.ofThisUser(), K3sCluster::engineAnswers);
  }

  private static ClusterPair localFromCache(ClusterOptions source, ClusterOptions target) {
    BuildCache cache = BuildCache.ofThisUser();
    return local(cache.source(), source, cache.target(), target);
  }

  private static ClusterPair local(
      Programs sourcePrograms,
      ClusterOptions source,
      Programs targetPrograms,
      ClusterOptions target) {
    return both(
        () -> LocalCluster.start("source", sourcePrograms, source),
        () -> LocalCluster.start("target", targetPrograms, target));
  }

  private static ClusterPair both(Supplier<TestCluster> source, Supplier<TestCluster> target) {
    CompletableFuture<TestCluster> first = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                first.complete(source.get());
              } catch (RuntimeException | Error e) {
                first.completeExceptionally(e);
              }
            });
    TestCluster second;
    try {
      second = target.get();
    } catch (RuntimeException | Error e) {
      closeIfStarted(first);
      throw e;
    }
    try {
      return new ClusterPair(
          first.join(), second, writeKubeconfig(first.join(), second), target, Optional.empty());
    } catch (CompletionException e) {
      second.close();
      throw e.getCause() instanceof ClusterStartException known ? known : e;
    }
  }

  private static void closeIfStarted(CompletableFuture<TestCluster> starting) {
    try {
      starting.join().close();
    } catch (CompletionException e) {
      // It has not started either; the failure of the other one is thrown.
    }
  }

  private static Path writeKubeconfig(TestCluster source, TestCluster target) {
    Map<String, Login> contexts = new LinkedHashMap<>();
    for (TestCluster cluster : List.of(source, target)) {
      contexts.put(cluster.name(), cluster.admin());
      contexts.put(cluster.name() + "-restricted", cluster.restricted());
    }
    try {
      return KubeconfigFile.write(
          source.kubeconfig().resolveSibling("pair.kubeconfig"), contexts, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cluster that workloads come from, the older one. */
  public TestCluster source() {
    return source;
  }

  /** The cluster that workloads go to, the newer one. */
  public TestCluster target() {
    return target;
  }

  /** What the nodes of both have their volumes on, where they were started with disks. */
  public Optional<Disks> disks() {
    return disks;
  }

  /**
   * One kubeconfig with the contexts {@code source}, {@code target}, {@code source-restricted} and
   * {@code target-restricted}, none of them current.
   */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Both clusters, the source first. */
  public Stream<TestCluster> clusters() {
    return Stream.of(source, target);
  }

  /**
   * Ends the target and starts another one in its place, as empty as the first one was. The
   * returned pair takes the place of this one, kubeconfig included.
   */
  public ClusterPair withFreshTarget() {
    target.close();
    TestCluster fresh = another.get();
    return new ClusterPair(source, fresh, writeKubeconfig(source, fresh), another, disks);
  }

  /** Ends both clusters, and loses the data of their disks. */
  @Override
  public void close() {
    CompletableFuture<Void> first = CompletableFuture.runAsync(source::close);
    target.close();
    first.join();
    disks.map(Disks::folder).ifPresent(RunFolders::remove);
  }
}
