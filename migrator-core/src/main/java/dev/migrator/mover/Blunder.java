package dev.migrator.mover;

/** What makes a folder no mover: the file, the field, and why. */
final class Blunder extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final String field;
  private final String why;

  Blunder(String file, String field, String why) {
    super(file + ": " + field + ": " + why);
    this.file = file;
    this.field = field;
    this.why = why;
  }

  /** The file and, where there is one, the field. */
  String where() {
    return field.isEmpty() ? file : file + ": " + field;
  }

  String why() {
    return why;
  }
}
