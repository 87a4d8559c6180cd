package dev.migrator.report.html;

import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.event.Printable;
import dev.migrator.event.RunEvent;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Step;
import dev.migrator.plan.file.PlanFile;
import dev.migrator.report.Diffs;
import dev.migrator.report.HandOverTrace;
import dev.migrator.report.RunReport;
import dev.migrator.report.RunReport.Progress;
import dev.migrator.report.RunTrace;
import dev.migrator.report.RunVerdict;
import gg.jte.Content;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the template of the page shows, in its words. Everything in it is safe to print. */
public final class Page {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final RunReport report;
  private final String css;
  private final String script;
  private final List<HandOverTrace> handOvers;
  private final Optional<TimeScale> scale;
  private final RunVerdict verdict;
  private final Diffs diffs;
  private final Troubles troubles;
  private final LeftOutReasons reasons;
  private final DataRows dataOfVolumes;

  Page(RunReport report, Diffs diffs, String css, String script) {
    this.report = report;
    this.diffs = diffs;
    this.css = css;
    this.script = script;
    this.handOvers = report.handOvers();
    this.scale = report.run().map(TimeScale::of);
    this.verdict = new RunVerdict(report);
    this.troubles = new Troubles(report);
    this.reasons = LeftOutReasons.of(report.plan());
    this.dataOfVolumes = DataRows.of(report);
  }

  /** A cluster of the move. */
  public record Side(String role, String name, String version, String uid) {}

  /**
   * A phase or a gate, in their order.
   *
   * @param done in percent
   */
  public record Stage(
      String label,
      String explanation,
      String css,
      Progress progress,
      String done,
      String failed) {}

  public String css() {
    return css;
  }

  public String script() {
    return script;
  }

  /** Forbids everything but the one style sheet and the one script that are in the page. */
  public String policy() {
    return "default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'"
        .formatted(hash(css), hash(script));
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public String title() {
    return verdict.headline() + " " + Printable.of(report.plan().settings().name());
  }

  public String name() {
    return Printable.of(report.plan().settings().name());
  }

  /** What this page is about, above the headline. */
  public String subject() {
    return (report.run().isPresent() ? "Run " : "Plan ") + Printable.of(report.handle());
  }

  public boolean isRun() {
    return report.run().isPresent();
  }

  public RunVerdict verdict() {
    return verdict;
  }

  public Troubles troubles() {
    return troubles;
  }

  /** When the run began and when it was last heard of. */
  public String times() {
    return report.run().map(r -> text(r.began()) + " to " + text(r.last())).orElse("");
  }

  private static String text(Instant at) {
    return TIME.format(at.truncatedTo(ChronoUnit.SECONDS));
  }

  public Side source() {
    return side("Source", report.plan().source());
  }

  public Side target() {
    return side("Target", report.plan().target());
  }

  private static Side side(String role, ClusterIdentity identity) {
    return new Side(
        role,
        Printable.of(identity.context()),
        Printable.of(identity.version()),
        Printable.of(identity.uid()));
  }

  public List<String> next() {
    return report.next().stream().map(Printable::of).toList();
  }

  /** The phases that have steps, in their order. */
  public List<Stage> stages() {
    return List.of(Phase.values()).stream().flatMap(p -> stage(p).stream()).toList();
  }

  private Optional<Stage> stage(Phase phase) {
    List<Step> steps = report.plan().steps().stream().filter(s -> s.phase() == phase).toList();
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    Progress progress = report.progress(steps);
    return Optional.of(
        new Stage(
            Terms.title(phase),
            explanation(phase),
            phase.name().toLowerCase(Locale.ROOT).replace('_', '-'),
            progress,
            percent(progress.done(), steps.size()),
            percent(progress.failed(), steps.size())));
  }

  private static String percent(int part, int all) {
    // Rounded down: all but one is not all.
    return String.valueOf(Math.min(100, part * 100L / all));
  }

  private static String explanation(Phase phase) {
    return switch (phase) {
      case COPY -> "Loss-intolerant objects: both clusters have them from here on.";
      case GATE -> "Manual approval. Nothing is deleted before it.";
      case HAND_OVER -> "Duplicate-intolerant objects: stopped, deleted, proven gone.";
      case RECREATE -> "The same at the target, and the rest.";
      case VERIFY -> "The target is compared with the plan.";
      case WAY_BACK -> "What the run did is undone.";
      case PRUNE -> "The copies at the source are removed.";
    };
  }

  public Optional<Timeline> timeline() {
    return report.run().flatMap(run -> scale.map(s -> Timeline.of(report, run, s)));
  }

  /** Empty where nothing is handed over yet. */
  public Optional<PauseChart> pauses() {
    return report
        .run()
        .map(run -> PauseChart.of(handOvers, run))
        .filter(chart -> !chart.bars().isEmpty());
  }

  /** Empty where no claim travels. */
  public DataRows dataOfVolumes() {
    return dataOfVolumes;
  }

  /** What a run told beside its steps. */
  public List<String> notices() {
    return report.run().map(RunTrace::notices).orElse(List.of()).stream()
        .map(RunEvent.Notice::message)
        .map(Printable::of)
        .toList();
  }

  public int objects() {
    return report.plan().objects().size();
  }

  public int leftOut() {
    return report.plan().leftOut().size();
  }

  public LeftOutReasons reasons() {
    return reasons;
  }

  /** What identifies the plan. */
  public String digest() {
    return PlanFile.digest(report.plan()).hex();
  }

  /** Every object, for the script. */
  public Content data() {
    return new PageData(report, scale);
  }

  /** What changes in each object on its way, for the script. */
  public Content diffs() {
    return new DiffLines(report.plan(), diffs);
  }
}
