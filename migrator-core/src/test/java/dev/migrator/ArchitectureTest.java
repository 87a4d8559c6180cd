package dev.migrator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.migrator.plan.StepId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The walls between packages: what the design says of who may know whom, held by the build. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.migrator");

  /** Packages that turn values into values. */
  private static final List<String> PURE =
      List.of(
          "model",
          "mover",
          "migration",
          "sanitize",
          "classify",
          "graph",
          "plan",
          "planner",
          "event",
          "lifecycle",
          "schedule",
          "check",
          "verify",
          "report");

  private static final String[] PURE_PACKAGES =
      PURE.stream().map(room -> "dev.migrator." + room + "..").toArray(String[]::new);

  /** The pure packages, and of inventory all but the classes that read a cluster. */
  private static final DescribedPredicate<JavaClass> IS_PURE =
      resideInAnyPackage(PURE_PACKAGES)
          .or(
              describe(
                  "filters of inventory",
                  type ->
                      type.getPackageName().equals("dev.migrator.inventory")
                          && !type.getName().matches(".*\\.(Inventory|Pages)(\\$.*)?")));

  private static final Set<String> CLOCKS =
      Set.of(
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalTime.now",
          "java.time.LocalDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.Year.now",
          "java.time.Clock.system",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.util.Date.<init>",
          "java.util.Random.<init>",
          "java.security.SecureRandom.<init>",
          "java.util.concurrent.ThreadLocalRandom.current",
          "java.lang.Math.random",
          "java.util.UUID.randomUUID");

  /** An access, by call or by reference, whose answer differs and is not given from outside. */
  private static final DescribedPredicate<JavaAccess<?>> READS_CLOCK_OR_CHANCE =
      describe(
          "reads the clock or draws a number",
          access ->
              CLOCKS.contains(access.getTargetOwner().getName() + "." + access.getName())
                  && access.getTarget() instanceof CodeUnitAccessTarget target
                  && !isGiven(target));

  /** Whether the seed, the instant or the clock is an argument. */
  private static boolean isGiven(CodeUnitAccessTarget target) {
    return target.getName().equals("<init>")
        ? !target.getRawParameterTypes().isEmpty()
        : target.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Clock.class));
  }

  /** Each class with what is nested in it, of the packages that hold the protocol. */
  private static final SliceAssignment BY_CLASS =
      new SliceAssignment() {
        @Override
        public String getDescription() {
          return "classes that plan, check, act and report";
        }

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return type.getPackageName()
                  .matches(
                      "dev\\.migrator\\.(execute|runbook|lifecycle|plan|planner|check|event|report)(\\..*)?")
              ? SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""))
              : SliceIdentifier.ignore();
        }
      };

  @ParameterizedTest
  @FieldSource("PURE")
  void everyPurePackageExists(String room) {
    Assertions.assertThat(CLASSES.that(resideInAPackage("dev.migrator." + room + "..")))
        .as("a package that was renamed would escape its walls in silence")
        .isNotEmpty();
  }

  @Test
  void everyPackageSaysThatNothingIsNull() {
    Set<String> open = new TreeSet<>();
    CLASSES.stream()
        .map(JavaClass::getPackage)
        .filter(room -> !isNullMarked(room))
        .forEach(room -> open.add(room.getName()));
    Assertions.assertThat(open).as("packages without @NullMarked in package-info.java").isEmpty();
  }

  @Test
  void everyPackageIsOnTheMap() throws IOException {
    Set<String> listed = new TreeSet<>();
    Pattern.compile("(?m)^\\| `([a-z0-9.]+)` \\|")
        .matcher(Files.readString(Path.of("..", "docs", "architecture.md")))
        .results()
        .forEach(row -> listed.add(row.group(1)));
    Set<String> there = new TreeSet<>();
    CLASSES.stream()
        .map(type -> type.getPackageName().substring("dev.migrator.".length()))
        .forEach(there::add);
    Assertions.assertThat(listed).isEqualTo(there);
  }

  private static boolean isNullMarked(JavaPackage room) {
    return room.isAnnotatedWith(NullMarked.class);
  }

  @TestFactory
  List<DynamicTest> walls() {
    return List.of(
        wall(
            "no cycles between top packages",
            slices().matching("dev.migrator.(*)..").should().beFreeOfCycles()),
        wall(
            "no cycles between packages, those within others included",
            slices().matching("dev.migrator.(**)").should().beFreeOfCycles()),
        wall(
            "no two classes of what acts, plans and checks know each other",
            slices().assignedFrom(BY_CLASS).should().beFreeOfCycles()),
        wall(
            "model imports nothing of ours",
            noClasses()
                .that()
                .resideInAPackage("dev.migrator.model..")
                .should()
                .dependOnClassesThat(
                    resideInAPackage("dev.migrator..")
                        .and(not(resideInAPackage("dev.migrator.model.."))))),
        wall(
            "mover knows model, and nothing else",
            noClasses()
                .that()
                .resideInAPackage("dev.migrator.mover..")
                .should()
                .dependOnClassesThat(
                    resideInAPackage("dev.migrator..")
                        .and(
                            not(
                                resideInAnyPackage(
                                    "dev.migrator.model..", "dev.migrator.mover.."))))),
        wall(
            "lifecycle knows objects and plans, and nothing else",
            noClasses()
                .that()
                .resideInAPackage("dev.migrator.lifecycle..")
                .should()
                .dependOnClassesThat(
                    resideInAPackage("dev.migrator..")
                        .and(
                            not(
                                resideInAnyPackage(
                                    "dev.migrator.model..",
                                    "dev.migrator.plan..",
                                    "dev.migrator.lifecycle.."))))),
        wall(
            "step ids are put together in plan alone",
            noClasses()
                .that()
                .resideOutsideOfPackages(
                    "dev.migrator.plan..", "dev.migrator.journal..", "dev.migrator.event..")
                .should()
                .callConstructor(StepId.class, String.class)),
        wall(
            "only cluster.fabric8 knows the client library",
            noClasses()
                .that()
                .resideOutsideOfPackage("dev.migrator.cluster.fabric8..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.fabric8..", "tools.jackson.."))),
        wall(
            "only graph knows JGraphT",
            noClasses()
                .that()
                .resideOutsideOfPackage("dev.migrator.graph..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.jgrapht.."))),
        wall(
            "adapters are named only where the program is wired",
            noClasses()
                .that()
                .resideOutsideOfPackages(
                    "dev.migrator.cluster.fabric8..", "dev.migrator.cluster.memory..")
                .should()
                .dependOnClassesThat(
                    resideInAnyPackage(
                        "dev.migrator.cluster.fabric8..", "dev.migrator.cluster.memory.."))),
        wall(
            "pure packages do no input or output, start no threads",
            noClasses()
                .that(IS_PURE)
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                    "java\\.nio\\.file\\.Files|java\\.io\\.File|java\\.io\\.File(In|Out)put.*|java\\.io\\.File(Read|Writ)er"
                        + "|java\\.io\\.RandomAccessFile|java\\.lang\\.Process.*"
                        + "|java\\.nio\\.channels\\..*|java\\.net\\..*|java\\.lang\\.Thread|java\\.util\\.Timer"
                        + "|java\\.util\\.concurrent\\.(Executor.*|.*ExecutorService|ThreadPool.*|ForkJoin.*|CompletableFuture)")),
        wall(
            "pure packages ask no cluster and run nothing",
            noClasses()
                .that(IS_PURE)
                .should()
                .dependOnClassesThat(
                    resideInAnyPackage(
                            "dev.migrator.journal..",
                            "dev.migrator.execute..",
                            "dev.migrator.runbook..")
                        .or(
                            describe(
                                "the port itself",
                                type -> type.getName().equals("dev.migrator.cluster.Cluster"))))),
        wall(
            "the clock and chance are given from outside",
            noClasses()
                .that()
                .resideOutsideOfPackage("dev.migrator.cluster.fabric8..")
                .should()
                .accessTargetWhere(READS_CLOCK_OR_CHANCE)),
        wall(
            "no class is named for nothing",
            noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Impl|Utils?)$")
                .orShould()
                .resideInAnyPackage("..util..", "..utils..", "..common..")));
  }

  private static DynamicTest wall(String name, ArchRule rule) {
    return DynamicTest.dynamicTest(name, () -> rule.check(CLASSES));
  }
}
