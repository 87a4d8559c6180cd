package dev.migrator.mover;

import java.util.regex.Pattern;

/**
 * One parameter of a mover, as its {@code mover.yaml} declares it.
 *
 * @param about what it is, in words that complete "is not ..."
 * @param required whether a rule must give it
 * @param initial what it is where no rule gives it; may be empty
 * @param pattern what the whole value looks like
 */
record Parameter(String name, String about, boolean required, String initial, Pattern pattern) {}
