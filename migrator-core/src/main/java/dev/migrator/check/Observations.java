package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one object of the source makes a reader of the plan want to know: what does not come back,
 * what changes by moving.
 */
public final class Observations extends ObjectCheck {

  private static final List<String> GONE_VOLUMES =
      List.of(
          "gitRepo", "glusterfs", "rbd", "cephfs", "flocker", "quobyte", "storageos", "scaleIO");

  @Override
  protected List<Finding> of(CheckedObject object) {
    // A volume that is handed over is in one cluster at a time.
    return object.is("PersistentVolume") && object.verdict().is(Protection.DUPLICATION)
        ? List.of()
        : of(object.object());
  }

  /** In a fixed order. */
  static List<Finding> of(Manifest object) {
    Observed observed = new Observed(object, new ArrayList<>());
    observed.service();
    observed.pinnedAddress();
    observed.dnsName();
    observed.volumes();
    observed.rollout();
    observed.work();
    return observed.findings();
  }

  private record Observed(Manifest object, List<Finding> findings) {
    private void service() {
      if (!is("Service")) {
        return;
      }
      if (object.at("spec", "type").asText().equals("LoadBalancer")) {
        add(
            Severity.IRREVERSIBLE,
            FindingCode.NEW_ADDRESS,
            "gets a new load balancer address",
            "lower the DNS time to live before the move");
      }
      if (object.has("spec", "loadBalancerIP") || !object.at("spec", "externalIPs").isEmpty()) {
        add(
            Severity.WARNING,
            FindingCode.FIXED_ADDRESS,
            "asks for a fixed address, which the source still holds",
            "");
      }
    }

    private void pinnedAddress() {
      OutsideClaims.annotations(object, "address")
          .forEach(
              name ->
                  add(
                      Severity.WARNING,
                      FindingCode.FIXED_ADDRESS,
                      "names, with %s, a load balancer or an address that the source uses: the target's controller may take or delete it"
                          .formatted(name),
                      "take the annotation out with a modifier, or give it another value"));
    }

    private void dnsName() {
      for (String name : OutsideClaims.annotations(object, "dns")) {
        add(
            Severity.WARNING,
            FindingCode.TWO_DNS_WRITERS,
            "carries %s: external-dns of both clusters would write the same record".formatted(name),
            "stop external-dns in one cluster, or give each its own txt-owner-id");
      }
    }

    private void volumes() {
      if (is("PersistentVolume")) {
        boolean reached = StorageBackend.ofVolume(object.at("spec")).isPresent();
        add(
            Severity.WARNING,
            FindingCode.SHARED_STORAGE,
            reached
                ? "both clusters will point to the same storage"
                : "is on a node: at the target it is another one, unless the nodes of both clusters"
                    + " mount the same storage there",
            "make sure that only one of them writes to it");
      }
      for (JsonNode volume : podSpec().path("volumes")) {
        GONE_VOLUMES.stream()
            .filter(volume::has)
            .forEach(
                kind ->
                    add(
                        Severity.WARNING,
                        FindingCode.GONE_VOLUME_TYPE,
                        "uses a volume of type " + kind + ", which current versions do not have",
                        ""));
      }
    }

    private void rollout() {
      if (!is("Deployment.apps") || !object.at("spec", "paused").asBoolean()) {
        return;
      }
      boolean isRolledOut =
          object.at("status", "updatedReplicas").asInt() >= object.at("status", "replicas").asInt();
      add(
          isRolledOut ? Severity.NOTE : Severity.WARNING,
          FindingCode.PAUSED_ROLLOUT,
          isRolledOut
              ? "its rollout is paused: it is created unpaused, and paused again when its"
                  + " ReplicaSet is there"
              : "its rollout is paused in transit: at the target all its pods are of the template"
                  + " as it stands, while the source still runs an earlier one",
          isRolledOut
              ? ""
              : "kubectl -n %s rollout resume deployment/%s   (or rollout undo; then plan again)"
                  .formatted(object.namespace(), object.name()));
    }

    private void work() {
      if (is("Job.batch")) {
        add(
            Severity.WARNING,
            FindingCode.STARTS_AGAIN,
            "starts from zero at the target: what it did so far is done again",
            "");
      }
      if (is("Secret")
          && object.at("type").asText().equals("kubernetes.io/service-account-token")) {
        add(
            Severity.NOTE,
            FindingCode.NEW_TOKEN,
            "gets a new token at the target; who holds the old one must be given the new one",
            "");
      }
    }

    private JsonNode podSpec() {
      if (is("Pod")) {
        return object.at("spec");
      }
      return is("CronJob.batch")
          ? object.at("spec", "jobTemplate", "spec", "template", "spec")
          : object.at("spec", "template", "spec");
    }

    private boolean is(String groupKind) {
      return object.ref().groupKind().equals(groupKind);
    }

    private void add(Severity severity, FindingCode code, String message, String remedy) {
      findings.add(new Finding(severity, code, Optional.of(object.ref()), message, remedy));
    }
  }
}
