package dev.migrator.classify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationFile;
import dev.migrator.migration.VolumeRule;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeClassifierTest {

  private static final ObjectRef DATA = ObjectRef.core("PersistentVolumeClaim", "shop", "data");
  private static final String PROVISIONED =
      "annotations: {pv.kubernetes.io/provisioned-by: disk.example.com}";
  private static final String DISK = "csi: {driver: disk.example.com, volumeHandle: d-1}";

  private static Manifest object(String yaml) {
    return Manifest.of((ObjectNode) Yaml.parse(yaml).orElseThrow());
  }

  private static Manifest claim(String labels, String volume) {
    return object(
        """
        {apiVersion: v1, kind: PersistentVolumeClaim,
         metadata: {name: data, namespace: shop, uid: u-1, labels: {%s}},
         spec: {accessModes: [ReadWriteOnce], storageClassName: fast%s}}
        """
            .formatted(labels, volume.isEmpty() ? "" : ", volumeName: " + volume));
  }

  private static Manifest volume(String metadata, String source) {
    return object(
        """
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: pv-1, %s},
         spec: {%s, claimRef: {namespace: shop, name: data, uid: u-1}}}
        """
            .formatted(metadata, source));
  }

  private static VolumeClassifier classifier(String migration, Manifest claim, Manifest volume) {
    Migration read = MigrationFile.read(migration);
    return new VolumeClassifier(read, List.of(claim), List.of(volume), Map.of(DATA, List.of("db")));
  }

  private static VolumeVerdict verdict(String migration, Manifest claim, Manifest volume) {
    return classifier(migration, claim, volume).of(DATA).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "migrator.dev/volume: handOver | volumes: [{match: {claim: data}, via: empty}] | HAND_OVER"
            + " | label",
        "'' | volumes: [{match: {claim: other}, via: share}, {match: {claim: d*}, via: empty}] |"
            + " EMPTY | volumes[1]",
        "'' | volumes: [{match: {driver: disk.example.com}, via: handOver}] | HAND_OVER |"
            + " volumes[0]",
        "'' | volumes: [{match: {storageClass: fast}, via: handOver}] | HAND_OVER | volumes[0]",
        "'' | volumes: [{match: {accessMode: ReadWriteOnce}, via: empty}] | EMPTY | volumes[0]",
        "'' | volumes: [{match: {workload: db}, via: empty}] | EMPTY | volumes[0]",
        "'' | classification: {defaultFor: {volumes: share}} | SHARE | --default-for volumes"
      })
  void theFirstThatSaysSomethingDecides(
      String labels, String migration, VolumeWay way, String rule) {
    assertThat(verdict(migration, claim(labels, "pv-1"), volume(PROVISIONED, DISK)))
        .isEqualTo(new VolumeVerdict.Decided(way, rule));
  }

  @Test
  void aVolumesLabelSpeaksForItsClaim() {
    Manifest volume = volume(PROVISIONED + ", labels: {migrator.dev/volume: empty}", DISK);
    assertThat(verdict("{}", claim("", "pv-1"), volume).way()).contains(VolumeWay.EMPTY);
  }

  @Test
  void dataOfWhichNobodySaysAnythingIsUndecided() {
    assertThat(verdict("{}", claim("", "pv-1"), volume(PROVISIONED, DISK)))
        .isInstanceOf(VolumeVerdict.Undecided.class);
    assertThat(
            verdict(
                "{}",
                claim("", "pv-1"),
                volume(
                    "annotations: {pv.kubernetes.io/provisioned-by: rancher.io/local-path}",
                    "hostPath: {path: /x}")))
        .isInstanceOfSatisfying(
            VolumeVerdict.Undecided.class,
            open -> assertThat(open.why()).contains("never leaves its node"));
  }

  /** A volume of the same name that is bound to another claim is not this claim's. */
  @Test
  void onlyTheVolumeThatIsBoundToItCounts() {
    Manifest claim =
        claim("", "pv-1").edit(t -> t.withObjectProperty("metadata").put("uid", "u-2"));
    assertThat(verdict("{}", claim, volume(PROVISIONED, DISK)).way()).contains(VolumeWay.EMPTY);
    assertThat(
            verdict(
                "classification: {defaultFor: {volumes: handOver}}",
                claim("migrator.dev/volume: handOver", ""),
                volume(PROVISIONED, DISK)))
        .isInstanceOf(VolumeVerdict.Undecided.class);
  }

  @Test
  void whatWasMadeByHandTravelsAsADefinition() {
    assertThat(verdict("{}", claim("", "pv-1"), volume("", "nfs: {server: s, path: /x}")).way())
        .contains(VolumeWay.SHARE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "migrator.dev/volume: handover | M1101",
        "'migrator.dev/volume: handOver, migrator.dev/protect-from: loss' | M1108",
        "'migrator.dev/volume: empty, migrator.dev/protect-from: duplication' | M1108"
      })
  void whatIsNotLegalIsNamed(String labels, ErrorCode code) {
    assertThat(verdict("{}", claim(labels, "pv-1"), volume(PROVISIONED, DISK)))
        .isInstanceOfSatisfying(
            VolumeVerdict.Illegal.class,
            illegal -> assertThat(illegal.problem().code()).isEqualTo(code));
  }

  @Test
  void aPlanRemembersWhatWasDecided() {
    VolumeClassifier classifier =
        classifier(
            "volumes: [{match: {driver: \"disk.*\"}, via: handOver}]",
            claim("", "pv-1"),
            volume(PROVISIONED, DISK));
    List<VolumeRule> rules = classifier.remembered(List.of(DATA));
    assertThat(VolumeRule.remembered(rules, "shop", "data").map(VolumeRule::via))
        .contains(VolumeWay.HAND_OVER);
    assertThat(VolumeRule.remembered(rules, "shop", "other")).isEmpty();
    assertThat(classifier.handedOverWith(ObjectRef.core("PersistentVolume", "", "pv-1")))
        .contains(DATA);
  }
}
