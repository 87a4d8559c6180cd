package dev.migrator.report;

import dev.migrator.event.Printable;
import dev.migrator.event.RefText;
import dev.migrator.event.RunEvent.Outcome;
import dev.migrator.lifecycle.CopiedData;
import dev.migrator.model.Amount;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What became of the data of a claim, in words. */
public final class DataText {

  private static final int MOST_USERS = 3;
  private static final int DIGITS = 12;

  /** Of a copy that has not begun: a rate that nobody measured would be invented. */
  public static final String UNMEASURED = "time: known after the first pass";

  private DataText() {}

  /** What stands above all of them. */
  public static String title(RunReport report) {
    boolean isBack =
        report.run().flatMap(RunTrace::outcome).filter(Outcome.ROLLED_BACK::equals).isPresent();
    return "Data of volumes" + (isBack ? ", before the run was rolled back" : "");
  }

  /** What a plan says of every claim: a line each. */
  static List<String> ofPlan(Plan plan) {
    return DataTrace.of(plan).stream()
        .map(data -> Printable.of("  %-48s %s".formatted(RefText.of(data.claim()), planned(data))))
        .toList();
  }

  /** What a plan says of it: how it travels, how much it is, and how long that will take. */
  static String planned(DataTrace data) {
    return Stream.concat(Stream.of(way(data)), facts(data).stream())
        .collect(Collectors.joining("; "));
  }

  /** How it travels, and how much that is: {@code copy by restic, 20 files, 1 GiB}. */
  public static String way(DataTrace data) {
    String amount =
        data.said()
            .map(said -> ", " + files(said))
            .orElseGet(
                () ->
                    data.used().isPresent()
                        ? ", used " + Amount.bytes(data.used().getAsLong())
                        : data.size().isPresent()
                            ? ", size of the volume " + Amount.bytes(data.size().getAsLong())
                            : "");
    return words(data) + amount;
  }

  private static String words(DataTrace data) {
    if (data.alreadyThere()) {
      return "the target has the claim already";
    }
    return switch (data.way()) {
      case HAND_OVER -> "handed over, the same disk";
      case SHARE -> "shared by both clusters";
      case SNAPSHOT -> "by snapshot";
      case COPY -> "copied" + data.mover().map(name -> " by " + name).orElse("");
      case EMPTY -> "starts empty";
    };
  }

  private static String files(CopiedData said) {
    return Amount.of(said.files(), "file") + ", " + Amount.bytes(said.bytes());
  }

  /** What its way took and came to, a line each; empty where nothing is known yet. */
  public static List<String> facts(DataTrace data) {
    List<String> facts = new ArrayList<>();
    String passes =
        data.passes().stream().map(pass -> pass(data, pass)).collect(Collectors.joining("; "));
    if (!passes.isEmpty()) {
      facts.add(passes);
    } else if (data.mover().isPresent() && !data.alreadyThere()) {
      facts.add(UNMEASURED);
    }
    checksum(data).ifPresent(facts::add);
    pause(data).ifPresent(facts::add);
    return facts;
  }

  private static String pass(DataTrace data, DataTrace.Pass pass) {
    return switch (pass.state()) {
          case UNDER_WAY -> doing(data, pass) + when(data, pass) + " has not ended";
          case FAILED -> doing(data, pass) + when(data, pass) + " failed";
          case DONE ->
              done(data, pass)
                  + when(data, pass)
                  + pass.took().map(time -> " in " + DurationText.of(time)).orElse("");
        }
        + (bringsAll(data, pass) ? rate(data).map(rate -> " (" + rate + ")").orElse("") : "")
        + pass.said()
            .filter(said -> said.skipped() > 0)
            .map(said -> ", " + Amount.of(said.skipped(), "file") + " skipped")
            .orElse("");
  }

  /** Whether what it brought was all of it, so that the rate is told with it. */
  private static boolean bringsAll(DataTrace data, DataTrace.Pass pass) {
    return pass.step() == Verb.PRECOPY
        || (pass.step() == Verb.FILL
            && data.pass(Verb.PRECOPY).flatMap(DataTrace.Pass::said).isEmpty());
  }

  private static String done(DataTrace data, DataTrace.Pass pass) {
    boolean isCopy = data.mover().isPresent();
    return switch (pass.step()) {
      case PRECOPY -> "copied ahead";
      case CAPTURE -> isCopy ? "read" : "snapshot taken";
      default -> isCopy ? "written" : "snapshot imported";
    };
  }

  private static String doing(DataTrace data, DataTrace.Pass pass) {
    boolean isCopy = data.mover().isPresent();
    return switch (pass.step()) {
      case PRECOPY -> "copying ahead";
      case CAPTURE -> isCopy ? "reading" : "taking the snapshot";
      default -> isCopy ? "writing" : "importing the snapshot";
    };
  }

  private static String when(DataTrace data, DataTrace.Pass pass) {
    return pass.step() != Verb.CAPTURE
        ? ""
        : data.isAtRest()
            ? " in the pause"
            : pass.said().filter(said -> said.digest().isEmpty()).isPresent()
                ? " while it was in use"
                : "";
  }

  /** {@code 10 MiB/s}; empty where nobody measured it. */
  public static Optional<String> rate(DataTrace data) {
    return data.bytesPerSecond().isPresent()
        ? Optional.of(Amount.bytes(data.bytesPerSecond().getAsLong()) + "/s")
        : Optional.empty();
  }

  /** Whether both sides have the same, by the checksum of each. */
  public static Optional<String> checksum(DataTrace data) {
    return data.compared()
        .map(
            both ->
                both.isSame()
                    ? "checksum of both sides " + shortened(both.source())
                    : "checksum of the source "
                        + both.source()
                        + ", of the target "
                        + both.target())
        .or(
            () ->
                data.isThere() && data.mover().isPresent()
                    ? Optional.of("not compared: it was in use while it was copied")
                    : Optional.empty());
  }

  private static String shortened(String digest) {
    return digest.length() > DIGITS ? digest.substring(0, DIGITS) + ".." : digest;
  }

  /** For how long it was in nobody's use. */
  public static Optional<String> pause(DataTrace data) {
    return data.pause().map(DurationText::of).map(time -> "paused for " + time + users(data));
  }

  private static String users(DataTrace data) {
    return data.stoppedFor().isEmpty() ? "" : ": " + RefText.some(data.stoppedFor(), MOST_USERS);
  }
}
