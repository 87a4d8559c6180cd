package dev.migrator.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The walls of the command line: what it may know of the core, and who in it may know what. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.migrator.cli");

  @TestFactory
  List<DynamicTest> walls() {
    return List.of(
        wall(
            "no cycles between packages",
            slices().matching("dev.migrator.cli.(*)..").should().beFreeOfCycles()),
        wall(
            "adapters are named only where the program is wired",
            noClasses()
                .that()
                .resideOutsideOfPackage("dev.migrator.cli.wiring..")
                .should()
                .dependOnClassesThat(
                    resideInAnyPackage(
                        "dev.migrator.cluster.fabric8..", "dev.migrator.cluster.memory.."))),
        wall(
            "the libraries of the core stay in the core",
            noClasses()
                .should()
                .dependOnClassesThat(
                    resideInAnyPackage("io.fabric8..", "tools.jackson..", "org.jgrapht.."))),
        wall(
            "output and wiring know no command line library",
            noClasses()
                .that()
                .resideInAnyPackage("dev.migrator.cli.output..", "dev.migrator.cli.wiring..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("picocli.."))),
        wall(
            "no class is named for nothing",
            noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Impl|Utils?)$")
                .orShould()
                .resideInAnyPackage("..util..", "..utils..", "..common..")));
  }

  @Test
  void everyPackageSaysThatNothingIsNull() {
    Set<String> open = new TreeSet<>();
    CLASSES.stream()
        .map(JavaClass::getPackage)
        .filter(room -> !room.isAnnotatedWith(NullMarked.class))
        .forEach(room -> open.add(room.getName()));
    Assertions.assertThat(open).as("packages without @NullMarked in package-info.java").isEmpty();
  }

  private static DynamicTest wall(String name, ArchRule rule) {
    return DynamicTest.dynamicTest(name, () -> rule.check(CLASSES));
  }
}
