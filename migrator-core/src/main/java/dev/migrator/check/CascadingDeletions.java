package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.classify.Verdict;
import dev.migrator.model.Manifest;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Custom resources whose deletion at the source would take other things along: workloads inside the
 * cluster, or what they stand for outside of it.
 *
 * <p>Source: <a href="https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/">deletion
 * of Applications</a>
 */
public final class CascadingDeletions extends ObjectCheck {

  private static final String FINALIZER = "resources-finalizer.argocd.argoproj.io";

  /** Groups whose objects are paused before they are deleted, and then take nothing along. */
  private static final Set<String> HARMLESS_WHEN_PAUSED =
      Set.of("kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io", "keda.sh", "argoproj.io");

  @Override
  protected List<Finding> of(CheckedObject object) {
    return of(object.object(), object.verdict());
  }

  /** What stands against deleting the object; nothing for what is not deleted. */
  static List<Finding> of(Manifest object, Verdict verdict) {
    if (!(verdict instanceof Verdict.Decided decided)
        || decided.protection() != Protection.DUPLICATION) {
      return List.of();
    }
    return switch (object.ref().groupKind()) {
      case "Application.argoproj.io" -> application(object);
      case "ApplicationSet.argoproj.io" -> applicationSet(object);
      default -> outside(object, decided.rule());
    };
  }

  private static List<Finding> application(Manifest application) {
    for (JsonNode finalizer : application.at("metadata", "finalizers")) {
      if (finalizer.asText().startsWith(FINALIZER)) {
        return List.of(
            finding(
                Severity.BLOCKER,
                FindingCode.CASCADING_DELETION,
                application,
                "has the finalizer "
                    + finalizer.asText()
                    + ": to delete it at the source deletes every workload that it deploys",
                "kubectl -n %s patch application.argoproj.io %s --type merge -p '{\"metadata\":{\"finalizers\":null}}'   (then plan again; or label it loss)"
                    .formatted(application.namespace(), application.name())));
      }
    }
    return List.of();
  }

  private static List<Finding> applicationSet(Manifest set) {
    return set.at("spec", "syncPolicy", "preserveResourcesOnDeletion").asBoolean(false)
        ? List.of()
        : List.of(
            finding(
                Severity.BLOCKER,
                FindingCode.CASCADING_DELETION,
                set,
                "to delete it at the source deletes its Applications and every workload that they"
                    + " deploy",
                "kubectl -n %s patch applicationset.argoproj.io %s --type merge -p '{\"spec\":{\"syncPolicy\":{\"preserveResourcesOnDeletion\":true}}}'   (then plan again; or label it loss)"
                    .formatted(set.namespace(), set.name())));
  }

  /** To delete what may live outside must be somebody's wish, not a default. */
  private static List<Finding> outside(Manifest object, String rule) {
    if (!object.ref().isForeign()
        || HARMLESS_WHEN_PAUSED.contains(object.ref().group())
        || object.at("metadata", "finalizers").isEmpty()) {
      return List.of();
    }
    boolean wished = !rule.startsWith("default for ");
    return List.of(
        finding(
            wished ? Severity.IRREVERSIBLE : Severity.BLOCKER,
            FindingCode.DELETION_REACHES_OUTSIDE,
            object,
            "has finalizers: its controller may delete what it stands for outside the cluster when"
                + " it leaves the source",
            wished
                ? "ask the controller's documentation how to keep it"
                : "decide it by a label or a rule: duplication when nothing outside is lost, loss"
                    + " to copy it and keep the source's"));
  }

  private static Finding finding(
      Severity severity, FindingCode code, Manifest object, String message, String remedy) {
    return new Finding(severity, code, Optional.of(object.ref()), message, remedy);
  }
}
