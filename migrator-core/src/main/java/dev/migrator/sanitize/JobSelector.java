package dev.migrator.sanitize;

import java.util.Set;

/**
 * The selector that the source generated for a Job, and the labels that go with it: they hold the
 * source's uid.
 *
 * <p>Before: {@code spec: {selector: {matchLabels: {controller-uid: 1f..}}, template: {metadata:
 * {labels: {controller-uid: 1f.., app: x}}}}}. After: {@code spec: {template: {metadata: {labels:
 * {app: x}}}}}. With {@code manualSelector: true} everything stays.
 */
final class JobSelector implements SanitizeRule {

  private static final Set<String> GENERATED =
      Set.of(
          "controller-uid",
          "batch.kubernetes.io/controller-uid",
          "job-name",
          "batch.kubernetes.io/job-name");

  @Override
  public void apply(Draft draft) {
    if (!draft.is("Job.batch")
        || draft.tree().path("spec").path("manualSelector").asBoolean(false)) {
      return;
    }
    draft.object("spec").ifPresent(spec -> spec.remove("selector"));
    boolean unused = draft.removeFromMetadata("labels", GENERATED::contains);
    draft
        .object("spec", "template", "metadata")
        .ifPresent(
            template -> {
              boolean unusedToo = Draft.removeKeys(template, "labels", GENERATED::contains);
            });
  }
}
