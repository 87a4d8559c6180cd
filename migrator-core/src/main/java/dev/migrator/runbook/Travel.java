package dev.migrator.runbook;

import dev.migrator.classify.Verdict;
import dev.migrator.classify.VolumeClassifier;
import dev.migrator.classify.VolumeVerdict;
import dev.migrator.migration.VolumeWay;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import dev.migrator.model.Quantity;
import dev.migrator.plan.PlannedVolume;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How an object travels: what it is protected from and, of a claim, how its data goes. A disk that
 * is handed over is in one cluster at a time, so that its claim and its volume are protected from
 * duplication.
 *
 * @param volume of claims, and of the volumes that are handed over with them
 */
record Travel(Verdict verdict, Optional<PlannedVolume> volume) {

  static Travel of(Manifest object, Verdict verdict, VolumeClassifier volumes) {
    ObjectRef ref = object.ref();
    return switch (ref.groupKind()) {
      case "PersistentVolumeClaim" ->
          volumes
              .of(ref)
              .map(decided -> claim(ref, verdict, decided, volumes))
              .orElseGet(() -> new Travel(verdict, Optional.empty()));
      case "PersistentVolume" ->
          volumes
              .handedOverWith(ref)
              .map(Travel::volume)
              .orElseGet(() -> new Travel(verdict, Optional.empty()));
      default -> new Travel(verdict, Optional.empty());
    };
  }

  private static Travel claim(
      ObjectRef ref, Verdict verdict, VolumeVerdict data, VolumeClassifier volumes) {
    return switch (data) {
      case VolumeVerdict.Decided decided -> {
        PlannedVolume planned =
            new PlannedVolume(decided.by(), decided.rule(), bytes(volumes.volume(ref)));
        yield new Travel(
            decided.by() == VolumeWay.HAND_OVER ? handedOver(decided.rule()) : verdict,
            Optional.of(planned));
      }
      case VolumeVerdict.Undecided undecided ->
          new Travel(new Verdict.Undecided(undecided.why()), Optional.empty());
      case VolumeVerdict.Illegal illegal ->
          new Travel(new Verdict.Illegal(illegal.problem()), Optional.empty());
    };
  }

  private static Travel volume(ObjectRef claim) {
    String rule = "goes with claim " + claim.namespace() + "/" + claim.name();
    return new Travel(
        handedOver(rule),
        Optional.of(new PlannedVolume(VolumeWay.HAND_OVER, rule, OptionalLong.empty())));
  }

  private static Verdict handedOver(String rule) {
    return new Verdict.Decided(Protection.DUPLICATION, "its disk is handed over: " + rule);
  }

  private static OptionalLong bytes(Optional<Manifest> volume) {
    return volume
        .map(v -> v.at("spec", "capacity", "storage").asText(""))
        .flatMap(Quantity::parse)
        .map(BigDecimal::longValue)
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }
}
