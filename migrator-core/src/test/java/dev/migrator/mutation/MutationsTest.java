package dev.migrator.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every safeguard that is marked in the sources can be taken out, which is looked at in every
 * build, and a test notices, which is looked at every night.
 */
class MutationsTest {

  private static final Safeguards SAFEGUARDS = Safeguards.read();

  static List<Mutation> all() {
    return Mutation.all();
  }

  /** All of them, or those that {@code -Dproof.mutations=no-drain,...} names. */
  static List<Mutation> wanted() {
    Set<String> names = Set.of(System.getProperty("proof.mutations", "all").split(",", -1));
    return all().stream().filter(m -> names.contains("all") || names.contains(m.name())).toList();
  }

  @Test
  void everyMarkHasItsMutation() {
    assertThat(SAFEGUARDS.places().keySet())
        .isEqualTo(all().stream().map(Mutation::name).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsTakenOutIsThere(Mutation mutation) {
    Map<Path, String> without = SAFEGUARDS.without(mutation);
    assertThat(without).isNotEmpty();
    without.forEach((file, text) -> assertThat(text).isNotEqualTo(SAFEGUARDS.sources().get(file)));
    for (String test : mutation.tests()) {
      assertThat(testClass(test)).as(test).isPresent();
    }
  }

  /** Many at once, but only one a file: what does not compile would show nothing at night. */
  @Test
  void whatIsLeftCompiles(@TempDir Path folder) throws IOException {
    Queue<Mutation> open = new ArrayDeque<>(all());
    for (int round = 0; !open.isEmpty(); round++) {
      Map<Path, String> sources = new HashMap<>();
      for (Mutation mutation : List.copyOf(open)) {
        Map<Path, String> without = SAFEGUARDS.without(mutation);
        if (without.keySet().stream().noneMatch(sources::containsKey)) {
          sources.putAll(without);
          open.remove(mutation);
        }
      }
      Mutant.compile(Files.createDirectory(folder.resolve("round" + round)), sources);
    }
  }

  /** Takes a quarter of an hour for all. */
  @EnabledIfSystemProperty(named = "proof.mutations", matches = ".+")
  @ParameterizedTest
  @MethodSource("wanted")
  void aTestNotices(Mutation mutation, @TempDir Path folder) throws Exception {
    List<String> tests =
        mutation.tests().stream().map(test -> testClass(test).orElseThrow()).toList();
    Optional<String> noticed =
        Mutant.compile(folder, SAFEGUARDS.without(mutation)).noticedBy(tests);
    System.out.printf("%-36s %s%n", mutation, noticed.orElse("SURVIVED"));
    assertThat(noticed)
        .as("nothing notices that this is gone: %s", mutation.takesOut())
        .isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '`',
      textBlock =
          """
          remove @ a(); /*mark*/ b(); c(); @ a();  c();
          condition true @ /*mark*/ if (a && b) { c(); } @ if (true) { c(); }
          condition false @ /*mark*/ return a.b(c) ? d : e; @ return false ? d : e;
          value 1 @ /*mark*/ return a + b; @ return 1;
          value f({value}) @ /*mark*/ int a = b.c(); @ int a = f(b.c());
          value 1 @ /*mark*/ a = b; @ a = 1;
          value 1 @ return c /*mark*/ ? a(b).c : d; @ return c ? 1 : d;
          argument 2 "" @ /*mark*/ a.b(c, d(e)).f(); @ -
          argument 2 "" @ /*mark*/ a.b(c, d(e)); @ a.b(c, "");
          drop operand 2 @ /*mark*/ return a && b && c; @ return a && c;
          drop operand 1 @ /*mark*/ return a() || b; @ return b;
          drop call @ /*mark*/ return a.b().c(d); @ return a.b();
          method d @ /*mark*/ a().b(c); @ a().d(c);
          remove @ a(/*mark*/ b); @ -
          condition true @ /*mark*/ return a; @ -
          drop operand 1 @ /*mark*/ return a; @ -
          """)
  void anEditFindsItsPlaceByTheShapeOfTheCode(String edit, String before, String after) {
    String frame = "class A { Object a() { %s } }";
    String source = frame.formatted(before);
    int end = source.indexOf("/*mark*/") + "/*mark*/".length();
    if (after.equals("-")) {
      assertThatThrownBy(() -> Edit.parse(edit).in(new MarkedCode(source, end)))
          .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
      return;
    }
    assertThat(squeezed(Edit.parse(edit).in(new MarkedCode(source, end)).in(source)))
        .isEqualTo(squeezed(frame.formatted(after)));
  }

  private static String squeezed(String source) {
    return Arrays.stream(source.replace("/*mark*/", "").split(" +", -1))
        .collect(Collectors.joining(" "));
  }

  /** The class by its simple name, wherever it stands. */
  private static Optional<String> testClass(String simpleName) {
    Path root = Path.of("src", "test", "java");
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.endsWith(simpleName + ".java"))
          .map(file -> root.relativize(file).toString().replace(".java", "").replace('/', '.'))
          .findFirst();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
