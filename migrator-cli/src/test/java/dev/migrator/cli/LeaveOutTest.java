package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.cli.output.Terminal;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.cluster.fault.Fault;
import dev.migrator.cluster.fault.ProcessLife;
import dev.migrator.cluster.fault.Request;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code resume --leave-out}: one object that the target refuses does not hold the others. */
@Timeout(120)
class LeaveOutTest {

  private static final Terminal TERMINAL =
      new Terminal(true, true, true, 100, Terminal.Colours.NEVER, false);
  private static final ObjectRef BILLING = ObjectRef.parse("CronJob.batch/shop/billing");
  private static final ObjectRef MAILER = ObjectRef.parse("Deployment.apps/shop/mailer");
  private static final ObjectRef CONFIG = ObjectRef.parse("ConfigMap/shop/web-config");
  private static final ObjectRef BILLING_CONFIG = ObjectRef.parse("ConfigMap/shop/billing-config");
  private static final ObjectRef BUDGET = ObjectRef.parse("PodDisruptionBudget.policy/shop/web");
  private static final String GATE = "afterCopy";
  private static final ObjectRef INGRESS = ObjectRef.parse("Ingress.networking.k8s.io/shop/web");
  private static final ObjectRef WEB = ObjectRef.parse("Deployment.apps/shop/web");

  @TempDir Path folder;
  private World world = new World(Path.of(""));

  @BeforeEach
  void plan() {
    world = new World(folder).clusters("web-shop");
    world.plan("-f", Path.of("../plans/web-shop/migration.yaml").toAbsolutePath().toString());
  }

  private void refuse(String cluster, ObjectRef object, String... verbs) {
    world.faults(
        cluster,
        request ->
            Set.of(verbs).contains(request.verb()) && is(request, object)
                ? new Fault.Answer(
                    new ClusterFailure.Invalid("spec.x: Required value", List.of("spec.x")))
                : new Fault.None());
  }

  private static boolean is(Request request, ObjectRef object) {
    return request.object().equals(Optional.of(object));
  }

  private World.Result apply() {
    return world.run("apply", "move.plan.yaml", "--yes", "--approve-gate", "afterCopy");
  }

  private boolean has(String cluster, ObjectRef object) {
    return world.simulated(cluster).world().stored(object).isPresent();
  }

  @Test
  void whatHoldsTheGateIsLeftOutAndTheRestIsMoved() {
    refuse("new", INGRESS, "create");
    World.Result blocked = apply();
    assertThat(blocked.exit()).isEqualTo(20);
    assertThat(blocked.err())
        .contains("migrator resume r-", "--leave-out ing/shop/web   (without it: it stays");
    assertThat(has("old", BILLING)).as("nothing is handed over before the gate").isTrue();

    World.Result done =
        world.run(
            "resume", "latest", "--leave-out", "ing/web", "--yes", "--approve-gate", "afterCopy");

    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(done.err())
        .containsSubsequence(
            "Stays at the source:",
            "  ing/shop/web",
            "ing/shop/web stays at the source: left out of this run",
            "Left out with resume --leave-out, and still at the source: ing/shop/web")
        .doesNotContain("Needs it");
    assertThat(has("new", INGRESS)).isFalse();
    assertThat(has("old", INGRESS)).isTrue();
    assertThat(has("new", BILLING)).isTrue();
    assertThat(has("old", BILLING)).isFalse();
    assertThat(world.run("verify", "latest").exit()).isZero();
    assertThat(world.run("status", "latest").out())
        .containsSubsequence("left out with resume --leave-out, at the source: 1", "ing/shop/web");
    assertThat(world.run("report", "latest", "-o", "json").out())
        .contains("left out of this run with resume --leave-out");
  }

