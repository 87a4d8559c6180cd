/**
 * Takes one safeguard out of the program at a time and shows that a test notices.
 *
 * <p>A safeguard carries a comment with its name in the source. {@code mutations/mutations.yaml}
 * says for each name what is edited there. The edit is found in the syntax tree, so that it stays
 * true when variables, methods and classes are renamed or moved.
 */
@org.jspecify.annotations.NullMarked
package dev.migrator.mutation;
