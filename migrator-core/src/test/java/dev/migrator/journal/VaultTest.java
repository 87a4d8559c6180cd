package dev.migrator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.journal.memory.SimulatedDisk;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VaultTest {

  private static final Path VAULT = Path.of("run", "vault");

  private final SimulatedDisk disk = new SimulatedDisk();

  @Test
  void filesAreNamedByNamespaceAndKind() {
    Map<ObjectRef, String> wanted = new LinkedHashMap<>();
    wanted.put(new ObjectRef("batch", "CronJob", "shop", "billing"), "shop/CronJob.batch.jsonl");
    wanted.put(ObjectRef.core("Secret", "shop", "x"), "shop/Secret.jsonl");
    wanted.put(ObjectRef.namespace("shop"), "_cluster/Namespace.jsonl");
    wanted.put(
        ObjectRef.clusterScoped("rbac.authorization.k8s.io", "ClusterRole", "system:x/y"),
        "_cluster/ClusterRole.rbac.authorization.k8s.io.jsonl");
    wanted.forEach((ref, file) -> assertThat(VaultPaths.file(ref, false)).isEqualTo(file));
  }

  @Test
  void hostileNamesGiveADigestAndNeverLeaveTheDirectory() {
    List<String> hostile =
        List.of(
            "..",
            ".",
            "../../etc",
            "a/../b",
            "/etc/passwd",
            "a\\b",
            "C:",
            "a\0b",
            "a\nb",
            "_cluster",
            "-rf",
            "~",
            "A",
            "a..b",
            ".hidden",
            "a.",
            "\u202eshop",
            "é",
            "x".repeat(5000),
            " ",
            "a b",
            "$(x)",
            "index.jsonl/..");
    for (String text : hostile) {
      if (!text.contains("/")) {
        assertInside(new ObjectRef("", "Pod", text, "x"));
        assertInside(new ObjectRef(text, "Pod", "ns", "x"));
        assertInside(new ObjectRef("", text, "ns", "x"));
      }
      assertThat(VaultPaths.file(ObjectRef.core("Pod", "ns", text), false))
          .isEqualTo("ns/Pod.jsonl");
    }
    for (int seed = 0; seed < 5000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(
            random.nextInt(3) == 0
                ? "./\\:a-_\0 ~".charAt(random.nextInt(10))
                : (char) random.nextInt(0x3000));
      }
      String plain = text.toString().replace("/", "..");
      assertInside(new ObjectRef(plain, plain, plain, "x"));
    }
  }

  private static void assertInside(ObjectRef ref) {
    String file = VaultPaths.file(ref, false);
    assertThat(file)
        .as(ref.toString())
        .matches("[_a-z0-9][-._a-z0-9]*/[_A-Za-z0-9][-._A-Za-z0-9]*\\.jsonl");
    assertThat(file.replace("/", "")).as(ref.toString()).doesNotContain("..");
    Path resolved = VAULT.resolve(file);
    assertThat(resolved.normalize()).isEqualTo(resolved);
    assertThat(resolved.getNameCount()).isEqualTo(VAULT.getNameCount() + 2);
    assertThat(file.length()).isLessThan(450);
    for (Path part : resolved) {
      assertThat(part.toString().length()).isLessThan(240);
    }
  }

  @Test
  void differentHostileNamesGetDifferentFiles() {
    assertThat(VaultPaths.file(new ObjectRef("x", "A..", "n", "o"), false))
        .isNotEqualTo(VaultPaths.file(new ObjectRef(".x", "A.", "n", "o"), false));
    assertThat(VaultPaths.file(new ObjectRef("", "Pod", "A", "o"), false))
        .isNotEqualTo(VaultPaths.file(new ObjectRef("", "Pod", "B", "o"), false));
  }

  @Test
  void aLineIsWhatTheServerSaidLessWhatACreateRefuses() throws IOException {
    Manifest pod =
        Manifest.parse(
            """
            {"apiVersion":"v1","kind":"Pod",
             "metadata":{"name":"p","namespace":"n","uid":"u","resourceVersion":"7","generation":3},
             "spec":{"nodeName":"a","weight":1.10,"ephemeralContainers":[{"name":"debug"}]},
             "status":{"phase":"Running"}}
            """);
    assertLine(
        pod,
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n","uid":"u","generation":3},\
        "spec":{"nodeName":"a","weight":1.10},"status":{"phase":"Running"}}\
        """);
  }

  @Test
  void aJobLosesItsGeneratedSelectorButKeepsAManualOne() throws IOException {
    String job =
        """
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"%s","namespace":"n",\
        "labels":{"controller-uid":"u","a":"b"}},"spec":{"manualSelector":%s,\
        "selector":{"matchLabels":{"batch.kubernetes.io/controller-uid":"u"}},\
        "template":{"metadata":{"labels":{"batch.kubernetes.io/controller-uid":"u","job-name":"j"}},"spec":{}}}}\
        """;
    assertLine(
        Manifest.parse(job.formatted("generated", "false")),
        """
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"generated","namespace":"n",\
        "labels":{"a":"b"}},"spec":{"manualSelector":false,\
        "template":{"metadata":{"labels":{"job-name":"j"}},"spec":{}}}}\
        """);
    String manual = job.formatted("manual", "true");
    assertLine(Manifest.parse(manual), manual);
  }

  private static void assertLine(Manifest object, String wanted) throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    VaultWriter writer = Vault.create(disk, VAULT, VaultKeys.none());
    writer.store(object);
    writer.seal();
    byte[] file = disk.read(VAULT.resolve(VaultPaths.file(object.ref(), false)));
    assertThat(new String(file, StandardCharsets.UTF_8)).isEqualTo(wanted + "\n");
  }

  @Test
  void objectsComeBackWithUidAndResourceVersionAlsoAfterReopening() {
    VaultWriter writer = Vault.create(disk, VAULT, VaultKeys.none());
    List<Manifest> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      // Long bodies, so that the buffer is written out in between.
      all.add(configMap("ns-" + i % 7, "o" + i, "rv" + i, "x".repeat(40_000)));
    }
    all.parallelStream().forEach(writer::store);
    Vault written = writer.seal();
    for (Vault vault : List.of(written, Vault.open(disk, VAULT, VaultKeys.none()).orElseThrow())) {
      assertThat(vault.size()).isEqualTo(300);
      assertThat(vault.entries())
          .isSortedAccordingTo(java.util.Comparator.comparing(VaultEntry::ref));
      all.parallelStream().forEach(object -> assertThat(vault.read(object.ref())).contains(object));
      assertThat(vault.entry(all.get(5).ref()).orElseThrow().resourceVersion()).isEqualTo("rv5");
      assertThat(vault.read(ObjectRef.core("Pod", "a", "b"))).isEmpty();
    }
  }

  @Test
  void theLatestStateWinsAndTheFileRestoresOnlyThat() throws IOException {
    VaultWriter writer = Vault.create(disk, VAULT, VaultKeys.none());
    writer.store(configMap("ns", "a", "1", "old"));
    writer.store(configMap("ns", "b", "2", "kept"));
    assertThatThrownBy(() -> writer.store(configMap("ns", "a", "1", "twice")))
        .isInstanceOf(IllegalArgumentException.class);
    Vault vault = writer.seal();
    vault.replace(configMap("ns", "a", "3", "newer"));
    vault.replace(configMap("ns", "a", "4", "newest"));
    Vault reopened = Vault.open(disk, VAULT, VaultKeys.none()).orElseThrow();
    assertThat(reopened.read(ObjectRef.core("ConfigMap", "ns", "a")))
        .contains(configMap("ns", "a", "4", "newest"));
    assertThat(reopened.read(ObjectRef.core("ConfigMap", "ns", "b")))
        .contains(configMap("ns", "b", "2", "kept"));
    List<String> restored =
        new String(disk.read(VAULT.resolve("ns/ConfigMap.jsonl")), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .map(line -> Json.parseObject(line).at("/data/v").asText())
            .toList();
    assertThat(restored).containsExactly("kept", "newest");
  }

  @Test
  void readersSeeOneWholeStateWhileItIsReplaced() throws Exception {
    VaultWriter writer = Vault.create(disk, VAULT, VaultKeys.none());
    writer.store(configMap("ns", "a", "0", "v0"));
    Vault vault = writer.seal();
    ObjectRef ref = ObjectRef.core("ConfigMap", "ns", "a");
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    String rv = "";
                    while (!rv.equals("200")) {
                      Manifest found = vault.read(ref).orElseThrow();
                      rv = found.resourceVersion();
                      assertThat(found.at("data", "v").asText()).isEqualTo("v" + rv);
                    }
                  } catch (Throwable e) {
                    failures.add(e);
                  }
                });
    for (int i = 1; i <= 200; i++) {
      vault.replace(configMap("ns", "a", "" + i, "v" + i));
    }
    reader.join();
    assertThat(failures).isEmpty();
  }

  @Test
  void damageIsSeenAndNamed() throws IOException {
    VaultWriter writer = Vault.create(disk, VAULT, VaultKeys.none());
    Manifest secret = configMap("ns", "a", "1", "topsecret");
    writer.store(secret);
    Vault vault = writer.seal();
    Path file = VAULT.resolve("ns/ConfigMap.jsonl");
    byte[] whole = disk.read(file);
    for (int i = 0; i < whole.length - 1; i++) {
      byte[] broken = whole.clone();
      broken[i] ^= 4;
      disk.write(file, broken);
      assertThatThrownBy(() -> vault.read(secret.ref()))
          .hasMessageStartingWith("M2206")
          .hasMessageNotContaining("topsecret");
    }
    disk.delete(file);
    assertThatThrownBy(() -> vault.read(secret.ref())).hasMessageStartingWith("M2206");
  }

  @Test
  void aBrokenOrForgedIndexIsRefused() throws IOException {
    VaultWriter writer = Vault.create(disk, VAULT, VaultKeys.none());
    writer.store(configMap("ns", "a", "1", "x"));
    writer.seal();
    Path index = VAULT.resolve(Vault.INDEX);
    ObjectNode line = Json.parseObject(disk.read(index));
    for (String broken :
        List.of(
            "{",
            "[]",
            "{}",
            "\0",
            Json.text(line.deepCopy().put("file", "../../../etc/passwd")),
            Json.text(line.deepCopy().put("offset", -1)),
            Json.text(line.deepCopy().put("digest", "x")),
            Json.text(line.deepCopy().put("kind", "")))) {
      disk.write(index, broken.getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> Vault.open(disk, VAULT, VaultKeys.none()))
          .as(broken)
          .hasMessageStartingWith("M2206");
    }
    disk.write(index, Json.bytes(line.deepCopy().put("offset", 1L << 40)));
    Vault vault = Vault.open(disk, VAULT, VaultKeys.none()).orElseThrow();
    assertThatThrownBy(() -> vault.read(ObjectRef.core("ConfigMap", "ns", "a")))
        .hasMessageStartingWith("M2206");
  }

  @Test
  void aFullDiskIsM2106() {
    VaultWriter writer = Vault.create(disk, VAULT, VaultKeys.none());
    writer.store(configMap("ns", "a", "1", "x"));
    disk.leaveSpace(20);
    assertThatThrownBy(writer::seal)
        .hasMessageStartingWith("M2106")
        .hasMessageContaining("No space left");
    assertThat(Vault.open(disk, VAULT, VaultKeys.none())).isEmpty();
  }

  @Test
  void onTheRealDiskNobodyElseCanReadIt(@TempDir Path folder) throws IOException {
    Path directory = folder.resolve("run").resolve("vault");
    VaultWriter writer = Vault.create(new RealDisk(), directory, VaultKeys.none());
    writer.store(configMap("ns", "a", "1", "x"));
    writer.seal().replace(configMap("ns", "a", "2", "y"));
    try (Stream<Path> all = Files.walk(folder.resolve("run"))) {
      all.forEach(RealDiskTest::assertPrivate);
    }
    assertThat(
            Vault.open(new RealDisk(), directory, VaultKeys.none())
                .orElseThrow()
                .read(ObjectRef.core("ConfigMap", "ns", "a")))
        .contains(configMap("ns", "a", "2", "y"));
    Vault.create(new RealDisk(), directory, VaultKeys.none());
    assertThat(Vault.open(new RealDisk(), directory, VaultKeys.none())).isEmpty();
  }

  @Test
  void sealedSecretsAreReadByTheirProcessAndByTheOwnerOfTheIdentityOnly() throws Exception {
    KeyPair operator = new X25519KeyPairGenerator().generateKeyPair();
    List<String> recipient = List.of(text(operator.getPublic()));
    Manifest secret = secret("db", "1", "hunter2");
    VaultWriter writer = Vault.create(disk, VAULT, VaultKeys.of(recipient, List.of()));
    writer.store(secret);
    writer.store(configMap("ns", "a", "1", "plain"));
    Vault vault = writer.seal();

    assertThat(vault.read(secret.ref())).contains(secret);
    vault.replace(secret("db", "2", "hunter3"));
    assertThat(vault.read(secret.ref())).contains(secret("db", "2", "hunter3"));
    for (String file : List.of("ns/Secret.jsonl.sealed", Vault.INDEX, "index.replaced.jsonl")) {
      String content = new String(disk.read(VAULT.resolve(file)), StandardCharsets.UTF_8);
      for (String value : List.of("hunter2", "hunter3")) {
        assertThat(content)
            .doesNotContain(value)
            .doesNotContain(base64(value))
            .doesNotContain(Digest.ofBytes(Json.bytes(secret.tree())).hex());
      }
    }
    assertThat(disk.exists(VAULT.resolve("ns/Secret.jsonl"))).isFalse();
    assertThat(disk.exists(VAULT.resolve("ns/ConfigMap.jsonl"))).isTrue();

    VaultKeys owner = VaultKeys.of(List.of(), List.of(text(operator.getPrivate())));
    assertThat(Vault.open(disk, VAULT, owner).orElseThrow().read(secret.ref()))
        .contains(secret("db", "2", "hunter3"));
    String stranger = text(new X25519KeyPairGenerator().generateKeyPair().getPrivate());
    for (VaultKeys others :
        List.of(
            VaultKeys.none(),
            VaultKeys.of(List.of(), List.of(stranger)),
            VaultKeys.of(recipient, List.of()))) {
      assertThatThrownBy(() -> Vault.open(disk, VAULT, others))
          .hasMessageStartingWith("M1008")
          .hasMessageContaining("ns/db");
    }
  }

  @Test
  void aSealedLineThatWasTamperedWithIsDamage() throws Exception {
    KeyPair operator = new X25519KeyPairGenerator().generateKeyPair();
    VaultKeys keys =
        VaultKeys.of(List.of(text(operator.getPublic())), List.of(text(operator.getPrivate())));
    VaultWriter writer = Vault.create(disk, VAULT, keys);
    Manifest secret = secret("db", "1", "hunter2");
    writer.store(secret);
    Vault vault = writer.seal();
    Path file = VAULT.resolve("ns/Secret.jsonl.sealed");
    byte[] whole = disk.read(file);
    for (int i = 0; i < whole.length - 1; i += 7) {
      byte[] broken = whole.clone();
      broken[i] ^= 4;
      disk.write(file, broken);
      assertThatThrownBy(() -> vault.read(secret.ref())).hasMessageStartingWith("M2206");
    }
  }

  /** The restoring that the guide names, without any code of ours. */
  @Test
  void aSealedLineIsRestoredByAgeAlone() throws Exception {
    KeyPair operator = new X25519KeyPairGenerator().generateKeyPair();
    VaultWriter writer =
        Vault.create(disk, VAULT, VaultKeys.of(List.of(text(operator.getPublic())), List.of()));
    Manifest secret = secret("db", "1", "hunter2");
    writer.store(secret);
    writer.seal();
    ObjectNode line = Json.parseObject(disk.read(VAULT.resolve("ns/Secret.jsonl.sealed")));
    assertThat(line.has("kind")).as("kubectl must refuse it").isFalse();
    byte[] age = Base64.getDecoder().decode(line.at("/sealed/age").asText());
    try (var plain =
        Channels.newInputStream(
            new StandardDecryptingChannelFactory()
                .newDecryptingChannel(
                    Channels.newChannel(new ByteArrayInputStream(age)),
                    List.of(
                        X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(
                            text(operator.getPrivate())))))) {
      ObjectNode restored = Json.parseObject(plain.readAllBytes());
      assertThat(restored.at("/data/password").asText()).isEqualTo(base64("hunter2"));
      assertThat(restored.at("/metadata").has("resourceVersion")).isFalse();
    }
  }

  @Test
  void whatIsNoKeyIsRefusedAndAnIdentityNeverSaid() {
    String identity = "AGE-SECRET-KEY-1QQQQ";
    for (List<String> recipients :
        List.of(List.of("age1x"), List.of("ssh-ed25519 AAAA"), List.of(""), List.of(identity))) {
      assertThatThrownBy(() -> VaultKeys.of(recipients, List.of()))
          .hasMessageStartingWith("M1008")
          .hasMessageNotContaining("QQQQ");
    }
    assertThatThrownBy(() -> VaultKeys.of(List.of(), List.of(identity)))
        .hasMessageStartingWith("M1008")
        .hasMessageNotContaining("QQQQ");
  }

  private static String text(Key key) {
    return new String(key.getEncoded(), StandardCharsets.US_ASCII);
  }

  private static String base64(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  private static Manifest secret(String name, String resourceVersion, String password) {
    ObjectNode tree = Json.object().put("apiVersion", "v1").put("kind", "Secret");
    ObjectNode metadata = Json.object().put("namespace", "ns").put("name", name);
    tree.set("metadata", metadata.put("uid", "u-" + name).put("resourceVersion", resourceVersion));
    tree.set("data", Json.object().put("password", base64(password)));
    return Manifest.of(tree);
  }

  private static Manifest configMap(
      String namespace, String name, String resourceVersion, String value) {
    ObjectNode tree = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    ObjectNode metadata = Json.object().put("namespace", namespace).put("name", name);
    tree.set("metadata", metadata.put("uid", "u-" + name).put("resourceVersion", resourceVersion));
    tree.set("data", Json.object().put("v", value));
    return Manifest.of(tree);
  }
}