  @Test
  void whatNeedsItIsNamedAndWhatIsAtTheTargetIsNotWaitedForAnyMore() {
    refuse("new", CONFIG, "create");
    assertThat(apply().exit()).isEqualTo(20);

    World.Result waits =
        world.run(
            "resume", "latest", "--leave-out", "cm/web-config", "--yes", "--approve-gate", GATE);
    assertThat(waits.err())
        .containsSubsequence("Needs it, and goes on without it:", "  deploy/shop/web")
        .contains("--leave-out deploy/shop/web   (does not wait for it any more)");

    World.Result done =
        world.run("resume", "latest", "--leave-out", "deploy/web", "--yes", "--approve-gate", GATE);

    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(done.err())
        .contains("Is at the target, and not waited for any more:\n  deploy/shop/web");
    assertThat(has("new", WEB)).isTrue();
    assertThat(has("new", BILLING)).isTrue();
  }

  @Test
  void whatIsHandedOverGoesOnAtTheSource() {
    refuse("new", BILLING, "prove", "create");
    World.Result blocked = apply();
    assertThat(blocked.err()).contains("--leave-out cronjob/shop/billing");

    World.Result done = world.run("resume", "latest", "--leave-out", BILLING.toString(), "--yes");

    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(has("old", BILLING)).isTrue();
    assertThat(
            world
                .simulated("old")
                .world()
                .stored(BILLING)
                .orElseThrow()
                .at("spec", "suspend")
                .asBoolean())
        .isFalse();
    assertThat(has("old", MAILER)).isFalse();
    assertThat(has("new", MAILER)).isTrue();
    World.Result back = world.run("rollback", "latest", "--backward", "--yes");
    assertThat(has("old", BILLING)).as(back.err()).isTrue();
  }

  @Test
  void whatIsBetweenTheClustersIsNotLeftOutAndToldWhereItIs() {
    refuse("new", BILLING, "create");
    assertThat(apply().exit()).isEqualTo(20);
    assertThat(has("old", BILLING)).isFalse();

    World.Result refused = world.run("resume", "latest", "--leave-out", "cronjob/billing", "--yes");

    assertThat(refused.exit()).isEqualTo(64);
    assertThat(refused.err())
        .contains("cronjob/shop/billing cannot be left out", "its definition is in the vault");
    refuse("new", BILLING);
    assertThat(world.run("resume", "latest").exit()).isZero();
    assertThat(has("new", BILLING)).isTrue();
  }

  @Test
  void whatIsStoppedAtTheSourceIsNotLeftStopped() {
    boolean[] stopped = {false};
    world.faults(
        "old",
        request -> {
          stopped[0] |= request.verb().equals("patch") && is(request, BILLING);
          return stopped[0] && request.verb().equals("list")
              ? new Fault.Answer(new ClusterFailure.Forbidden("no more"))
              : new Fault.None();
        });
    assertThat(apply().exit()).isNotZero();
    world.faults("old", request -> new Fault.None());

    World.Result refused = world.run("resume", "latest", "--leave-out", "cronjob/billing", "--yes");

    assertThat(refused.err()).contains("cannot be left out", "it is stopped at the source");
  }

  /**
   * It is stopped then: what is printed is typed, one command after the other, until it goes on.
   */
  @Test
  void whatIsExcludedRightBeforeItsDeletionIsSetGoingByTheCommandsThatArePrinted() {
    boolean[] done = {false};
    world.faults(
        "old",
        request -> {
          if (!done[0] && request.verb().equals("delete") && is(request, BILLING)) {
            done[0] = true;
            Object unused =
                world
                    .simulated("old")
                    .world()
                    .edit(
                        BILLING,
                        tree ->
                            tree.withObjectProperty("metadata")
                                .withObjectProperty("labels")
                                .put("migrator.dev/exclude", "true"));
          }
          return new Fault.None();
        });
    World.Result refused = apply();
    assertThat(refused.err()).contains("it was excluded");
    for (int i = 0; i < 3 && refused.exit() != 0; i++) {
      Matcher printed =
          Pattern.compile("migrator (resume \\S+(?: --leave-out \\S+)?)").matcher(refused.err());
      assertThat(printed.find()).as(refused.err()).isTrue();
      refused = world.run((printed.group(1) + " --yes").split(" "));
      assertThat(refused.err()).doesNotContain("cannot be left out");
    }
    assertThat(refused.exit()).as(refused.err()).isZero();
    Manifest live = world.simulated("old").world().stored(BILLING).orElseThrow();
    assertThat(live.at("spec", "suspend").asBoolean(false)).isFalse();
    assertThat(has("new", BILLING)).isFalse();
    assertThat(world.run("prune", "latest", "--yes").err()).doesNotContain("cronjob/shop/billing");
    World.Result back = world.run("rollback", "latest", "--backward", "--yes");
    assertThat(world.read("back.plan.yaml")).as(back.err()).doesNotContain("shop/billing\n");
    assertThat(world.simulated("old").world().stored(BILLING)).contains(live);
    assertThat(has("new", BILLING)).isFalse();
  }

