package dev.migrator.mutation;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The largest statement or expression that begins right after a mark, in the tree of its file. */
final class MarkedCode {

  /** Comments and operators that may stand between a mark and what it marks. */
  private static final Pattern BETWEEN = Pattern.compile("(?:\\s+|//[^\\n]*|&&|\\|\\||[?:])*");

  private final String source;
  private final CompilationUnitTree unit;
  private final SourcePositions positions;
  private final Tree marked;

  /**
   * Parses the file.
   *
   * <p>Errors: {@link IllegalArgumentException} when nothing begins after the mark.
   *
   * @param end the offset of the mark's end
   */
  MarkedCode(String source, int end) {
    this.source = source;
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, List.of(file(source)));
    try {
      this.unit = task.parse().iterator().next();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    this.positions = Trees.instance(task).getSourcePositions();
    Matcher between = BETWEEN.matcher(source).region(end, source.length());
    int start = between.lookingAt() ? between.end() : end;
    this.marked =
        find(unit, tree -> tree != unit && from(tree) == start)
            .orElseThrow(() -> new IllegalArgumentException("nothing begins after the mark"));
  }

  Tree marked() {
    return marked;
  }

  String text(Tree tree) {
    return source.substring(from(tree), to(tree));
  }

  Replacement replace(Tree tree, String java) {
    return new Replacement(from(tree), to(tree), java);
  }

  /** As {@link #replace(Tree, String)}, where the new text may name the old one. */
  Replacement replace(Tree tree, String name, String java) {
    return replace(tree, java.replace(name, text(tree)));
  }

  /** The tree as what it must be. */
  <T> T as(Tree tree, Class<T> kind) {
    if (!kind.isInstance(tree)) {
      throw new IllegalArgumentException("is no " + kind.getSimpleName() + ": " + text(tree));
    }
    return kind.cast(tree);
  }

  /** The first such part of what is marked, outermost first. */
  <T extends Tree> T first(Class<T> kind) {
    return kind.cast(first(new Class<?>[] {kind}));
  }

  /** As {@link #first(Class)}, of several kinds. */
  Tree first(Class<?>... kinds) {
    return find(marked, tree -> Stream.of(kinds).anyMatch(kind -> kind.isInstance(tree)))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "has no %s: %s".formatted(kinds[0].getSimpleName(), text(marked))));
  }

  private int from(Tree tree) {
    return (int) positions.getStartPosition(unit, tree);
  }

  private int to(Tree tree) {
    return (int) positions.getEndPosition(unit, tree);
  }

  /** In the order of the source, the outer before the inner. */
  private static Optional<Tree> find(Tree root, Predicate<Tree> wanted) {
    return Optional.ofNullable(
            new TreeScanner<Optional<Tree>, Void>() {
              @Override
              public Optional<Tree> scan(Tree tree, Void none) {
                if (tree != null && wanted.test(tree)) {
                  return Optional.of(tree);
                }
                return super.scan(tree, null);
              }

              @Override
              public Optional<Tree> reduce(Optional<Tree> one, Optional<Tree> other) {
                return other != null && other.isPresent() && (one == null || one.isEmpty())
                    ? other
                    : one;
              }
            }.scan(root, null))
        .flatMap(found -> found);
  }

  private static JavaFileObject file(String source) {
    return new SimpleJavaFileObject(
        URI.create("string:///Marked.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }
}
