package dev.migrator.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.memory.VirtualClock;
import dev.migrator.event.RunEvent;
import dev.migrator.migration.Migration;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.plan.Phase;
import dev.migrator.plan.Plan;
import dev.migrator.plan.Reading;
import dev.migrator.plan.Step;
import dev.migrator.plan.StepId;
import dev.migrator.plan.Verb;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden screens: what people see of a run, wide and narrow, on a terminal and in a log. */
class ProgressTest {

  private final VirtualClock clock = new VirtualClock();
  private final Plan plan = plan();
  private final RunView view = new RunView(plan, Set.of());

  @Test
  void aTerminalShowsTheBarAndWhatIsWaitedFor() {
    inTheMiddle();

    assertThat(screen(80, false, false))
        .isEqualTo(
            """
            [####-----------] 3/10  phase 1/4 copy  06:12  ETA ~14m   prod-old -> prod-new
              deploy/shop/web   1/3 ready: ImagePullBackOff: 403 from registry
              cm/shop/settings   copy ...


            """);
  }

  @Test
  void aWideTerminalWithUnicodeGetsALongerBar() {
    inTheMiddle();

    assertThat(screen(120, true, false))
        .isEqualTo(
            """
            [███████░░░░░░░░░░░░░░░░░░] 3/10  phase 1/4 copy  06:12  ETA ~14m   prod-old → prod-new
              deploy/shop/web   1/3 ready: ImagePullBackOff: 403 from registry
              cm/shop/settings   copy ...


            """);
  }

