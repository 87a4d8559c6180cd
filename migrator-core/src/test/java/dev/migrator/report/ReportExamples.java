package dev.migrator.report;

import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.event.RunEvent;
import dev.migrator.migration.Migration;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Reading;
import dev.migrator.plan.Severity;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans of any size and what their runs tell, for tests of reports. */
public final class ReportExamples {

  public static final Instant BEGAN = Instant.parse("2026-03-01T02:00:00Z");

  /** Text that harms whoever takes it for more than text. */
  public static final String HOSTILE =
      "</script><script>window.harmed=1</script><img src=x"
          + " onerror=window.harmed=1>\u202egnp\u2028\u0007'\"&amp;${7*7}";

  private static final StepId GATE = new StepId("gate:afterCopy");
  private static final String[] TEAMS = {
    "shop", "billing", "search", "platform", "reports", "accounts", "media", "checkout"
  };

  private final List<PlannedObject> objects = new ArrayList<>();
  private final List<Step> copies = new ArrayList<>();
  private final List<Step> later = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  private ReportExamples() {}

  /** A plan of this many namespaces, each with so many apps of seven objects. */
  public static Plan plan(int namespaces, int apps) {
    ReportExamples example = new ReportExamples();
    example.copy("CustomResourceDefinition.apiextensions.k8s.io//queues.acme.example");
    example.copy("ClusterRole.rbac.authorization.k8s.io//acme-reader");
    for (int n = 0; n < namespaces; n++) {
      String team = n < TEAMS.length ? TEAMS[n] : TEAMS[n % TEAMS.length] + "-" + n;
      example.namespace(team, apps, n);
    }
    example.findings();
    return example.build();
  }

  /** A plan in which everything that a cluster or a user can name is {@link #HOSTILE}. */
  public static Plan hostile() {
    ReportExamples example = new ReportExamples();
    example.copy("ClusterRole.rbac.authorization.k8s.io//" + HOSTILE.replace('/', '|'));
    example.cronJob("CronJob.batch/" + HOSTILE.replace("/", "") + "/" + HOSTILE);
    example.leftOut.add(new LeftOut(ObjectRef.core("Event", "ns", HOSTILE), HOSTILE));
    example.findings.add(
        new Finding(
            Severity.WARNING,
            "odd-name",
            Optional.of(example.objects.getFirst().ref()),
            HOSTILE,
            HOSTILE));
    return example.build();
  }

  /** What changes in each object of {@link #plan}: a name of an image, and what a server gives. */
  public static Diffs diffs() {
    return object ->
        List.of(
            "--- source  " + object.ref(),
            "+++ target  " + object.ref(),
            "@@ -1,14 +1,12 @@",
            " apiVersion: " + object.apiVersion(),
            " metadata:",
            "   name: " + object.ref().name(),
            "   annotations:",
            "     note: \"<b>&amp;</script>\"",
            "-  uid: " + object.uid(),
            "-  resourceVersion: \"4711\"",
            " spec:",
            "   template:",
            "     spec:",
            "       containers:",
            "         - name: main",
            "-          image: registry.old.example.com/team/a-service-with-a-long-name:1.4.2-rc7",
            "+          image: registry.new.example.com/team/a-service-with-a-long-name:1.4.2-rc7",
            "left behind: status");
  }

  private void namespace(String team, int apps, int number) {
    String ns = copy("Namespace//" + team);
    for (int i = 0; i < apps; i++) {
      String app = apps == 1 ? "web" : "web-" + i;
      String settings = copy("ConfigMap/" + team + "/" + app + "-settings", ns);
      String secret = copy("Secret/" + team + "/" + app + "-login", ns);
      String account = copy("ServiceAccount/" + team + "/" + app, ns);
      String service = copy("Service/" + team + "/" + app, ns);
      String deploy = copy("Deployment.apps/" + team + "/" + app, settings, secret, account);
      String await = deploy.replaceFirst("copy", "await");
      copies.add(
          new Step.OnObject(Verb.AWAIT, ref(deploy), Phase.COPY, List.of(new StepId(deploy))));
      copy("Ingress.networking.k8s.io/" + team + "/" + app, service, await);
      if (number > 0) {
        copy(
            "NetworkPolicy.networking.k8s.io/" + team + "/" + app,
            ns,
            "copy:Service/" + TEAMS[0] + "/" + app);
      }
      cronJob("CronJob.batch/" + team + "/" + app + "-report", settings, account);
    }
    leftOut.add(
        new LeftOut(
            ObjectRef.core("ConfigMap", team, "kube-root-ca.crt"),
            "made by the target's own controllers"));
    for (int i = 0; i < 3; i++) {
      leftOut.add(
          new LeftOut(
              ObjectRef.core("Pod", team, "web-7c9f-" + i),
              "owned by another object that travels"));
    }
    leftOut.add(new LeftOut(ObjectRef.core("Event", team, "web.17a"), "kind is excluded: events"));
  }

