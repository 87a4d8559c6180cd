package dev.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.migrator.model.Manifest;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of checks is complete, and the recipe for a new one works. */
class ChecksTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.migrator.check");

  @Test
  void everyCheckIsInTheList() {
    Set<String> listed =
        CLASSES.get(Checks.class).getConstructorCallsFromSelf().stream()
            .map(call -> call.getTargetOwner().getSimpleName())
            .collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      boolean isCheck =
          type.isAssignableTo(Check.class)
              && !type.getModifiers()
                  .contains(com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT)
              && !type.isEquivalentTo(Checks.class);
      if (isCheck && !listed.contains(type.getSimpleName())) {
        missing.add(type.getSimpleName());
      }
    }
    assertThat(missing).as("checks that nobody calls: add them to Checks").isEmpty();
  }

  /** What CONTRIBUTING shows is compiled, and finds what it says. */
  @Test
  void theRecipeOfACheckWorks(@TempDir Path folder) throws Exception {
    String recipe = recipe();
    Matcher name = Pattern.compile("public final class (\\w+) extends ObjectCheck").matcher(recipe);
    assertThat(name.find()).isTrue();
    Check check = compiled(folder, name.group(1), recipe);
    Manifest asks = pods("{containerPort: 80, hostPort: 8080}");
    Manifest asksNothing = pods("{containerPort: 80}");
    Manifest job =
        manifest(
            """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: b, namespace: shop}
            spec:
              jobTemplate:
                spec: {template: {spec: {containers: [{name: a, ports: [{hostPort: 8081}]}]}}}
            """);
    assertThat(
            new CheckScene()
                .source(Protection.LOSS, asks)
                .source(Protection.LOSS, job)
                .findings(check))
        .extracting(Finding::message)
        .containsExactlyInAnyOrder(
            "asks for port 8080 of its node", "asks for port 8081 of its node");
    Check again = compiled(folder, name.group(1), recipe);
    assertThat(new CheckScene().source(Protection.LOSS, asksNothing).findings(again)).isEmpty();
  }

  private static Manifest pods(String port) {
    return manifest(
        """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: a, namespace: shop}
        spec: {template: {spec: {containers: [{name: a, ports: [%s]}]}}}
        """
            .formatted(port));
  }

  private static Manifest manifest(String yaml) {
    return dev.migrator.model.Yaml.parse(yaml)
        .map(tree -> Manifest.of((com.fasterxml.jackson.databind.node.ObjectNode) tree))
        .orElseThrow();
  }

  private static String recipe() throws IOException {
    String text = Files.readString(Path.of("..", "CONTRIBUTING.md"));
    String section = text.substring(text.indexOf("### A check"), text.indexOf("### An error"));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(section);
    assertThat(block.find()).isTrue();
    return block.group(1).stripIndent();
  }

  /** The code of its own, which the recipe adds first, is stood in for by one that exists. */
  private static Check compiled(Path folder, String name, String recipe) throws Exception {
    List<String> imports =
        List.of(
            "com.fasterxml.jackson.databind.JsonNode",
            "dev.migrator.plan.Finding",
            "dev.migrator.plan.Severity",
            "dev.migrator.plan.FindingCode",
            "java.util.List",
            "java.util.Optional");
    String source =
        "package dev.migrator.check.recipe;\n"
            + imports.stream().map(i -> "import " + i + ";\n").collect(Collectors.joining())
            + "import dev.migrator.check.*;\n"
            + recipe.replace("FindingCode.HOST_PORT", "FindingCode.NODE_PORT_TAKEN");
    Path file = folder.resolve(name + ".java");
    Files.writeString(file, source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of(
                      "-proc:none",
                      "-d",
                      folder.toString(),
                      "-cp",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      assertThat(compiled).as(said.toString()).isTrue();
    }
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, ChecksTest.class.getClassLoader())) {
      return (Check)
          loader
              .loadClass("dev.migrator.check.recipe." + name)
              .getDeclaredConstructor()
              .newInstance();
    }
  }
}
