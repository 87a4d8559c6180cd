package dev.migrator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a move changed is taken out, what somebody changed since stays, and nothing is guessed. */
class ReversalTest {

  private static Manifest pod(String containers) {
    ObjectNode tree =
        Json.parseObject(
            """
            {"apiVersion": "apps/v1", "kind": "Deployment",
             "metadata": {"name": "web", "namespace": "shop"},
             "spec": {"template": {"spec": {"containers": CONTAINERS}}}}
            """
                .replace("CONTAINERS", containers));
    return Manifest.of(tree);
  }

  private static Reversal reversal(String before, String planned, String live) {
    return Reversal.of(pod(before), pod(planned), pod(live), pod(live), false);
  }

  private static JsonNode containers(Reversal reversal) {
    return reversal.wanted().at("/spec/template/spec/containers");
  }

  private static List<String> names(Reversal reversal) {
    return containers(reversal).findValuesAsText("name");
  }

  @Test
  void whatAServerFillsInIsNoChange() {
    Reversal reversal =
        reversal(
            "[{\"name\": \"a\", \"image\": \"old/a\"}]",
            "[{\"name\": \"a\", \"image\": \"new/a\"}, {\"name\": \"side\", \"image\": \"s\"}]",
            "[{\"name\": \"a\", \"image\": \"new/a\", \"imagePullPolicy\": \"Always\"},"
                + " {\"name\": \"side\", \"image\": \"s\", \"imagePullPolicy\": \"Always\"}]");
    assertThat(reversal.disputed()).isEmpty();
    assertThat(containers(reversal).toString())
        .isEqualTo("[{\"name\":\"a\",\"image\":\"old/a\",\"imagePullPolicy\":\"Always\"}]");
  }

  @Test
  void anElementThatCameSinceStaysInItsPlace() {
    Reversal reversal =
        reversal(
            "[{\"name\": \"a\"}, {\"name\": \"b\"}]",
            "[{\"name\": \"a\"}, {\"name\": \"b\"}, {\"name\": \"ours\"}]",
            "[{\"name\": \"theirs\"}, {\"name\": \"a\"}, {\"name\": \"b\"}, {\"name\": \"ours\"}]");
    assertThat(reversal.disputed()).isEmpty();
    assertThat(names(reversal)).containsExactly("theirs", "a", "b");
  }

  @Test
  void anElementThatTheMoveTookOutComesBackWhereItWas() {
    Reversal reversal =
        reversal(
            "[{\"name\": \"a\"}, {\"name\": \"b\"}]", "[{\"name\": \"b\"}]", "[{\"name\": \"b\"}]");
    assertThat(names(reversal)).containsExactly("a", "b");
  }

  /** Where it belongs now, nobody can tell. */
  @Test
  void itIsInDisputeWhereSomebodyChangedTheListToo() {
    Reversal reversal =
        reversal(
            "[{\"name\": \"a\"}, {\"name\": \"b\"}]",
            "[{\"name\": \"b\"}]",
            "[{\"name\": \"c\"}, {\"name\": \"b\"}]");
    assertThat(reversal.disputed()).containsExactly("spec.template.spec.containers");
    assertThat(names(reversal)).containsExactly("c", "b");
  }

  @Test
  void anElementOfTheMovesThatSomebodyChangedIsInDispute() {
    Reversal reversal =
        reversal(
            "[{\"name\": \"a\"}]",
            "[{\"name\": \"a\"}, {\"name\": \"ours\", \"image\": \"x:1\"}]",
            "[{\"name\": \"a\"}, {\"name\": \"ours\", \"image\": \"x:2\"}]");
    assertThat(reversal.disputed()).containsExactly("spec.template.spec.containers[name=ours]");
  }

  @Test
  void aChangedTextThatNamesWhatNobodyKnowsIsInDispute() {
    String was = "[{\"name\": \"a\", \"image\": \"x.svc/1\"}]";
    Manifest live = pod(was.replace("/1", "/2"));
    Manifest mapped = pod(was.replace("/1", "/2").replace("x.svc", Reversal.UNKNOWN + ".svc"));
    Reversal reversal = Reversal.of(pod(was), pod(was), live, mapped, false);
    assertThat(reversal.disputed()).singleElement().asString().contains("image");
    // What nobody changed is as it was, whatever it may be called now.
    Manifest untouched = pod(was.replace("x.svc", Reversal.UNKNOWN + ".svc"));
    Reversal same = Reversal.of(pod(was), pod(was), pod(was), untouched, false);
    assertThat(same.disputed()).isEmpty();
    assertThat(containers(same).toString()).contains("x.svc/1");
  }

  @Test
  void aChangedTextIsCarriedWithTheNamesOfTheSource() {
    String was = "[{\"name\": \"a\", \"image\": \"x.svc/1\"}]";
    Manifest live = pod(was.replace("/1", "/2"));
    Manifest mapped = pod("[{\"name\": \"a\", \"image\": \"home.svc/2\"}]");
    Reversal reversal = Reversal.of(pod(was), pod(was), live, mapped, false);
    assertThat(containers(reversal).toString()).contains("home.svc/2");
  }

  private static Manifest binding(String subjects) {
    return Manifest.of(
        Json.parseObject(
            """
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
             "metadata": {"name": "web", "namespace": "shop"}, "subjects": SUBJECTS}
            """
                .replace("SUBJECTS", subjects)));
  }

  private static String account(String name, String namespace) {
    return "{\"kind\": \"ServiceAccount\", \"name\": \"%s\", \"namespace\": \"%s\"}"
        .formatted(name, namespace);
  }

  /** Two namespaces became one; then somebody took the first account out, and put another in. */
  @Test
  void anElementWithoutAKeyThatIsAnotherNowDoesNotInheritWhatTheMoveChanged() {
    Manifest was = binding("[" + account("a", "one") + "," + account("b", "two") + "]");
    Manifest planned = binding("[" + account("a", "all") + "," + account("b", "all") + "]");
    Manifest live = binding("[" + account("b", "all") + "," + account("c", "all") + "]");
    Reversal reversal = Reversal.of(was, planned, live, live, false);
    assertThat(reversal.disputed()).containsExactly("subjects");
    assertThat(reversal.wanted().path("subjects").toString()).doesNotContain("one", "two");
  }
}
