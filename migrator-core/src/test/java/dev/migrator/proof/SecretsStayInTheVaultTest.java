package dev.migrator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.FaultScript;
import dev.migrator.cluster.memory.MemoryCluster;
import dev.migrator.event.RunEvent;
import dev.migrator.migration.Migration;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.PlanKey;
import dev.migrator.report.DiffText;
import dev.migrator.runbook.Scene;
import dev.migrator.sanitize.TargetDefinitions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * P10: neither a Secret's value nor a digest that anybody could compute of it is in any file but
 * the vault, nor in anything that is said; and the plan's key is nowhere but in its own file.
 */
@Timeout(300)
class SecretsStayInTheVaultTest {

  private static final String CANARY = "canary-4711-of-the-token";
  private static final ObjectRef TOKEN = ObjectRef.core("Secret", "small", "token");
  private static final int RUNS = 300;

  /** Annotations in which tools keep what they applied, and one that nobody knows. */
  private static final List<String> COPIES =
      List.of(
          "kubectl.kubernetes.io/last-applied-configuration",
          "kapp.k14s.io/original",
          "objectset.rio.cattle.io/applied",
          "meta.helm.sh/release-name",
          "acme.example/copy");

  @TempDir Path folder;

  @Test
  void whateverGoesWrongNoValueAndNoDigestOfOneIsWrittenOrSaid() {
    Matrix matrix = Matrix.named("secrets");
    Random random = new Random(matrix.seed());
    List<Fault> faults = new ArrayList<>(Fault.catalogue().values());
    List<Matrix.Cell> cells = new ArrayList<>();
    var example =
        Scenes.varied(
            folder,
            "cron",
            "metadata: {name: token, namespace: small}",
            "metadata: {name: token, namespace: small, labels: {migrator.dev/protect-from: "
                + "duplication}}");
    for (var scene : List.of(Scenes.named("cron"), example)) {
      for (int i = 0; i < RUNS / 2; i++) {
        long seed = random.nextLong();
        cells.add(
            new Matrix.Cell(
                scene,
                (scene.equals(example) ? "handed over " : "copied ") + i,
                own -> {
                  Rehearsal rehearsal = new Rehearsal(scene);
                  Set<String> needles = needles(rehearsal);
                  List<String> found = new ArrayList<>();
                  for (int n = 0; n < 3; n++) {
                    var end = rehearsal.run(FaultScript.random(seed + n, 60, faults));
                    found.addAll(found(needles, "the end", end.toString()));
                    found.addAll(look(rehearsal, needles));
                  }
                  rehearsal.run();
                  found.addAll(look(rehearsal, needles));
                  return found;
                }));
      }
    }
    matrix.run(cells);
  }

