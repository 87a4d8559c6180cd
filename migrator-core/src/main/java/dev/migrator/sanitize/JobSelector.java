package dev.migrator.sanitize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.function.Predicate;

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
      Set.of("controller-uid", "batch.kubernetes.io/controller-uid");

  private static final Set<String> NAMES = Set.of("job-name", "batch.kubernetes.io/job-name");

  @Override
  public void apply(Draft draft) {
    if (!draft.is("Job.batch")
        || draft.tree().path("spec").path("manualSelector").asBoolean(false)) {
      return;
    }
    draft.object("spec").ifPresent(spec -> spec.remove("selector"));
    Predicate<String> labels = GENERATED::contains;
    boolean unused = draft.removeFromMetadata("labels", labels.or(nameIn(draft.metadata(), draft)));
    draft
        .object("spec", "template", "metadata")
        .ifPresent(
            template -> {
              boolean unusedToo =
                  Draft.removeKeys(template, "labels", labels.or(nameIn(template, draft)));
            });
  }

  /** The server labels pods with the Job's name; another name there is the user's own label. */
  private static Predicate<String> nameIn(ObjectNode metadata, Draft draft) {
    return key ->
        NAMES.contains(key)
            && metadata.path("labels").path(key).asText().equals(draft.source().name());
  }
}