  private String copy(String ref, String... needs) {
    add(ref, Protection.LOSS, "default: passive kinds and servers are loss-intolerant");
    Step.OnObject copy = new Step.OnObject(Verb.COPY, ObjectRef.parse(ref), ids(needs));
    copies.add(copy);
    return copy.id().text();
  }

  private void cronJob(String text, String... needs) {
    ObjectRef ref = ObjectRef.parse(text);
    add(text, Protection.DUPLICATION, "default: CronJobs are duplicate-intolerant");
    later.add(new Step.OnObject(Verb.QUIESCE, ref, List.of(GATE)));
    later.add(new Step.OnObject(Verb.DRAIN, ref, ids("quiesce:" + text)));
    later.add(new Step.OnObject(Verb.DELETE, ref, ids("drain:" + text)));
    later.add(new Step.OnObject(Verb.PROVE_ABSENT, ref, ids("delete:" + text)));
    List<String> all = new ArrayList<>(List.of(needs));
    all.add("absent:" + text);
    later.add(new Step.OnObject(Verb.CREATE_INERT, ref, ids(all.toArray(String[]::new))));
    later.add(new Step.OnObject(Verb.ACTIVATE, ref, ids("inert:" + text)));
  }

  private void add(String text, Protection protection, String rule) {
    ObjectRef ref = ObjectRef.parse(text);
    boolean secret = ref.kind().equals("Secret");
    objects.add(
        new PlannedObject(
            ref,
            ref.group().isEmpty() ? "v1" : ref.group() + "/v1",
            ref.group().isEmpty() ? "v1" : ref.group() + "/v1",
            "uid-" + objects.size(),
            secret ? "17" : "",
            secret
                ? Optional.empty()
                : Optional.of(Digest.ofBytes(text.getBytes(StandardCharsets.UTF_8))),
            Optional.empty(),
            protection,
            rule,
            Optional.empty(),
            objects.size() % 29 == 28,
            List.of(),
            objects.size() % 41 == 40 ? "0 of 2 ready: ImagePullBackOff" : "",
            Optional.empty()));
  }

  private void findings() {
    findings.add(
        finding(
            Severity.IRREVERSIBLE,
            "load-balancer",
            "Service/shop/web",
            "gets a new load balancer address",
            "shift DNS at the gate afterCopy"));
    findings.add(
        finding(
            Severity.UNPROVEN,
            "custom-resource",
            "CustomResourceDefinition.apiextensions.k8s.io//queues.acme.example",
            "its objects cannot be proven before it is at the target",
            ""));
    for (int i = 0; i < 26; i++) {
      findings.add(
          finding(
              Severity.NOTE,
              "factor-2",
              "Deployment.apps/shop/web-" + i,
              "spec.template.spec.containers[0].image: registry.example/web:latest is not pinned",
              "name the image by its digest"));
    }
    findings.add(
        finding(
            Severity.NOTE,
            "factor-6",
            "ConfigMap/shop/web-settings",
            "data.url: names the source's cluster: old.example.com",
            "name the service, not the cluster"));
  }

  private static Finding finding(
      Severity severity, String code, String ref, String message, String remedy) {
    return new Finding(severity, code, Optional.of(ObjectRef.parse(ref)), message, remedy);
  }

  private Plan build() {
    List<Step> steps = new ArrayList<>(copies);
    steps.add(new Step.Gate("afterCopy", copies.stream().map(Step::id).sorted().toList()));
    steps.addAll(later);
    steps.add(new Step.Verify(steps.stream().map(Step::id).sorted().toList()));
    return new Plan(
        new ClusterIdentity("prod-old", "3f1c77aa-1111-4c1e-9a57-0d2f6f0c0001", "v1.29.1"),
        new ClusterIdentity("prod-new", "9ab2f00d-2222-4d51-8be0-5a1c9a7e0002", "v1.33.0"),
        Optional.empty(),
        Migration.defaults(),
        Reading.ofAll(),
        objects.stream().sorted(java.util.Comparator.comparing(PlannedObject::ref)).toList(),
        steps,
        leftOut,
        findings);
  }

  private static List<StepId> ids(String... texts) {
    return List.of(texts).stream().map(StepId::new).sorted().toList();
  }

  private static ObjectRef ref(String step) {
    return ObjectRef.parse(step.substring(step.indexOf(':') + 1));
  }

  /** A run of the plan that did all of it, in two sittings with a night between them. */
  public static List<RunEvent> done(Plan plan) {
    return new Telling(plan).tell(plan.steps().size(), -1);
  }

