package dev.migrator.mover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ProblemException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MoverTest {

  private static final String FORM =
      """
      together: true
      parameters:
        place: {about: a place, required: true, pattern: '[a-z]+'}
        speed: {about: a number, default: "7", pattern: '[0-9]+'}
        extra: {about: more}
      """;

  private static final String SIDE =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: "${name}", labels: {example.com/run: forged, of: template}}
      stringData: {key: "k:${key}", text: "${file:run.sh}"}
      ---
      apiVersion: batch/v1
      kind: Job
      metadata: {name: "${name}"}
      spec:
        backoffLimit: 99
        parallelism: 5
        ttlSecondsAfterFinished: 0
        suspend: true
        activeDeadlineSeconds: 60
        template:
          spec:
            restartPolicy: OnFailure
            containers:
            - name: mover
              image: any
              args: ["${side} ${pass} ${with.place} ${with.speed} ${about} ${host}:${port}"]
              env:
              - {$when: with.extra, name: EXTRA, value: "${with.extra}"}
              - {$unless: with.extra, name: NONE, value: "1"}
            volumes:
            - {name: data, persistentVolumeClaim: {claimName: "${claim}"}}
      """;

  private static final Values VALUES =
      new Values(
          "mv-1",
          "shop",
          "data",
          "old-shop/data",
          "r-1",
          new Marks(Map.of("example.com/run", "r-1"), Map.of("example.com/note", "n")),
          "",
          Optional.empty(),
          "ab".repeat(32),
          Map.of("place", "there"));

  private static SortedMap<String, String> files() {
    return new TreeMap<>(
        Map.of(
            "mover.yaml", FORM, "source.yaml", SIDE, "target.yaml", SIDE, "run.sh", "x: ${y}\n"));
  }

  private static Mover mover() {
    return Mover.of("mine", files());
  }

  private static Mover with(String file, String text, String instead) {
    SortedMap<String, String> files = files();
    String before = files.getOrDefault(file, "");
    assertThat(before).contains(text);
    files.put(file, before.replace(text, instead));
    return Mover.of("mine", files);
  }

  @ParameterizedTest
  @EnumSource(Side.class)
  void everyObjectIsOfTheTransferAndMarked(Side side) {
    Manifest secret = mover().objects(side, VALUES).getFirst();
    assertThat(secret.ref().toString()).contains("shop", "mv-1");
    assertThat(secret.labels())
        .as("the mark wins over the template")
        .containsEntry("example.com/run", "r-1")
        .containsEntry("of", "template");
    assertThat(secret.annotations()).containsEntry("example.com/note", "n");
    assertThat(secret.text("stringData", "key")).contains("k:" + VALUES.key());
    assertThat(secret.text("stringData", "text"))
        .as("what a value has in it is not filled again")
        .contains("x: ${y}\n");
  }

  @Test
  void aJobIsWhatItHasToBeWhateverItsTemplateSays() {
    Manifest job = mover().job(Side.SOURCE, Pass.FINAL, VALUES);
    assertThat(job.name()).isEqualTo("mv-1-source-final");
    assertThat(job.namespace()).isEqualTo("shop");
    assertThat(job.at("spec", "parallelism").asInt()).isEqualTo(1);
    assertThat(job.at("spec", "completions").asInt()).isEqualTo(1);
    assertThat(job.at("spec", "backoffLimit").asInt()).isEqualTo(3);
    assertThat(job.at("spec", "activeDeadlineSeconds").asInt()).isEqualTo(60);
    assertThat(job.text("spec", "podReplacementPolicy")).contains("Failed");
    assertThat(job.has("spec", "ttlSecondsAfterFinished")).isFalse();
    assertThat(job.has("spec", "suspend")).isFalse();
    JsonNode rule = job.at("spec", "podFailurePolicy", "rules").get(0);
    assertThat(rule.path("action").asText()).isEqualTo("FailJob");
    assertThat(rule.at("/onExitCodes/values/0").asInt()).isEqualTo(3);
    assertThat(rule.at("/onExitCodes/containerName").asText()).isEqualTo("mover");
    JsonNode pod = job.at("spec", "template");
    assertThat(pod.at("/spec/restartPolicy").asText()).isEqualTo("Never");
    assertThat(pod.at("/metadata/labels/example.com~1run").asText()).isEqualTo("r-1");
    assertThat(pod.at("/metadata/labels/migrator.dev~1mover").asText()).isEqualTo("mv-1");
    assertThat(pod.at("/metadata/annotations/example.com~1note").asText()).isEqualTo("n");
    assertThat(pod.at("/spec/automountServiceAccountToken").asBoolean(true)).isFalse();
  }

  @Test
  void jobsOfOneTransferHaveNamesOfTheirOwn() {
    Mover mover = mover();
    assertThat(
            java.util.stream.Stream.of(Side.values())
                .flatMap(
                    side ->
                        java.util.stream.Stream.of(Pass.values())
                            .map(pass -> mover.job(side, pass, VALUES).name())))
        .doesNotHaveDuplicates()
        .hasSize(4);
  }

  private static String argument(Manifest job) {
    return job.at("spec", "template", "spec", "containers").get(0).path("args").path(0).asText();
  }

  private static JsonNode environment(Manifest job) {
    return job.at("spec", "template", "spec", "containers").get(0).path("env");
  }

  @Test
  void blanksAreFilledWithWhatWasGivenElseWithTheDefault() {
    Values peered = VALUES.withPeer(new Peer("10.0.0.1", 8873));
    assertThat(argument(mover().job(Side.SOURCE, Pass.HOT, peered)))
        .isEqualTo("source hot there 7 old-shop/data 10.0.0.1:8873");
    assertThat(argument(mover().job(Side.TARGET, Pass.FINAL, VALUES)))
        .isEqualTo("target final there 7 old-shop/data :");
  }

  @Test
  void partsAreLeftOutWhereTheirValueIsEmptyOrNot() {
    assertThat(environment(mover().job(Side.SOURCE, Pass.HOT, VALUES)).toString())
        .isEqualTo("[{\"name\":\"NONE\",\"value\":\"1\"}]");
    Values more =
        new Values(
            "mv-1",
            "shop",
            "data",
            "a",
            "r-1",
            VALUES.marks(),
            "",
            Optional.empty(),
            VALUES.key(),
            Map.of("place", "x", "extra", "\"}, {\"name\": \"FORGED\""));
    assertThat(environment(mover().job(Side.SOURCE, Pass.HOT, more)))
        .as("a value is a text and nothing else")
        .hasSize(1)
        .allSatisfy(e -> assertThat(e.path("value").asText()).startsWith("\"}, {"));
  }

  @Test
  void aPodIsBoundToItsNodeByAffinity() {
    Manifest any = mover().job(Side.SOURCE, Pass.HOT, VALUES);
    assertThat(any.has("spec", "template", "spec", "affinity")).isFalse();
    Values bound =
        new Values(
            "mv-1",
            "shop",
            "data",
            "a",
            "r-1",
            VALUES.marks(),
            "node-7",
            Optional.empty(),
            VALUES.key(),
            Map.of());
    JsonNode pod = mover().job(Side.SOURCE, Pass.HOT, bound).at("spec", "template", "spec");
    assertThat(pod.has("nodeName")).isFalse();
    assertThat(pod.path("affinity").toString())
        .contains("requiredDuringScheduling", "matchFields", "metadata.name", "node-7");
  }

  @Test
  void refusesParametersInWords() {
    assertThat(mover().refusals(Map.of("place", "here", "speed", "3"))).isEmpty();
    assertThat(mover().refusals(Map.of("speed", "fast", "plaice", "x")))
        .containsExactly(
            "with.place is missing: a place",
            "with.speed is not a number",
            "with.plaice is not known to mover mine; there are extra, place, speed");
    assertThat(mover().refusals(Map.of("place", "x", "extra", "two\nlines")))
        .containsExactly("with.extra is not more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mover.yaml  | together: true    | together: yes please    | mover.yaml: together: is not true or false
          mover.yaml  | parameters:       | paramters:              | mover.yaml: paramters: is not known; there are about, leaves, parameters, reads, together
          mover.yaml  | about: a place,   |                         | mover.yaml: parameters.place.about: is missing
          mover.yaml  | '[a-z]+'          | '[a-z'                  | mover.yaml: parameters.place.pattern: is not a pattern: Unclosed character class
          mover.yaml  | default: "7"      | default: 7              | mover.yaml: parameters.speed.default: is not a text; put it in quotes
          source.yaml | kind: Secret      | kind: Pod               | source.yaml: kind: `v1 Pod` is not one of batch/v1 Job, v1 ConfigMap, v1 Secret, v1 Service
          target.yaml | name: mover       | name: main              | target.yaml: Job.spec.template.spec.containers: has none of the name mover
          target.yaml | ${claim}          | data                    | target.yaml: Job.spec.template.spec.volumes: has no persistentVolumeClaim of ${claim}
          source.yaml | ${with.place}     | ${with.plaice}          | source.yaml: Job.spec.template.spec.containers[0].args[0]: `with.plaice` stands for nothing here
          source.yaml | $when: with.extra | $when: with.more        | source.yaml: Job.spec.template.spec.containers[0].env[0].$when: `with.more` stands for nothing here
          source.yaml | ${file:run.sh}    | ${file:gone.sh}         | source.yaml: Secret.stringData.text: `file:gone.sh` stands for nothing here
          source.yaml | ${side} ${pass}   | ${key}                  | source.yaml: Job.spec.template.spec.containers[0].args[0]: `key` stands for nothing here
          """)
  void namesTheFileAndTheField(String file, String text, String instead, String said) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> with(file, text, instead == null ? "" : instead))
        .withMessageContaining("M1112: mover mine: ")
        .satisfies(
            e ->
                assertThat(e.problem().what() + ": " + e.problem().why())
                    .startsWith("mover mine: " + said));
  }

  @Test
  void refusesWhatIsNoMover() {
    for (String file : new String[] {"mover.yaml", "source.yaml", "target.yaml"}) {
      SortedMap<String, String> files = files();
      files.remove(file);
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> Mover.of("mine", files))
          .withMessage("M1112: mover mine: " + file + ": is missing");
      files.put(file, "a: [");
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> Mover.of("mine", files))
          .withMessageContaining(file)
          .withMessageContaining("not YAML");
      files.put(file, file.equals("mover.yaml") ? "- a" : "--- 1\n");
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> Mover.of("mine", files))
          .withMessageContaining("not a mapping");
    }
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () -> with("source.yaml", "metadata: {name: \"${name}\"}", "metadata: {name: x}"))
        .withMessageContaining("does not begin with ${name}");
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> with("source.yaml", SIDE, SIDE + "---\n" + SIDE))
        .withMessageContaining("has 2 Jobs, and needs one");
  }

  @Test
  void aPatternOfItsOwnReadsItsLog() {
    Mover mover =
        with(
            "mover.yaml",
            "together: true",
            """
            together: false
            reads:
              progress: '"done":(?<bytes>[0-9]+)(,"of":(?<total>[0-9]+))?'
            """);
    assertThat(mover.together()).isFalse();
    assertThat(mover.progress("{\"done\":5,\"of\":9}\n")).contains(new Progress(5, 9));
    assertThat(mover.progress("{\"done\":5}\n")).contains(new Progress(5, 0));
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () -> with("mover.yaml", "together: true", "together: true\nreads: {failure: x}"))
        .withMessageContaining("reads.failure: has no group of the name words");
  }

  @Test
  void aPlanKeepsAllThatARunNeeds() {
    assertThat(Mover.of("mine", mover().files())).isEqualTo(mover());
    assertThat(VALUES.toString()).doesNotContain(VALUES.key());
  }
}
