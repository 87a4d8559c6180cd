package dev.migrator.mutation;

/**
 * A part of a source text, and what stands there instead.
 *
 * @param from the first character that goes
 * @param to after the last one
 */
record Replacement(int from, int to, String java) {

  String in(String text) {
    return text.substring(0, from) + java + text.substring(to);
  }
}