  /** A run that was cut off when this many steps had ended. */
  public static List<RunEvent> until(Plan plan, int steps) {
    return new Telling(plan).tell(steps, -1);
  }

  /** A run in which this step failed, and all after it did not start. */
  public static List<RunEvent> failedAt(Plan plan, int step) {
    return new Telling(plan).tell(step, step);
  }

  /** Tells what an executor would: four steps at a time, each as long as its kind takes. */
  private static final class Telling {
    private final Plan plan;
    private final List<RunEvent> events = new ArrayList<>();
    private Instant now = BEGAN;

    Telling(Plan plan) {
      this.plan = plan;
    }

    List<RunEvent> tell(int until, int failing) {
      events.add(new RunEvent.RunStarted(now, "r-7f3a21", plan.steps().size(), 0));
      now = now.plusMillis(1200);
      events.add(new RunEvent.Prepared(now, "vaulted " + plan.objects().size() + " objects"));
      int night = plan.steps().size() / 2;
      for (int i = 0; i < until; i++) {
        if (i == night) {
          sleep(i);
        }
        step(plan.steps().get(i), i);
      }
      if (failing >= 0) {
        fail(plan.steps().get(failing), failing);
      } else if (until == plan.steps().size()) {
        events.add(new RunEvent.RunEnded(now, RunEvent.Outcome.DONE, until, 0, 0, List.of()));
      }
      return events;
    }

    private void sleep(int done) {
      events.add(
          new RunEvent.RunEnded(
              now, RunEvent.Outcome.INTERRUPTED, done, 0, plan.steps().size() - done, List.of()));
      now = now.plus(Duration.ofHours(7));
      events.add(new RunEvent.RunStarted(now, "r-7f3a21", plan.steps().size(), done));
    }

    private void step(Step step, int number) {
      now = now.plusMillis(7 + number % 5);
      events.add(new RunEvent.StepStarted(now, step.id(), step.phase()));
      Instant end = now.plusMillis(took(step, number));
      if (step instanceof Step.Gate) {
        events.add(new RunEvent.GateReached(now, "afterCopy"));
        now = end;
      } else if (!step.is(Verb.COPY)) {
        now = end;
      }
      events.add(new RunEvent.StepDone(end, step.id(), step.phase(), said(step)));
    }

    private static long took(Step step, int number) {
      return switch (step) {
        case Step.OnObject s -> took(s.verb(), number);
        case Step.Gate s -> 95_000;
        case Step.Hook s -> 1_400;
        case Step.Verify s -> 800;
      };
    }

    private static long took(Verb verb, int number) {
      return switch (verb) {
        case COPY -> 18 + number % 23;
        case AWAIT -> 120 + number * 37L % 400;
        case HOOK_BEFORE, HOOK_AFTER -> 1_400;
        case DRAIN -> number % 7 == 3 ? 900 : 15;
        case QUIESCE -> 21;
        case DELETE -> 30;
        case PROVE_ABSENT -> 44;
        case CREATE_INERT -> 35;
        case ACTIVATE -> 26;
        default -> 25;
      };
    }

    private static String said(Step step) {
      return switch (step) {
        case Step.OnObject s -> said(s.verb());
        case Step.Hook s -> "the command ended with 0";
        case Step.Gate s -> "approved by --approve-gate";
        case Step.Verify s -> "equal";
      };
    }

    private static String said(Verb verb) {
      return switch (verb) {
        case HOOK_BEFORE, HOOK_AFTER -> "the command ended with 0";
        case PROVE_ABSENT -> "gone, and nothing that it started runs";
        case AWAIT -> "2 of 2 ready";
        case QUIESCE -> "suspended";
        case DRAIN -> "no Job runs";
        case DELETE -> "deleted";
        case CREATE_INERT -> "created suspended";
        case ACTIVATE -> "resumed";
        default -> "created";
      };
    }

    private void fail(Step step, int number) {
      now = now.plusMillis(9);
      events.add(new RunEvent.StepStarted(now, step.id(), step.phase()));
      now = now.plus(Duration.ofSeconds(90));
      Problem problem =
          new Problem(
              ErrorCode.M2107,
              step.id().text().replaceFirst(".*:", "") + " not ready after 15m",
              "ImagePullBackOff registry.old/web:1.4: 403",
              number + " done, 1 failed.",
              List.of("migrator resume r-7f3a21", "migrator rollback r-7f3a21"));
      events.add(new RunEvent.StepFailed(now, step.id(), problem));
      events.add(
          new RunEvent.RunEnded(
              now,
              RunEvent.Outcome.BLOCKED,
              number,
              1,
              plan.steps().size() - number - 1,
              List.of(problem)));
    }
  }
}
