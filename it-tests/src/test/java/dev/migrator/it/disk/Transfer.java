package dev.migrator.it.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.cluster.Kubectl;
import dev.migrator.it.cluster.MoverImage;
import dev.migrator.it.cluster.TestCluster;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.mover.Marks;
import dev.migrator.mover.Mover;
import dev.migrator.mover.Pass;
import dev.migrator.mover.Peer;
import dev.migrator.mover.Result;
import dev.migrator.mover.Side;
import dev.migrator.mover.Values;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionEvaluationListener;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.EvaluatedCondition;
import org.awaitility.core.TimeoutEvent;

/** One transfer by a mover between the claims of the same name in both clusters, by hand. */
record Transfer(
    ClusterPair pair, Disks disks, Mover mover, String namespace, String claim, Values values) {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What both sides have after a pass. */
  record Results(Result source, Result target) {}

  static Transfer of(
      ClusterPair pair,
      Disks disks,
      Mover mover,
      String namespace,
      String claim,
      Map<String, String> with) {
    assertThat(mover.refusals(with)).isEmpty();
    Marks marks = new Marks(Map.of("example.com/run", "r-1"), Map.of("example.com/of", claim));
    Values values =
        new Values(
            "mv-" + claim,
            namespace,
            claim,
            namespace + "/" + claim,
            "r-1",
            marks,
            "",
            Optional.empty(),
            "0123456789abcdef".repeat(4),
            with);
    for (TestCluster cluster : pair.clusters().toList()) {
      VolumeScene.at(cluster, namespace).claim(claim, Disks.AT_ONCE);
    }
    Transfer transfer = new Transfer(pair, disks, mover, namespace, claim, values);
    for (Side side : Side.values()) {
      mover.objects(side, values).forEach(object -> transfer.create(side, object));
    }
    return transfer;
  }

  private TestCluster cluster(Side side) {
    return side == Side.SOURCE ? pair.source() : pair.target();
  }

  private VolumeScene scene(Side side) {
    return VolumeScene.at(cluster(side), namespace);
  }

  private void create(Side side, Manifest object) {
    Kubectl kubectl = cluster(side).kubectl();
    kubectl.runWithInput(Json.text(object.tree()), "create", "-f", "-");
  }

  /** The folder of the volume at a side. */
  Path data(Side side) {
    return disks.data(Fields.handle(scene(side).boundVolume(claim)));
  }

  /** Starts the Job of the source, the target's before it where both run together. */
  void start(Pass pass) {
    start(pass, job -> job);
  }

  void start(Pass pass, UnaryOperator<Manifest> changed) {
    Values peered = mover.together() ? values.withPeer(startTarget(pass)) : values;
    create(Side.SOURCE, changed.apply(mover.job(Side.SOURCE, pass, peered)));
  }

  private Peer startTarget(Pass pass) {
    Manifest job = mover.job(Side.TARGET, pass, values);
    create(Side.TARGET, job);
    Manifest service = manifest(scene(Side.TARGET).get("service", values.name()));
    return waiting(Side.TARGET, pass, "the target's pod is ready")
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                pods(Side.TARGET, pass).stream()
                    .filter(Transfer::isReady)
                    .findFirst()
                    .flatMap(pod -> Peer.of(values.with(), service, manifest(pod))),
            Optional::isPresent)
        .orElseThrow();
  }

  /** Waits for both sides, the target's Job started after the source's where it has to be. */
  Results finish(Pass pass) {
    complete(Side.SOURCE, pass);
    if (!mover.together()) {
      create(Side.TARGET, mover.job(Side.TARGET, pass, values));
    }
    complete(Side.TARGET, pass);
    return new Results(result(Side.SOURCE, pass), result(Side.TARGET, pass));
  }

  private void complete(Side side, Pass pass) {
    String ended = ended(side, pass);
    assertThat(ended).as(() -> side + " " + pass + ":\n" + log(side, pass)).isEqualTo("Complete");
  }

  /** How a Job has ended: {@code Complete} or {@code Failed}. */
  String ended(Side side, Pass pass) {
    JsonNode job =
        scene(side)
            .until("has ended", "job", jobName(side, pass), found -> !condition(found).isEmpty());
    return condition(job);
  }

  private static String condition(JsonNode job) {
    for (JsonNode condition : job.at("/status/conditions")) {
      String type = condition.path("type").asText();
      if (condition.path("status").asText().equals("True")
          && (type.equals("Complete") || type.equals("Failed"))) {
        return type;
      }
    }
    return "";
  }

  /** The result by the log, which the status of the pod must have, too. */
  private Result result(Side side, Pass pass) {
    String log = log(side, pass);
    Result result =
        mover.result(log).orElseThrow(() -> new AssertionError("no result in:\n" + log));
    assertThat(mover.result(terminated(side, pass))).contains(result);
    return result;
  }

  /** What the last container of a Job has left in its pod's status. */
  String terminated(Side side, Pass pass) {
    return pods(side, pass).stream()
        .map(pod -> pod.at("/status/containerStatuses/0/state/terminated/message").asText(""))
        .filter(message -> !message.isEmpty())
        .reduce("", (first, second) -> second);
  }

  /** The pods of a Job, the oldest first. */
  List<JsonNode> pods(Side side, Pass pass) {
    String said =
        cluster(side)
            .kubectl()
            .run(
                "get",
                "pods",
                "-n",
                namespace,
                "-l",
                "batch.kubernetes.io/job-name=" + jobName(side, pass),
                "--sort-by=.metadata.creationTimestamp",
                "-o",
                "json");
    List<JsonNode> pods = new ArrayList<>();
    Json.parse(said).path("items").forEach(pods::add);
    return pods;
  }

  private String jobName(Side side, Pass pass) {
    return mover.job(side, pass, values.withPeer(new Peer("any", 1))).name();
  }

  /** What the containers of a Job have printed, as the kubelet keeps it. */
  String log(Side side, Pass pass) {
    Path logs = MoverImage.node(cluster(side)).folder().resolve("podlogs");
    return pods(side, pass).stream()
        .map(
            pod ->
                "%s_%s_%s"
                    .formatted(
                        namespace,
                        pod.at("/metadata/name").asText(),
                        pod.at("/metadata/uid").asText()))
        .map(folder -> logs.resolve(folder).resolve("mover"))
        .filter(Files::isDirectory)
        .map(Transfer::text)
        .collect(Collectors.joining());
  }

  /** Each line begins with a time, a stream and whether it is whole. */
  private static String text(Path folder) {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        for (String line : Files.readString(file, StandardCharsets.UTF_8).lines().toList()) {
          text.append(line.split(" ", 4)[3]).append('\n');
        }
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A wait that says on failure what the containers of a Job have printed. */
  private ConditionFactory waiting(Side side, Pass pass, String what) {
    return await(what)
        .atMost(LIMIT)
        .conditionEvaluationListener(
            new ConditionEvaluationListener<Object>() {
              @Override
              public void conditionEvaluated(EvaluatedCondition<Object> condition) {
                // Only its end is of interest.
              }

              @Override
              public void onTimeout(TimeoutEvent timeout) {
                System.err.println(what + ", not yet; " + side + ":\n" + log(side, pass));
              }
            });
  }

  private static boolean isReady(JsonNode pod) {
    return pod.at("/status/containerStatuses/0/ready").asBoolean();
  }

  private static Manifest manifest(JsonNode object) {
    return Manifest.parse(Json.text(object));
  }

  /**
   * Kills the mover of a side (SIGKILL) as soon as a program of these words runs in it.
   *
   * @param words of the command line of a child of the mover
   */
  void kill(Side side, String words) {
    ProcessHandle child =
        waiting(side, Pass.HOT, words + " runs")
            .pollInterval(Duration.ofMillis(50))
            .until(
                () ->
                    MoverImage.node(cluster(side)).processes().stream()
                        .filter(process -> commandLine(process).contains(words))
                        .filter(process -> process.parent().filter(Transfer::isMover).isPresent())
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    await("some of it is copied").pollDelay(Duration.ofSeconds(1)).until(() -> true);
    assertThat(child.isAlive()).as("still copies").isTrue();
    assertThat(child.parent().map(ProcessHandle::destroyForcibly)).contains(true);
  }

  private static boolean isMover(ProcessHandle process) {
    return commandLine(process).contains(" /mover/");
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  /** Deletes the Jobs of a pass with their pods, and waits for that. */
  void forget(Pass pass) {
    for (Side side : Side.values()) {
      cluster(side)
          .kubectl()
          .run(
              "delete",
              "job",
              jobName(side, pass),
              "-n",
              namespace,
              "--ignore-not-found",
              "--cascade=foreground");
    }
  }
}