  @Test
  void aPersonIsAskedAndMaySayNo() {
    refuse("new", CONFIG, "create");
    assertThat(apply().exit()).isEqualTo(20);
    World.Result nobody = world.run("resume", "latest", "--leave-out", "cm/shop/web-config");
    assertThat(nobody.exit()).isEqualTo(64);
    assertThat(nobody.err()).contains("--leave-out cm/shop/web-config --yes");

    world.withTerminal(TERMINAL, "no\n");
    World.Result no = world.run("resume", "latest", "--leave-out", "cm/shop/web-config");
    assertThat(no.err()).contains("Nothing was done.");
    assertThat(world.run("status", "latest").out()).doesNotContain("left out with");
    assertThat(world.run("resume", "latest", "--leave-out", "cm/none", "--yes").err())
        .contains("the run has no object cm/none");
  }

  private void shop(String old, String instead, String more) {
    assertThat(World.source("web-shop")).contains(old);
    world =
        new World(folder)
            .clusters("old", World.source("web-shop").replace(old, instead) + more)
            .clusters("new", "");
    world.plan("-f", Path.of("../plans/web-shop/migration.yaml").toAbsolutePath().toString());
  }

  /** Its copy is stored, and only the step after that fails. */
  @Test
  void whatThisRunCreatedIsNotForgotten() {
    shop("replicas: 2", "replicas: 2\n  paused: true", "");
    refuse("new", WEB, "patch");
    World.Result blocked = apply();
    assertThat(blocked.exit()).isEqualTo(20);
    assertThat(blocked.err()).doesNotContain("--leave-out deploy/shop/web");
    assertThat(has("new", WEB)).isTrue();

    World.Result refused = world.run("resume", "latest", "--leave-out", "deploy/web", "--yes");

    assertThat(refused.exit()).isEqualTo(64);
    assertThat(refused.err())
        .contains(
            "deploy/shop/web cannot be left out", "created it at the target", "delete it at the");
    World.Result back = world.run("rollback", "latest", "--yes");
    assertThat(back.exit()).as(back.err()).isZero();
    assertThat(back.err()).contains("deploy/shop/web   removed from the target");
    assertThat(has("new", WEB)).isFalse();
  }

  private static final String SCALER =
      """
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: scaledobjects.keda.sh}
      spec:
        group: keda.sh
        scope: Namespaced
        names: {kind: ScaledObject, plural: scaledobjects, singular: scaledobject, listKind: ScaledObjectList}
        versions:
          - name: v1alpha1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      ---
      apiVersion: keda.sh/v1alpha1
      kind: ScaledObject
      metadata: {name: mailer, namespace: shop}
      spec:
        scaleTargetRef: {name: mailer}
        triggers: [{type: cron}]
      """;

