package dev.migrator.journal;

import dev.migrator.journal.JournalRecord.Drained;
import dev.migrator.journal.JournalRecord.Ending;
import dev.migrator.journal.JournalRecord.LastScheduled;
import dev.migrator.journal.JournalRecord.OperatorDecision;
import dev.migrator.journal.JournalRecord.OriginalState;
import dev.migrator.journal.JournalRecord.Result;
import dev.migrator.journal.JournalRecord.RunFinished;
import dev.migrator.journal.JournalRecord.RunStarted;
import dev.migrator.journal.JournalRecord.StepIntended;
import dev.migrator.journal.JournalRecord.StepOutcome;
import dev.migrator.journal.JournalRecord.Vaulted;
import dev.migrator.model.Digest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.StepId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One record of every type, as a small move would write them. */
final class JournalSamples {

  static final Instant AT = Instant.parse("2026-02-03T04:05:06.789Z");
  static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");
  static final StepId QUIESCE = new StepId("quiesce:" + BILLING);
  static final StepId DELETE = new StepId("delete:" + BILLING);
  static final StepId COPY = new StepId("copy:Secret/shop/\u202etls");
  static final Digest BODY = new Digest("00112233445566778899aabbccddeeff");
  static final JournalHeader HEADER = new JournalHeader("r-7f3a", BODY, "uid-source", "uid-target");

  static final List<JournalRecord> RECORDS =
      List.of(
          new RunStarted(AT, "apply"),
          new Vaulted(AT, 2),
          new StepIntended(AT, COPY, "u1", "17", Optional.empty()),
          new StepOutcome(AT, COPY, Result.FAILED, Map.of("why", "quota \"a\"\n", "code", "M2101")),
          new OperatorDecision(AT, "gate afterCopy", "approved"),
          new OriginalState(AT, BILLING, Map.of("spec.suspend", "", "spec.replicas", "3")),
          new StepIntended(AT, QUIESCE, "u2", "18", Optional.of(BODY)),
          new StepOutcome(AT, QUIESCE, Result.OBSERVED, Map.of()),
          new LastScheduled(AT, BILLING, Optional.of(Instant.parse("2026-02-03T04:00:00Z"))),
          new LastScheduled(AT, BILLING.inNamespace("x"), Optional.empty()),
          new Drained(AT, BILLING),
          new StepIntended(AT, DELETE, "u2", "19", Optional.empty()),
          new RunFinished(AT, Ending.INTERRUPTED));

  private JournalSamples() {}
}
