package dev.migrator.it.cluster;

import dev.migrator.it.programs.NodePrograms;
import dev.migrator.it.programs.Program;
import dev.migrator.it.programs.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A control plane of plain processes with fake nodes, or one real one. Single programs can be
 * stopped, frozen and started again, to see what a tool makes of it.
 *
 * <p>Crash: the supervisors end the programs when this JVM dies; the folder stays until the next
 * start cleans it.
 */
public final class LocalCluster implements TestCluster {

  private final String name;
  private final Programs programs;
  private final ControlPlaneArguments arguments;
  private final RunningPrograms running;
  private final Users users = Users.withNewTokens();
  private final Thread hook = new Thread(this::end, "end-cluster");
  private final AtomicBoolean closed = new AtomicBoolean();
  private String certificateAuthority = "";
  private String version = "";
  private Optional<RealNode> node = Optional.empty();

  private LocalCluster(String name, Programs programs, ControlPlaneArguments arguments) {
    this.name = name;
    this.programs =
        programs.and(arguments.options().disks().map(DiskOptions::programs).orElse(Map.of()));
    this.arguments = arguments;
    this.running = new RunningPrograms(this.programs, arguments);
  }

  /**
   * Starts a cluster and waits until it serves, has nodes, and makes ServiceAccounts. About ten
   * seconds.
   *
   * <p>Errors: {@link ClusterStartException}. A port taken by another process in the meantime is
   * tried once more.
   */
  public static LocalCluster start(String name, Programs programs, ClusterOptions options) {
    RunFolders folders = RunFolders.ofThisUser();
    folders.clean();
    try {
      return startOnce(folders, name, programs, options);
    } catch (ClusterStartException e) {
      if (e.toString().contains("address already in use")) {
        return startOnce(folders, name, programs, options);
      }
      throw e;
    }
  }

