package dev.migrator.sanitize;

import dev.migrator.migration.VolumeDecisions;
import dev.migrator.model.Manifest;
import java.util.List;

/**
 * Makes of an object of the source what is sent to the target.
 *
 * <p>Shape: idempotent; the fields that stay keep their values to the letter and their order. Safe
 * for use by many threads.
 */
public final class Sanitizer {

  private final List<SanitizeRule> rules;

  public Sanitizer(SanitizeContext context) {
    this.rules =
        List.of(
            new AllocatedServiceFields(context.serviceRanges()),
            new ServerFields(),
            new ForeignOwners(),
            new ServerAnnotations(),
            new PodAssignments(),
            new TopologyLabels(),
            new JobSelector(),
            new ClaimBinding(VolumeDecisions.of(context.volumes())),
            new VolumeClaimRef(),
            new ServiceAccountTokens(),
            new TokenSecret(),
            new NamespaceFinalizers(),
            new AggregatedRules(),
            new InjectedBundles(),
            new DefinitionRepairs(),
            new TemplateProfiles(),
            new TemplateMasterLabel(),
            new NamespaceMapping(context.mappings().namespaces()),
            new ServiceNames(context.mappings().namespaces()),
            new ClassMapping(context.mappings()),
            new ImageMapping(context.mappings().images()),
            new ModifierRule(context.modifiers()),
            new OriginalFields(context.mappings().originals()));
  }

  /** The object as it is to be sent, before the mark of its origin. */
  public Sanitized sanitize(Manifest source) {
    Draft draft = new Draft(source);
    rules.forEach(rule -> rule.apply(draft));
    return new Sanitized(Manifest.of(draft.tree()), draft.drops(), draft.repairs(), draft.unfit());
  }
}