  @Test
  void aNarrowTerminalLosesTheLeastImportantFirst() {
    inTheMiddle();

    assertThat(screen(60, false, false))
        .startsWith("[####-----------] 3/10  phase 1/4 copy  06:12  ETA ~14m\n");
    assertThat(screen(40, false, false))
        .startsWith(
            "[##-------] 3/10  phase 1/4 copy  06:12\n  deploy/shop/web   1/3 ready: ImagePu~\n");
    assertThat(screen(24, false, false)).startsWith("[##-------] 3/10  06:12\n");
    assertThat(screen(8, true, false)).startsWith("3/10 \n");
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 20, 24, 40, 57, 60, 80, 81, 120, 300})
  void noLineIsAsWideAsTheTerminalAndTheHeightIsFixed(int columns) {
    inTheMiddle();
    List<String> lines = new Screen(terminal(columns, true, false)).lines(view, clock.now());

    assertThat(lines).hasSize(Screen.HEIGHT).allMatch(line -> line.length() < columns);
  }

  @Test
  void moreThanFitIsCounted() {
    start("copy:ConfigMap/shop/settings");
    for (Step step : plan.steps()) {
      view.accept(new RunEvent.StepStarted(clock.now(), step.id(), step.phase()));
    }

    assertThat(screen(80, false, false)).contains("  and 7 more in flight\n");
  }

  @Test
  void failuresAreCountedAndColoursComeOnlyWhereTheyAreWanted() {
    inTheMiddle();
    view.accept(failed("await:Deployment.apps/shop/web"));

    assertThat(screen(80, false, false)).contains("3/10  1 failed  phase 1/4 copy");
    assertThat(screen(80, false, true)).contains("\u001b[31;1m1 failed\u001b[0m");
  }

  @Test
  void hostileTextCannotMoveTheCursor() {
    start("await:Deployment.apps/shop/web");
    view.accept(waiting("await:Deployment.apps/shop/web", "x\u001b[2J\r\nError: all lost\u202e"));

    assertThat(screen(120, true, false))
        .contains("x\\u001b[2J\\r\\nError: all lost\\u202e")
        .doesNotContain("\u001b", "\u202e");
  }

  @Test
  void aLogGetsOneLineATransition() {
    Recorded log = new Recorded(Terminal.none());
    log.accept(new RunEvent.RunStarted(clock.now(), "r-7f3a", 10, 0));
    log.accept(new RunEvent.StepStarted(clock.now(), id("copy:Namespace//shop"), Phase.COPY));
    log.accept(done("copy:Namespace//shop", "created"));
    log.accept(waiting("await:Deployment.apps/shop/web", "1/3 ready"));
    log.accept(waiting("await:Deployment.apps/shop/web", "1/3 ready"));
    log.accept(waiting("await:Deployment.apps/shop/web", "2/3 ready"));
    log.accept(failed("await:Deployment.apps/shop/web"));
    log.accept(new RunEvent.GateReached(clock.now(), "afterCopy"));
    log.accept(new RunEvent.Notice(clock.now(), "cronjob/shop/billing missed 1 run"));

    assertThat(log.text())
        .isEqualTo(
            """
            08:00:00Z  run r-7f3a: 10 steps, 0 done already, prod-old -> prod-new
            08:00:00Z  [ 1/10] copy     ns/shop   created
            08:00:00Z  [ 1/10] await    deploy/shop/web   waits: 1/3 ready
            08:00:00Z  [ 1/10] await    deploy/shop/web   waits: 2/3 ready
            08:00:00Z  [ 1/10] await    deploy/shop/web   FAILED M2107: not ready: 403
            08:00:00Z  gate     afterCopy is reached
            08:00:00Z  note     cronjob/shop/billing missed 1 run
            """);
  }

  @Test
  void aLogGetsAHeartbeatEveryHalfMinuteAndNoMore() {
    Recorded log = new Recorded(Terminal.none());
    log.accept(
        new RunEvent.StepStarted(clock.now(), id("await:Deployment.apps/shop/web"), Phase.COPY));
    log.accept(waiting("await:Deployment.apps/shop/web", "1/3 ready"));
    String before = log.text();
    for (int second = 1; second <= 65; second++) {
      clock.advance(Duration.ofSeconds(1));
      log.progress.tick();
    }

    assertThat(log.text().substring(before.length()))
        .isEqualTo(
            """
            08:00:30Z  [0/10] phase 1/4 copy, 00:30; waits for deploy/shop/web 1/3 ready
            08:01:00Z  [0/10] phase 1/4 copy, 01:00; waits for deploy/shop/web 1/3 ready
            """);
  }

  @Test
  void aTerminalIsDrawnOverAndClearedAtTheEnd() {
    Recorded terminal = new Recorded(terminal(80, false, false));
    terminal.progress.tick();
    terminal.progress.tick();
    terminal.progress.pause();
    terminal.progress.tick();
    terminal.progress.resume();
    terminal.progress.close();
    terminal.progress.tick();

    String drawing =
        String.join("\u001b[K\n", new Screen(terminal(80, false, false)).lines(view, clock.now()))
            + "\u001b[K\n";
    assertThat(terminal.text())
        .isEqualTo(drawing + "\r\u001b[5A" + drawing + "\r\u001b[5A\u001b[J");
  }

  @Test
  void whatWasSaidStaysAboveTheScreen() {
    Recorded terminal = new Recorded(terminal(80, false, false));
    terminal.progress.tick();
    int drawn = terminal.text().length();
    terminal.accept(failed("await:Deployment.apps/shop/web"));

    assertThat(terminal.text().substring(drawn))
        .startsWith("\r\u001b[5A\u001b[J08:00:00Z  [ 0/10] await    deploy/shop/web   FAILED M2107")
        .contains("0/10  1 failed");
  }

  @Test
  void stepsOfAnEarlierProcessCountAsDoneButNotForTheEstimate() {
    RunView resumed =
        new RunView(plan, Set.of(id("copy:Namespace//shop"), id("copy:ConfigMap/shop/settings")));
    resumed.accept(new RunEvent.RunStarted(clock.now(), "r-1", 10, 2));
    clock.advance(Duration.ofMinutes(1));

    assertThat(resumed.done()).isEqualTo(2);
    assertThat(resumed.estimate(clock.now())).isEmpty();
  }

  @Test
  void thePhaseIsTheFirstThatIsNotDone() {
    for (Step step : plan.steps()) {
      assertThat(view.phase()).isEqualTo(step.phase());
      view.accept(new RunEvent.StepDone(clock.now(), step.id(), step.phase(), ""));
    }
    assertThat(view.phase()).isEqualTo(Phase.VERIFY);
    assertThat(view.done()).isEqualTo(view.total());
  }

  /** Three steps done, one waits, one works, after 6:12. */
  private void inTheMiddle() {
    start("copy:Namespace//shop");
    view.accept(done("copy:Namespace//shop", "created"));
    view.accept(done("copy:Secret/shop/key", "created"));
    view.accept(done("copy:Deployment.apps/shop/web", "created"));
    start("copy:ConfigMap/shop/settings");
    start("await:Deployment.apps/shop/web");
    view.accept(
        waiting(
            "await:Deployment.apps/shop/web", "1/3 ready: ImagePullBackOff: 403 from registry"));
    clock.advance(Duration.ofSeconds(372));
  }

  private void start(String step) {
    view.accept(new RunEvent.StepStarted(clock.now(), id(step), Phase.COPY));
  }

  private RunEvent done(String step, String how) {
    return new RunEvent.StepDone(clock.now(), id(step), Phase.COPY, how);
  }

  private RunEvent.StepWaiting waiting(String step, String why) {
    return new RunEvent.StepWaiting(clock.now(), id(step), why);
  }

  private RunEvent failed(String step) {
    return new RunEvent.StepFailed(
        clock.now(), id(step), Problem.of(ErrorCode.M2107, "not ready", "403"));
  }

  private String screen(int columns, boolean unicode, boolean colour) {
    return String.join(
            "\n", new Screen(terminal(columns, unicode, colour)).lines(view, clock.now()))
        + "\n";
  }

  private static Terminal terminal(int columns, boolean unicode, boolean colour) {
    return new Terminal(
        true,
        true,
        true,
        columns,
        colour ? Terminal.Colours.ON_TERMINALS : Terminal.Colours.NEVER,
        unicode);
  }

  private static StepId id(String text) {
    return new StepId(text);
  }

  private static Plan plan() {
    ObjectRef namespace = new ObjectRef("", "Namespace", "", "shop");
    ObjectRef settings = new ObjectRef("", "ConfigMap", "shop", "settings");
    ObjectRef key = new ObjectRef("", "Secret", "shop", "key");
    ObjectRef web = new ObjectRef("apps", "Deployment", "shop", "web");
    ObjectRef billing = new ObjectRef("batch", "CronJob", "shop", "billing");
    List<Step> steps = new ArrayList<>();
    for (ObjectRef ref : List.of(namespace, settings, key, web)) {
      steps.add(new Step.OnObject(Verb.COPY, ref, List.of()));
    }
    steps.add(new Step.OnObject(Verb.AWAIT, web, Phase.COPY, List.of()));
    steps.add(new Step.Gate("afterCopy", List.of()));
    steps.add(new Step.OnObject(Verb.QUIESCE, billing, List.of()));
    steps.add(new Step.OnObject(Verb.DELETE, billing, List.of()));
    steps.add(new Step.OnObject(Verb.CREATE_INERT, billing, List.of()));
    steps.add(new Step.Verify(List.of()));
    return new Plan(
        new ClusterIdentity("prod-old", "uid-old", "v1.34.4"),
        new ClusterIdentity("prod-new", "uid-new", "v1.36.3"),
        java.util.Optional.empty(),
        Migration.defaults(),
        Reading.ofAll(),
        List.of(),
        steps,
        List.of(),
        List.of());
  }

  /** A progress whose output is kept. */
  private final class Recorded {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Progress progress;

    Recorded(Terminal terminal) {
      Console console =
          new Console(
              new ByteArrayInputStream(new byte[0]),
              new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
              new PrintStream(bytes, true, StandardCharsets.UTF_8),
              terminal);
      progress = new Progress(console, clock, view);
    }

    void accept(RunEvent event) {
      progress.accept(event);
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
