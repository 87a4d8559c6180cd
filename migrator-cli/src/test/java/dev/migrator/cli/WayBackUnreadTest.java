package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.ObjectRef;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An aggregated API that does not answer leaves a way back, and every advice works as printed. */
@Timeout(120)
class WayBackUnreadTest {

  private static final String SHOP =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop}
      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: billing, namespace: shop}
      spec:
        schedule: "0 * * * *"
        jobTemplate:
          spec:
            template:
              spec:
                restartPolicy: Never
                containers: [{name: c, image: "c:1"}]
      ---
      """;

  private static final String BUCKET =
      """
      apiVersion: example.com/v1
      kind: Bucket
      metadata: {name: files, namespace: shop, labels: {migrator.dev/protect-from: duplication}}
      spec: {size: 1}
      """;

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  private static String definition(String kind, String plural, String group) {
    return """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: PLURAL.GROUP}
    spec:
      group: GROUP
      scope: Namespaced
      names: {kind: KIND, plural: PLURAL, singular: SINGULAR, listKind: KINDList}
      versions:
        - name: v1
          served: true
          storage: true
          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
    ---
    """
        .replace("PLURAL", plural)
        .replace("SINGULAR", plural.replaceFirst("s$", ""))
        .replace("KIND", kind)
        .replace("GROUP", group);
  }

  private static final String WIDGETS = definition("Widget", "widgets", "example.org");

  private void worlds(String old, String there) {
    world = new World(folder).clusters("old", old).clusters("new", there);
  }

  private void breaks(String... contexts) {
    for (String context : contexts) {
      world.simulated(context).world().breakGroup("example.org/v1", "503");
    }
  }

  private void moved(String... more) {
    world.plan(more);
    World.Result result = apply("move.plan.yaml");
    assertThat(result.exit()).as(result.err()).isZero();
  }

  private World.Result apply(String file) {
    return world.run("apply", file, "--yes", "--approve-gate", "afterCopy");
  }

  private boolean has(String cluster, String ref) {
    return world
        .simulated(cluster)
        .world()
        .stored(ObjectRef.parse(ref))
        .filter(o -> !o.isBeingDeleted())
        .isPresent();
  }

  private void assertGoesBack(World.Result planned, String ref) {
    assertThat(planned.exit()).as(planned.err()).isZero();
    World.Result applied = apply("back.plan.yaml");
    assertThat(applied.exit()).as(applied.out() + applied.err()).isZero();
    assertThat(has("old", ref)).isTrue();
    assertThat(has("new", ref)).isFalse();
  }

  /** The command of this advice, typed as it stands there. */
  private World.Result typed(World.Result refused, String has) {
    Matcher command =
        Pattern.compile("migrator (rollback \\S+ --backward.*)").matcher(refused.err());
    while (command.find()) {
      if (command.group(1).contains(has)) {
        return world.run((command.group(1).replaceFirst(" {3}\\(.*", "") + " --yes").split(" "));
      }
    }
    throw new AssertionError("no such advice: " + refused.err());
  }

  private World.Result backward() {
    return world.run("rollback", "latest", "--backward", "--yes");
  }

  @Test
  void aGroupOfWhichTheRunMovedNothingHoldsNothing() {
    worlds(SHOP, WIDGETS);
    breaks("new");
    moved();
    World.Result planned = backward();
    assertThat(world.read("back.plan.yaml")).contains("not-read", "example.org/v1");
    assertGoesBack(planned, "CronJob.batch/shop/billing");
  }

  @Test
  void aGroupThatBreaksAfterTheMoveHoldsNothing() {
    worlds(SHOP, WIDGETS);
    moved();
    breaks("new", "old");
    assertGoesBack(backward(), "CronJob.batch/shop/billing");
  }

  @Test
  void whatTheMoveWasAllowedNotToReadIsAllowedOnTheWayBack() {
    worlds(SHOP + WIDGETS, WIDGETS);
    breaks("new", "old");
    moved("--without-api", "example.org/v1");
    assertGoesBack(backward(), "CronJob.batch/shop/billing");
  }

  /** Whoever works on the resource may have made something of that group for it. */
  @Test
  void whereACustomResourceGoesBackAPersonDecides() {
    worlds(SHOP + definition("Bucket", "buckets", "example.com") + BUCKET, WIDGETS);
    moved();
    breaks("new");
    World.Result refused = backward();
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).contains("M1104", "example.org/v1").doesNotContain("migrator plan");
    assertGoesBack(typed(refused, "--without-api"), "Bucket.example.com/shop/files");
  }

  /** What went there with the move is not left there in silence. */
  @Test
  void aGroupOfWhichTheRunMovedSomethingIsAskedFor() {
    worlds(
        SHOP + WIDGETS + BUCKET.replace("example.com", "example.org").replace("Bucket", "Widget"),
        "");
    moved();
    breaks("new");
    World.Result refused = backward();
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).contains("M1104", "example.org/v1");
    assertThat(has("new", "CronJob.batch/shop/billing")).isTrue();
  }
}