  /** The target's object was changed by others: what is told of the difference tells no value. */
  @Test
  void aDifferenceInASecretIsToldWithoutItsValues() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("cron"));
    Set<String> needles = needles(rehearsal);
    MemoryCluster target = rehearsal.scene.clusters.target();
    boolean[] done = {false};
    rehearsal.run(
        request -> {
          if (!done[0] && target.world().stored(TOKEN).isPresent()) {
            done[0] = true;
            Manifest unused =
                target
                    .world()
                    .edit(TOKEN, t -> t.withObjectProperty("data").put("token", "b3RoZXI="));
          }
          return new Fault.None();
        });
    assertThat(rehearsal.scene.events.toString()).contains("M2301");
    needles.add("b3RoZXI=");
    assertThat(look(rehearsal, needles)).isEmpty();
  }

  /** Tools keep copies of Secrets in annotations: these are as secret as the values. */
  @Test
  void aCopyOfTheValueInAnAnnotationIsNotToldEither() {
    String annotations =
        COPIES.stream()
            .map(name -> name + ": '{\"token\": \"" + CANARY + "\"}'")
            .collect(java.util.stream.Collectors.joining(", "));
    Rehearsal rehearsal =
        new Rehearsal(
            Scenes.varied(
                folder,
                "cron",
                "metadata: {name: token, namespace: small}",
                "metadata: {name: token, namespace: small, annotations: {" + annotations + "}}"));
    MemoryCluster target = rehearsal.scene.clusters.target();
    boolean[] done = {false};
    rehearsal.run(
        request -> {
          if (!done[0] && target.world().stored(TOKEN).isPresent()) {
            done[0] = true;
            Manifest unused =
                target
                    .world()
                    .edit(
                        TOKEN,
                        t ->
                            t.withObjectProperty("metadata")
                                .withObjectProperty("annotations")
                                .put("acme.example/copy", CANARY + " changed"));
          }
          return new Fault.None();
        });
    assertThat(rehearsal.scene.events.toString()).contains("M2301");
    Manifest source = rehearsal.scene.clusters.source().world().stored(TOKEN).orElseThrow();
    assertThat(source.annotations().toString()).contains(CANARY);
    List<String> found = new ArrayList<>();
    rehearsal.image().files().entrySet().stream()
        .filter(file -> !isKept(file.getKey()))
        .forEach(
            file ->
                found.addAll(
                    found(Set.of(CANARY), file.getKey().toString(), text(file.getValue()))));
    rehearsal.scene.events.forEach(
        event -> found.addAll(found(Set.of(CANARY), "an event", event.toString())));
    var sent = new TargetDefinitions(Migration.defaults()).of(source, "v1");
    found.addAll(
        found(
            Set.of(CANARY),
            "the diff",
            DiffText.lines(source, sent, Migration.defaults()).toString()));
    assertThat(found).isEmpty();
  }

  @Test
  void theSearchFindsWhatIsThere() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("cron"));
    rehearsal.run();
    Set<String> needles = needles(rehearsal);
    assertThat(
            rehearsal.image().files().entrySet().stream()
                .filter(e -> isKept(e.getKey()))
                .anyMatch(e -> !found(needles, "", text(e.getValue())).isEmpty()))
        .isTrue();
  }

  /** Who has the plan and guesses the value right learns nothing: it takes the key as well. */
  @Test
  void aGuessCannotBeTriedOutOnThePlanAlone() {
    Rehearsal rehearsal = new Rehearsal(Scenes.named("cron"));
    Manifest guessed =
        planned(rehearsal.scene.clusters.source().world().stored(TOKEN).orElseThrow());
    String plan = text(rehearsal.scene.planBytes());
    assertThat(plan).contains("\"keyedDigest\": ", Scene.KEY.digest(guessed.tree()).hex());

    assertThat(found(needles(rehearsal), "the plan", plan)).isEmpty();
    byte[] body = Json.canonicalBytes(guessed.tree());
    String check = rehearsal.scene.plan.keyCheck().orElseThrow().hex();
    for (byte[] known :
        List.of(
            new byte[PlanKey.BYTES],
            check.getBytes(StandardCharsets.UTF_8),
            (check + check).getBytes(StandardCharsets.UTF_8),
            HexFormat.of().parseHex(check + check))) {
      byte[] both = Arrays.copyOf(known, known.length + body.length);
      System.arraycopy(body, 0, both, known.length, body.length);
      assertThat(plan).doesNotContain(Digest.ofBytes(both).hex());
      if (known.length == PlanKey.BYTES) {
        assertThat(plan).doesNotContain(PlanKey.of(known).digest(guessed.tree()).hex());
      }
    }
    PlanKey another = PlanKey.of(new byte[PlanKey.BYTES]);
    assertThat(another.digest(guessed.tree())).isNotEqualTo(Scene.KEY.digest(guessed.tree()));
    assertThat(another.check()).isNotEqualTo(Scene.KEY.check());
    assertThat(Scene.KEY.toString()).doesNotContain(key());
  }

  private static String key() {
    return new String(Scene.KEY.file(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .findFirst()
        .orElseThrow();
  }

  private static Manifest planned(Manifest secret) {
    return new TargetDefinitions(Migration.defaults()).of(secret, "v1").body();
  }

  private static List<String> look(Rehearsal rehearsal, Set<String> needles) {
    List<String> found = new ArrayList<>();
    for (Map.Entry<Path, byte[]> file : rehearsal.image().files().entrySet()) {
      if (!isKept(file.getKey())) {
        found.addAll(found(needles, file.getKey().toString(), text(file.getValue())));
      }
    }
    for (RunEvent event : rehearsal.scene.events) {
      found.addAll(found(needles, event.getClass().getSimpleName(), event.toString()));
    }
    for (MemoryCluster cluster :
        List.of(rehearsal.scene.clusters.source(), rehearsal.scene.clusters.target())) {
      for (Manifest object : cluster.world().everything()) {
        String text =
            object.kind().equals("Secret")
                ? object.annotations().toString()
                : object.tree().toString();
        found.addAll(found(needles, object.ref().toString(), text));
      }
    }
    return found;
  }

  private static boolean isKept(Path file) {
    Path run = Scene.STATE.resolve(Scene.RUN);
    return file.startsWith(run.resolve("vault")) || file.equals(run.resolve("plan.yaml.key"));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static List<String> found(Set<String> needles, String where, String text) {
    return needles.stream().filter(text::contains).map(n -> where + " tells " + n).toList();
  }

  /** The value, as it is encoded, and every digest that somebody may think of. */
  private static Set<String> needles(Rehearsal rehearsal) {
    Manifest secret = rehearsal.scene.clusters.source().world().stored(TOKEN).orElseThrow();
    String encoded = Base64.getEncoder().encodeToString(CANARY.getBytes(StandardCharsets.UTF_8));
    Set<String> needles = new LinkedHashSet<>(Set.of(CANARY, encoded));
    Manifest bare =
        secret.edit(
            tree -> {
              var metadata = tree.withObjectProperty("metadata");
              List.of("uid", "resourceVersion", "creationTimestamp", "managedFields")
                  .forEach(metadata::remove);
            });
    for (String text :
        List.of(
            CANARY,
            encoded,
            secret.at("data").toString(),
            secret.tree().toString(),
            bare.tree().toString())) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      needles.add(Digest.ofBytes(bytes).hex());
      for (String algorithm : List.of("MD5", "SHA-1", "SHA-256", "SHA-512")) {
        needles.add(HexFormat.of().formatHex(hash(algorithm, bytes)).substring(0, 16));
        needles.add(Base64.getEncoder().encodeToString(hash(algorithm, bytes)).substring(0, 12));
      }
    }
    needles.add(key());
    needles.add(key().toUpperCase(Locale.ROOT));
    needles.add(Base64.getEncoder().encodeToString(HexFormat.of().parseHex(key())));
    needles.add(Digest.of(planned(secret).tree()).hex());
    needles.add(Digest.of(secret.tree()).hex());
    needles.add(Digest.of(bare.tree()).hex());
    needles.add(Digest.of(secret.at("data")).hex());
    return needles;
  }

  private static byte[] hash(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
