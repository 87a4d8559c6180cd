package dev.migrator.plan.file;

import dev.migrator.migration.MigrationFile;
import dev.migrator.model.Digest;
import dev.migrator.model.Json;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Severity;
import dev.migrator.plan.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/** Writes a plan line by line and takes the digest on the way. */
final class PlanWriter {

  /** What is dangerous comes last, next to the prompt. */
  static final Comparator<Finding> FILE_ORDER =
      Comparator.comparingInt((Finding f) -> rank(f.severity())).thenComparing(Finding.BY_TEXT);

  static final Comparator<LeftOut> LEFT_OUT_ORDER =
      Comparator.comparing(LeftOut::reason).thenComparing(LeftOut::ref);

  private final Appendable out;
  private final RunningDigest digest = new RunningDigest();

  PlanWriter(Appendable out) {
    this.out = out;
  }

  Digest write(Plan plan) throws IOException {
    for (String comment : PlanHeader.of(plan)) {
      line(comment.isEmpty() ? "#" : "# " + comment);
    }
    line("apiVersion: " + MigrationFile.API_VERSION);
    line("kind: Plan");
    line("source: " + FlowLine.write(PlanLines.identity(plan.source())));
    line("target: " + FlowLine.write(PlanLines.identity(plan.target())));
    if (plan.keyCheck().isPresent()) {
      line("keyCheck: \"" + plan.keyCheck().get().hex() + "\"");
    }
    line("settings: " + FlowLine.write(MigrationFile.toTree(plan.settings())));
    line("reading: " + FlowLine.write(PlanLines.reading(plan.reading())));
    line(
        "counts: "
            + FlowLine.write(
                Json.object()
                    .put("objects", plan.objects().size())
                    .put("steps", plan.steps().size())
                    .put("leftOut", plan.leftOut().size())
                    .put("findings", plan.findings().size())));
    section("objects", plan.objects(), o -> FlowLine.write(PlanLines.object(o)));
    steps(plan.steps());
    section(
        "leftOut",
        plan.leftOut().stream().sorted(LEFT_OUT_ORDER).toList(),
        l -> FlowLine.write(PlanLines.leftOut(l)));
    section(
        "findings",
        plan.findings().stream().sorted(FILE_ORDER).toList(),
        f -> FlowLine.write(PlanLines.finding(f)));
    Digest all = digest.soFar();
    out.append("digest: \"").append(all.hex()).append("\"\n");
    return all;
  }

  private void steps(List<Step> steps) throws IOException {
    int[] above = {0};
    section(
        "steps",
        steps,
        step -> {
          int count = above[0]++;
          // Needs are steps above, each once: as many as there are above are all of them.
          boolean all = count > 0 && step.needs().size() == count && waitsForAll(step);
          return FlowLine.write(PlanLines.step(step, all));
        });
  }

  static boolean waitsForAll(Step step) {
    return step instanceof Step.Gate || step instanceof Step.Hook || step instanceof Step.Verify;
  }

  private <T> void section(String name, List<T> items, Function<T, String> form)
      throws IOException {
    line(items.isEmpty() ? name + ": []" : name + ":");
    for (T item : items) {
      line("- " + form.apply(item));
    }
  }

  private void line(String text) throws IOException {
    out.append(text).append('\n');
    digest.addLine(text);
  }

  private static int rank(Severity severity) {
    return switch (severity) {
      case BLOCKER -> 0;
      case WARNING -> 1;
      case NOTE -> 2;
      case UNPROVEN -> 3;
      case IRREVERSIBLE -> 4;
    };
  }

  /** The digest of lines, each ended by a line feed, without keeping them. */
  static final class RunningDigest {
    private final java.security.MessageDigest sha256;

    RunningDigest() {
      try {
        sha256 = java.security.MessageDigest.getInstance("SHA-256");
      } catch (java.security.NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    void addLine(String text) {
      sha256.update(text.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) '\n');
    }

    /** Ends the digest: nothing can be added after it. */
    Digest soFar() {
      return new Digest(HexFormat.of().formatHex(sha256.digest(), 0, 16));
    }
  }
}