  @Test
  void whatAPausedScalerHoldsIsNotLeftOut() {
    shop("replicas: 1", "replicas: 1", SCALER);
    ObjectRef scaler = new ObjectRef("keda.sh", "ScaledObject", "shop", "mailer");
    world.faults(
        "old",
        request ->
            request.verb().equals("patch") && is(request, scaler)
                ? new Fault.Crash(Fault.Crash.Moment.AFTER_SEND)
                : new Fault.None());
    assertThatThrownBy(this::apply).isInstanceOf(ProcessLife.ProcessDied.class);
    world.faults("old", request -> new Fault.None());

    World.Result refused = world.run("resume", "latest", "--leave-out", "deploy/mailer", "--yes");

    assertThat(refused.err()).contains("deploy/shop/mailer cannot be left out", "was paused");
    World.Result back = world.run("rollback", "latest", "--yes");
    assertThat(back.exit()).as(back.err()).isZero();
    assertThat(world.simulated("old").world().stored(scaler).orElseThrow().annotations())
        .doesNotContainKey("autoscaling.keda.sh/paused-replicas");
  }

  private static final ObjectRef IMPORT = ObjectRef.parse("Job.batch/shop/import");

  private void withJob() {
    shop(
        "metadata: {name: billing, namespace: shop}",
        "metadata: {name: billing, namespace: shop, uid: uid-billing}",
        """
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: import
          namespace: shop
          uid: uid-import
          ownerReferences:
            - {apiVersion: batch/v1, kind: CronJob, name: billing, uid: uid-billing}
        spec:
          suspend: true
          template:
            spec:
              restartPolicy: Never
              containers: [{name: import, image: "registry.example/shop/import:1"}]
        """);
  }

  @Test
  void whatGoesWithItsOwnerIsNotLeftOutAlone() {
    withJob();
    refuse("new", IMPORT, "prove", "create");
    World.Result blocked = apply();
    assertThat(has("old", IMPORT)).as(blocked.err()).isTrue();
    assertThat(has("old", BILLING)).as(blocked.err()).isTrue();

    World.Result alone = world.run("resume", "latest", "--leave-out", "job/import", "--yes");
    assertThat(alone.err())
        .contains(
            "job/shop/import cannot be left out",
            "cronjob/shop/billing owns it",
            "--leave-out job/shop/import --leave-out cronjob/shop/billing");
    assertThat(has("old", IMPORT)).isTrue();

    World.Result both =
        world.run(
            "resume",
            "latest",
            "--leave-out",
            "job/import",
            "--leave-out",
            "cronjob/billing",
            "--yes",
            "--approve-gate",
            GATE);
    assertThat(both.exit()).as(both.err()).isZero();
    assertThat(has("old", IMPORT)).isTrue();
  }

  /** Without it the billing would be deleted here, and not work there. */
  @Test
  void whatNeedsItAndMustNotRunTwiceIsHandedOverOnlyWhenTheTargetHasIt() {
    refuse("new", BILLING_CONFIG, "create");
    assertThat(apply().exit()).isEqualTo(20);

    World.Result waits =
        world.run(
            "resume",
            "latest",
            "--leave-out",
            "cm/billing-config",
            "--yes",
            "--approve-gate",
            GATE);

    assertThat(waits.exit()).isEqualTo(20);
    assertThat(waits.err())
        .containsSubsequence(
            "Needs it, and is handed over only when the target has it:", "  cronjob/shop/billing")
        .contains("cm/shop/billing-config: left out of this run with resume --leave-out")
        .contains("--leave-out cronjob/shop/billing   (without it: it stays at the source)");
    assertThat(has("old", BILLING)).isTrue();
    assertThat(has("new", MAILER)).isTrue();

    World.Result done = world.run("resume", "latest", "--leave-out", "cronjob/billing", "--yes");
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(has("old", BILLING)).isTrue();
  }

