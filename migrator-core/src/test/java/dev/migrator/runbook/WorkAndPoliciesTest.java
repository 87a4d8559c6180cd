package dev.migrator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.RunEvent;
import dev.migrator.model.ObjectRef;
import dev.migrator.plans.PlanCase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A long wait for one object holds the policies that may refuse it, and no others. */
@Timeout(60)
class WorkAndPoliciesTest {

  private static final String GROUP = "admissionregistration.k8s.io";
  private static final ObjectRef SHOP =
      ObjectRef.clusterScoped(GROUP, "ValidatingAdmissionPolicyBinding", "shop");
  private static final ObjectRef EVERYWHERE =
      ObjectRef.clusterScoped(GROUP, "ValidatingAdmissionPolicyBinding", "everywhere");
  private static final ObjectRef SECRETS =
      ObjectRef.clusterScoped(GROUP, "ValidatingWebhookConfiguration", "secrets");
  private static final ObjectRef YEARLY = new ObjectRef("batch", "Job", "work", "yearly");
  private static final ObjectRef BILLING = new ObjectRef("batch", "CronJob", "shop", "billing");

  private final Scene scene =
      new Scene(new PlanCase(Path.of("src/test/resources/work-and-policies")));

  private boolean isAtTarget(ObjectRef ref) {
    return scene.clusters.target().world().stored(ref).isPresent();
  }

  @Test
  void onlyWhatMayRefuseTheJobWaitsForIt() {
    assertThat(scene.apply().outcome()).isEqualTo(RunEvent.Outcome.BLOCKED);
    assertThat(isAtTarget(YEARLY)).isFalse();
    assertThat(isAtTarget(BILLING)).isTrue();
    assertThat(isAtTarget(SHOP)).as("a policy of another namespace").isTrue();
    assertThat(isAtTarget(SECRETS)).as("a webhook of another kind").isTrue();
    assertThat(isAtTarget(EVERYWHERE)).as("a policy of its Pods").isFalse();

    scene.clock.advance(Duration.ofHours(101));
    assertThat(scene.resume().outcome()).isEqualTo(RunEvent.Outcome.DONE);
    assertThat(isAtTarget(EVERYWHERE)).isTrue();
  }
}
