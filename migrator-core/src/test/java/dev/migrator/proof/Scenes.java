package dev.migrator.proof;

import dev.migrator.plans.PlanCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Small cases for matrices of thousands of runs, laid out as the folders of {@code plans/}. */
public final class Scenes {

  private static final List<String> SMALL =
      List.of(
          "cron", "serving", "once", "scaled", "shared", "custom", "disks", "snapshots", "copies");

  /** A claim and the pod that has it, whom only its deletion ends; to be put before a document. */
  static final String BARE_POD =
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: bare, namespace: small}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: fast
        resources: {requests: {storage: 5Gi}}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: bare, namespace: small, labels: {migrator.dev/protect-from: duplication}}
      spec:
        containers:
          - name: bare
            image: "registry.example/bare:1"
            volumeMounts: [{name: data, mountPath: /data}]
        volumes: [{name: data, persistentVolumeClaim: {claimName: bare}}]
      ---
      """;

  private Scenes() {}

  static List<PlanCase> small() {
    return SMALL.stream().map(Scenes::named).toList();
  }

  public static PlanCase named(String name) {
    URL folder = Objects.requireNonNull(Scenes.class.getResource("/scenes/" + name), name);
    try {
      return new PlanCase(Path.of(folder.toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A scene with other words in its files.
   *
   * @param changes words and what replaces them, in turns; each must occur
   */
  public static PlanCase varied(Path folder, String name, String... changes) {
    Path from = named(name).folder();
    Path to = folder.resolve(name);
    boolean[] found = new boolean[changes.length];
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file);
        for (int i = 0; i < changes.length; i += 2) {
          found[i] |= text.contains(changes[i]);
          text = text.replace(changes[i], changes[i + 1]);
        }
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.writeString(copy, text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < changes.length; i += 2) {
      if (!found[i]) {
        throw new IllegalArgumentException(name + " has nowhere " + changes[i]);
      }
    }
    return new PlanCase(to);
  }
}
