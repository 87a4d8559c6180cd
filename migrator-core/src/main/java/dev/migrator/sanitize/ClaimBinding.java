package dev.migrator.sanitize;

/**
 * The volume to which the source bound a claim: the data does not travel.
 *
 * <p>Before: {@code spec: {volumeName: pvc-1f.., dataSource: {...}}}. After: {@code spec: {}}.
 */
final class ClaimBinding implements SanitizeRule {

  @Override
  public void apply(Draft draft) {
    if (!draft.is("PersistentVolumeClaim")) {
      return;
    }
    draft
        .object("spec")
        .ifPresent(
            spec -> {
              for (String field : new String[] {"volumeName", "dataSource", "dataSourceRef"}) {
                if (spec.remove(field) != null) {
                  draft.dropped("spec." + field);
                }
              }
            });
  }
}
