package dev.migrator.classify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.classify.VolumeVerdict.Decided;
import dev.migrator.classify.VolumeVerdict.Illegal;
import dev.migrator.classify.VolumeVerdict.Undecided;
import dev.migrator.migration.Migration;
import dev.migrator.migration.VolumeRule;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.KnowledgeLines;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides how the data of each claim travels: by the label of the claim or of its volume, then the
 * rules of the migration file, then what is known, and last the user's default. A volume that is
 * handed over goes with its claim.
 *
 * <p>Pure and deterministic. Safe for use by many threads.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/">Persistent
 * Volumes</a>; docs/adr/0051
 */
public final class VolumeClassifier {

  /** On a claim or its volume: how its data travels. */
  public static final String LABEL = "migrator.dev/volume";

  private static final String PROVISIONED = "pv.kubernetes.io/provisioned-by";

  /** Drivers whose disks never leave their node, each with the reason. */
  private static final Map<String, String> ON_A_NODE =
      KnowledgeLines.of(VolumeClassifier.class, "node-disks.tsv", 2).stream()
          .collect(Collectors.toUnmodifiableMap(List::getFirst, List::getLast));

  private final Migration migration;
  private final Map<ObjectRef, VolumeVerdict> verdicts = new TreeMap<>();
  private final Map<ObjectRef, Manifest> volumeOf = new HashMap<>();
  private final Map<ObjectRef, ObjectRef> claimOf = new HashMap<>();

  /**
   * @param claims of the source, every one
   * @param volumes of the source, every one
   * @param workloads names of those whose pods mount a claim; only where a rule asks
   */
  public VolumeClassifier(
      Migration migration,
      Collection<Manifest> claims,
      Collection<Manifest> volumes,
      Map<ObjectRef, List<String>> workloads) {
    this.migration = migration;
    Map<String, Manifest> byName = new HashMap<>();
    volumes.forEach(volume -> byName.put(volume.name(), volume));
    for (Manifest claim : claims) {
      Optional<Manifest> volume =
          claim
              .text("spec", "volumeName")
              .flatMap(name -> Optional.ofNullable(byName.get(name)))
              .filter(v -> v.at("spec", "claimRef", "uid").asText("").equals(claim.uid()));
      volume.ifPresent(found -> volumeOf.put(claim.ref(), found));
      VolumeVerdict verdict =
          verdict(claim, volume, workloads.getOrDefault(claim.ref(), List.of()));
      verdicts.put(claim.ref(), verdict);
      if (verdict.way().equals(Optional.of(VolumeWay.HAND_OVER))) {
        volume.ifPresent(found -> claimOf.put(found.ref(), claim.ref()));
      }
    }
  }

  /** Of a claim; empty for what is none, or was not there when the claims were listed. */
  public Optional<VolumeVerdict> of(ObjectRef claim) {
    return Optional.ofNullable(verdicts.get(claim));
  }

  /** The claim with which a volume is handed over; empty for every other volume. */
  public Optional<ObjectRef> handedOverWith(ObjectRef volume) {
    return Optional.ofNullable(claimOf.get(volume));
  }

  /** The volume to which a claim is bound, as it was listed. */
  public Optional<Manifest> volume(ObjectRef claim) {
    return Optional.ofNullable(volumeOf.get(claim));
  }

  /** The claims that are handed over with their volumes, sorted. */
  public List<ObjectRef> handedOver() {
    return going(way -> way == VolumeWay.HAND_OVER);
  }

  /** The claims whose data goes along, by whichever way, sorted. */
  public List<ObjectRef> withData() {
    return going(VolumeWay::takesDataAlong);
  }