  /** Somebody made the billing its owner only after it was left out. */
  @Test
  void whatWasLeftOutDoesNotGoWithAnOwnerThatItGotSince() {
    shop(
        "metadata: {name: billing, namespace: shop}",
        "metadata: {name: billing, namespace: shop, uid: uid-billing}",
        "");
    refuse("new", BUDGET, "create");
    assertThat(world.run("apply", "move.plan.yaml", "--yes").exit()).isEqualTo(20);
    World.Result out = world.run("resume", "latest", "--leave-out", "pdb/shop/web", "--yes");
    assertThat(has("old", BILLING)).as(out.err()).isTrue();
    Object unused =
        world
            .simulated("old")
            .world()
            .edit(
                BUDGET,
                tree ->
                    tree.withObjectProperty("metadata")
                        .putArray("ownerReferences")
                        .addObject()
                        .put("apiVersion", "batch/v1")
                        .put("kind", "CronJob")
                        .put("name", "billing")
                        .put("uid", "uid-billing")
                        .put("controller", true));

    World.Result kept = world.run("resume", "latest", "--approve-gate", GATE);

    assertThat(kept.exit()).as(kept.err()).isEqualTo(21);
    assertThat(kept.err()).contains("cronjob/shop/billing is not deleted", "pdb/shop/web");
    assertThat(has("old", BUDGET)).isTrue();
    assertThat(has("old", BILLING)).isTrue();
  }

  private static final String WEBHOOK =
      """
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: policies}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: rules, namespace: policies}
      data: {a: b}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: judge, namespace: policies}
      spec: {selector: {app: judge}, ports: [{port: 443}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: judge, namespace: policies}
      spec:
        replicas: 1
        selector: {matchLabels: {app: judge}}
        template:
          metadata: {labels: {app: judge}}
          spec:
            containers:
              - {name: judge, image: "registry.example/judge:1", envFrom: [{configMapRef: {name: rules}}]}
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: judge}
      webhooks:
        - name: judge.example.com
          clientConfig: {service: {name: judge, namespace: policies}}
          admissionReviewVersions: [v1]
          sideEffects: None
          failurePolicy: Ignore
      """;

  /** A webhook that stays calls a Service; what answers behind that stays with its settings. */
  @Test
  void whatWasLeftOutKeepsWhatItNeedsInOtherNamespaces() {
    world =
        new World(folder).clusters("old", World.source("web-shop") + WEBHOOK).clusters("new", "");
    world.file(
        "wide.yaml",
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: wide}
        scope:
          namespaces: {include: [shop, policies]}
        """);
    world.plan("-f", "wide.yaml");
    World.Result atGate = world.run("apply", "move.plan.yaml", "--yes");
    assertThat(atGate.exit()).as(atGate.err()).isNotZero();
    World.Result done =
        world.run(
            "resume",
            "latest",
            "--leave-out",
            "ValidatingWebhookConfiguration.admissionregistration.k8s.io/judge",
            "--yes",
            "--approve-gate",
            GATE);
    assertThat(done.exit()).as(done.err()).isZero();

    World.Result pruned = world.run("prune", "latest", "--yes");

    assertThat(has("old", ObjectRef.parse("Service/policies/judge")))
        .as(pruned.out() + pruned.err())
        .isTrue();
    assertThat(has("old", ObjectRef.parse("ConfigMap/policies/rules"))).isTrue();
    assertThat(has("old", CONFIG)).isFalse();
  }

  @Test
  void whatWasLeftOutKeepsTheCopiesBesideIt() {
    World.Result atGate = world.run("apply", "move.plan.yaml", "--yes");
    assertThat(has("old", BILLING)).as(atGate.err()).isTrue();
    World.Result done =
        world.run(
            "resume", "latest", "--leave-out", "cronjob/billing", "--yes", "--approve-gate", GATE);
    assertThat(done.exit()).as(done.err()).isZero();

    World.Result pruned = world.run("prune", "latest", "--yes");

    assertThat(has("old", ObjectRef.parse("ConfigMap/shop/billing-config")))
        .as(pruned.out() + pruned.err())
        .isTrue();
    assertThat(pruned.out() + pruned.err())
        .contains("cronjob/shop/billing was left out of the run, and may use it");
  }
}
