package dev.migrator.journal;

import java.util.List;

/**
 * What a journal file holds.
 *
 * @param records every whole record, in the order in which they were written
 * @param length how many bytes of the file are whole
 * @param torn how many bytes after them are the rest of a write that a crash cut off; 0 for none
 */
public record Replay(JournalHeader header, List<JournalRecord> records, long length, long torn) {

  public Replay {
    records = List.copyOf(records);
  }

  /** What the records add up to. */
  public JournalState state() {
    return JournalState.of(records);
  }
}