  private List<ObjectRef> going(Predicate<VolumeWay> by) {
    return verdicts.entrySet().stream()
        .filter(e -> e.getValue().way().filter(by).isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * What a plan remembers: a rule for each claim that is decided, before those of the user, so that
   * whoever carries it out need not decide again.
   */
  public List<VolumeRule> remembered(Collection<ObjectRef> claims) {
    List<VolumeRule> rules =
        verdicts.entrySet().stream()
            .filter(e -> claims.contains(e.getKey()))
            .filter(e -> e.getValue() instanceof Decided)
            .map(e -> remembered(e.getKey(), (Decided) e.getValue()))
            .toList();
    return Stream.concat(rules.stream(), migration.data().volumes().stream()).distinct().toList();
  }

  private static VolumeRule remembered(ObjectRef claim, Decided decided) {
    return VolumeRule.ofClaim(
        claim.namespace(), claim.name(), decided.by(), decided.rule(), decided.with());
  }

  /** Whether its disk cannot be reached from another node, and why; empty for all others. */
  public static Optional<String> onANode(Manifest volume) {
    JsonNode spec = volume.at("spec");
    String driver =
        spec.path("csi").path("driver").asText(volume.annotations().getOrDefault(PROVISIONED, ""));
    return Optional.ofNullable(ON_A_NODE.get(driver))
        .or(
            () ->
                spec.has("local") || spec.has("hostPath")
                    ? Optional.of("a folder or disk of one node")
                    : Optional.empty());
  }

  private VolumeVerdict verdict(Manifest claim, Optional<Manifest> volume, List<String> workloads) {
    for (Manifest labelled : volume.isPresent() ? List.of(claim, volume.get()) : List.of(claim)) {
      String said = labelled.labels().get(LABEL);
      if (said != null) {
        return labelled(claim, volume, labelled, said, workloads);
      }
    }
    VolumeRule.Storage storage = storage(claim, volume, workloads);
    List<VolumeRule> rules = migration.data().volumes();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).matches(storage)) {
        return decided(
            claim, volume, rules.get(i).via(), "volumes[" + i + "]", rules.get(i).with());
      }
    }
    if (volume.isEmpty()) {
      return new Decided(VolumeWay.EMPTY, "it is bound to no volume");
    }
    boolean provisioned = volume.get().annotations().containsKey(PROVISIONED);
    if (!provisioned) {
      return new Decided(
          VolumeWay.SHARE, "its volume was made by hand, and travels as a definition");
    }
    if (migration.data().otherwise().isPresent()) {
      return decided(
          claim, volume, migration.data().otherwise().get(), "--default-for volumes", Map.of());
    }
    return new Undecided(
        onANode(volume.get())
            .map(
                why ->
                    "its disk never leaves its node ("
                        + why
                        + "), so that it cannot be handed over")
            .orElse("nobody says how its data travels"));
  }

  private VolumeVerdict labelled(
      Manifest claim,
      Optional<Manifest> volume,
      Manifest labelled,
      String said,
      List<String> workloads) {
    Optional<VolumeWay> way = VolumeWay.of(said);
    return way.isPresent()
        ? decided(
            claim,
            volume,
            way.get(),
            labelled.ref().equals(claim.ref()) ? "label" : "label of its volume",
            told(way.get(), storage(claim, volume, workloads)))
        : new Illegal(
            Problem.of(
                ErrorCode.M1101,
                labelled.ref() + " has the label " + LABEL + "=" + said,
                "legal values are " + String.join(", ", VolumeWay.labels()),
                "kubectl label --overwrite %s %s=%s"
                    .formatted(
                        Classifier.kubectl(labelled.ref()), LABEL, VolumeWay.EMPTY.label())));
  }

  /** Who decides by one word is told the rest by the first rule that means the same way. */
  private Map<String, String> told(VolumeWay way, VolumeRule.Storage storage) {
    return migration.data().volumes().stream()
        .filter(rule -> rule.via() == way && rule.matches(storage))
        .findFirst()
        .map(VolumeRule::with)
        .orElse(Map.of());
  }

  /** What is handed over is in one cluster at a time, so it cannot be protected from loss alone. */
  private VolumeVerdict decided(
      Manifest claim,
      Optional<Manifest> volume,
      VolumeWay way,
      String rule,
      Map<String, String> with) {
    if (volume.isEmpty() && way.takesDataAlong()) {
      return new Undecided(
          "its data is to go by %s (%s), and it is bound to no volume yet"
              .formatted(way.label(), rule));
    }
    Migration.LabelNames names = migration.classification().label();
    String protection = claim.labels().getOrDefault(names.key(), "");
    boolean contradicts =
        switch (way) {
          case HAND_OVER -> protection.equals(names.loss());
          case SHARE, SNAPSHOT, COPY, EMPTY -> protection.equals(names.duplication());
        };
    return contradicts
        ? new Illegal(
            Problem.of(
                ErrorCode.M1108,
                "%s is labelled %s=%s, and its data goes by %s (%s)"
                    .formatted(claim.ref(), names.key(), protection, way.label(), rule),
                way == VolumeWay.HAND_OVER
                    ? "a disk that is handed over is in one cluster at a time: that protects it"
                        + " from duplication"
                    : "a claim that must not be duplicated leaves the source, and its disk with it",
                "kubectl label %s %s-".formatted(Classifier.kubectl(claim.ref()), names.key())))
        : new Decided(way, rule, with);
  }

  private static VolumeRule.Storage storage(
      Manifest claim, Optional<Manifest> volume, List<String> workloads) {
    return new VolumeRule.Storage(
        claim.namespace(),
        claim.name(),
        volume.map(Manifest::name).orElse(""),
        claim.at("spec", "storageClassName").asText(""),
        volume.map(VolumeClassifier::driver).orElse(""),
        texts(claim.at("spec", "accessModes")),
        workloads);
  }

  /** The CSI driver of a volume, or the type of its storage, such as {@code nfs}. */
  public static String driver(Manifest volume) {
    JsonNode csi = volume.at("spec", "csi", "driver");
    return csi.isTextual()
        ? csi.textValue()
        : volume.at("spec").properties().stream()
            .filter(e -> e.getValue().isObject() && !NO_SOURCE.contains(e.getKey()))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse("");
  }

  private static final List<String> NO_SOURCE = List.of("claimRef", "capacity", "nodeAffinity");

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(one -> texts.add(one.asText()));
    return texts;
  }
}