  private static LocalCluster startOnce(
      RunFolders folders, String name, Programs programs, ClusterOptions options) {
    try {
      Path folder = folders.create(name);
      ServiceAccountKeys keys = ServiceAccountKeys.writeTo(folder);
      LocalCluster cluster =
          new LocalCluster(
              name,
              programs,
              new ControlPlaneArguments(folder, ControlPlaneArguments.Ports.pick(), keys, options));
      Runtime.getRuntime().addShutdownHook(cluster.hook);
      try {
        cluster.writeFiles();
        cluster.startPrograms();
        return cluster;
      } catch (IOException | RuntimeException e) {
        cluster.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeFiles() throws IOException {
    Files.createDirectories(arguments.logs());
    PrivateFiles.write(arguments.tokens(), users.csv());
    arguments.clients().write();
    copyResource("audit-policy.yaml", arguments.auditPolicy());
    copyResource("pod-stages.yaml", arguments.podStages());
    copyResource("supervise.sh", arguments.folder().resolve("supervise.sh"));
  }

  static void copyResource(String resource, Path to) throws IOException {
    try (InputStream in = LocalCluster.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      Files.copy(in, to);
    }
  }

  private void startPrograms() throws IOException {
    Readiness readiness = new Readiness(running::trouble);
    running.start(Program.ETCD);
    readiness.await("etcd", () -> accepts(arguments.ports().etcdClient()));
    running.start(Program.KUBE_APISERVER);
    // The server writes its own certificate, and then only can anyone verify it.
    readiness.await("the API server's certificate", () -> readCertificate());
    try (ApiProbe probe = new ApiProbe(admin())) {
      readiness.await("/readyz", () -> probe.get("/readyz").statusCode() == 200);
      version = ApiFacts.gitVersion(probe.get("/version").body());
      writeKubeconfigs();
      running.start(Program.KUBE_CONTROLLER_MANAGER);
      running.start(Program.KUBE_SCHEDULER);
      startNodes(probe, readiness);
      readiness.await(
          "the ServiceAccount default",
          () ->
              probe.get("/api/v1/namespaces/default/serviceaccounts/default").statusCode() == 200);
    } catch (GeneralSecurityException e) {
      throw new ClusterStartException("cannot verify " + server(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterStartException("interrupted", e);
    }
  }

  private void startNodes(ApiProbe probe, Readiness readiness) throws IOException {
    Optional<NodePrograms> real = arguments.options().realNode();
    if (real.isPresent()) {
      node = Optional.of(RealNode.start(name, real.get(), arguments, kubeconfig()));
      node.get().awaitReady(probe, running::trouble);
      if (arguments.options().disks().isPresent()) {
        disks().start(node.get(), probe, readiness);
      }
      return;
    }
    running.start(Program.KWOK);
    for (int i = 0; i < arguments.options().nodes(); i++) {
      String json = ApiFacts.node("node-" + i);
      readiness.await(
          "a fake node",
          () -> List.of(201, 409).contains(probe.post("/api/v1/nodes", json).statusCode()));
    }
  }

  private DiskService disks() {
    return new DiskService(this, arguments, running, programs.path(Program.CSI_DISK));
  }

  /** The real node, where it was started with one. */
  public Optional<RealNode> realNode() {
    return node;
  }

  private static boolean accepts(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  private boolean readCertificate() throws IOException {
    Path file = arguments.servingCertificate();
    if (!Files.isRegularFile(file)) {
      return false;
    }
    String pem = Files.readString(file);
    certificateAuthority = pem;
    // The server's own certificate and, after it, the authority's.
    return pem.split("-----END CERTIFICATE-----", -1).length >= 3;
  }

  private void writeKubeconfigs() throws IOException {
    KubeconfigFile.write(kubeconfig(), contexts(), name);
    for (Map.Entry<Program, String> user : Users.OF_PROGRAMS.entrySet()) {
      KubeconfigFile.write(
          arguments.kubeconfigOf(user.getKey()), Map.of(name, login(user.getValue())), name);
    }
  }

  private Map<String, Login> contexts() {
    Map<String, Login> contexts = new LinkedHashMap<>();
    contexts.put(name, admin());
    contexts.put(name + "-restricted", restricted());
    return contexts;
  }

  /**
   * Starts a program again that {@link #kill} or {@link #stop} has ended, and the sidecars with the
   * driver of disks, without which they end. Does not wait until it serves.
   */
  public void startAgain(Program program) {
    try {
      if (program == Program.CSI_DISK) {
        disks().startAgain(node.orElseThrow());
      } else {
        running.start(program);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends one program in order (SIGTERM), and waits for that. */
  public void stop(Program program) {
    running.end(program, SupervisedProgram::askToEnd);
  }

  /** Ends one program at once (SIGKILL), and waits for that. */
  public void kill(Program program) {
    running.end(program, ending -> ending.signal("KILL"));
  }

  /** Stops one program's clock (SIGSTOP): its connections stay open and nothing answers. */
  public void freeze(Program program) {
    running.signal(program, "STOP");
  }

  /** Lets a frozen program go on. */
  public void thaw(Program program) {
    running.signal(program, "CONT");
  }

  /** The pids of its programs as they are now. Shape: empty when it is closed. */
  public List<Long> pids() {
    return running.pids();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public URI server() {
    return URI.create("https://127.0.0.1:" + arguments.ports().apiServer());
  }

  @Override
  public Login admin() {
    return login(Login.ADMIN_USER);
  }

  @Override
  public Login restricted() {
    return login(Login.RESTRICTED_USER);
  }

  /** About a second the first time. */
  @Override
  public synchronized ClientCertificate adminCertificate() {
    return arguments.clients().sign(Login.ADMIN_USER, "system:masters");
  }

  private Login login(String user) {
    return users.login(user, server(), certificateAuthority);
  }

  @Override
  public Path kubeconfig() {
    return arguments.folder().resolve("kubeconfig");
  }

  @Override
  public Path auditLog() {
    return arguments.auditLog();
  }

  @Override
  public Path logs() {
    return arguments.logs();
  }

  @Override
  public Kubectl kubectl() {
    return new Kubectl(programs.path(Program.KUBECTL), kubeconfig(), name);
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down, and the hook has nothing left to do.
    }
  }

  private void end() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    DiskService.end(running);
    node.ifPresent(RealNode::close);
    running.endAll();
    RunFolders.remove(arguments.folder());
  }
}
