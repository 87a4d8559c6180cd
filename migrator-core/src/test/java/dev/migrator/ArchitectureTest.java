package dev.migrator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The walls between the rooms: what the design says of who may know whom, held by the build. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.migrator");

  private static final String[] PURE = {
    "dev.migrator.model..",
    "dev.migrator.migration..",
    "dev.migrator.sanitize..",
    "dev.migrator.classify..",
    "dev.migrator.graph..",
    "dev.migrator.plan..",
    "dev.migrator.schedule..",
    "dev.migrator.verify..",
    "dev.migrator.report..",
  };

  @TestFactory
  List<DynamicTest> walls() {
    return List.of(
        wall(
            "no cycles between rooms",
            slices().matching("dev.migrator.(*)..").should().beFreeOfCycles()),
        wall(
            "model imports nothing of ours",
            noClasses()
                .that()
                .resideInAPackage("dev.migrator.model..")
                .should()
                .dependOnClassesThat(
                    resideInAPackage("dev.migrator..")
                        .and(
                            com.tngtech.archunit.base.DescribedPredicate.not(
                                resideInAPackage("dev.migrator.model.."))))),
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
            "pure rooms do no input or output, start no threads",
            noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                    "java\\.nio\\.file\\.Files|java\\.io\\.File|java\\.io\\.File(In|Out)put.*|java\\.io\\.FileWriter"
                        + "|java\\.nio\\.channels\\..*|java\\.net\\..*|java\\.lang\\.Thread|java\\.util\\.Random"
                        + "|java\\.util\\.concurrent\\.(Executor.*|ThreadPool.*|ForkJoin.*|ThreadLocalRandom)")),
        wall(
            "nobody but the wiring reads the clock",
            noClasses()
                .that()
                .resideInAPackage("dev.migrator..")
                .and()
                .resideOutsideOfPackage("dev.migrator.cluster.fabric8..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.Clock.class, "systemUTC")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")),
        wall(
            "no class is named for nothing",
            noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Impl|Utils?)$")
                .orShould()
                .resideInAnyPackage("..util..", "..utils..", "..common..")));
  }

  private static DynamicTest wall(String name, ArchRule rule) {
    return DynamicTest.dynamicTest(name, () -> rule.allowEmptyShould(true).check(CLASSES));
  }
}
