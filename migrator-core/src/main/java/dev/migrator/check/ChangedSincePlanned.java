package dev.migrator.check;

import dev.migrator.model.Manifest;
import dev.migrator.model.Origin;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.List;

/**
 * Objects on their way back of which somebody changed a field that was to be set back, since that
 * was planned. Only what goes back has such fields.
 *
 * <p>Source: docs/adr/0046
 */
public final class ChangedSincePlanned extends ObjectCheck {

  @Override
  protected List<Finding> of(CheckedObject object) {
    return object.sanitized().unfit().isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                FindingCode.CHANGED_AT_TARGET,
                object.ref(),
                "was changed since its way back was planned: "
                    + String.join(", ", object.sanitized().unfit()),
                remedy(object.object())));
  }

  /** The mark names the run that moved it. */
  private static String remedy(Manifest object) {
    return Origin.of(object)
        .map(mark -> "migrator rollback " + mark.run() + " --backward   (plans the way back again)")
        .orElse("plan the way back again, by the command that had planned it");
  }
}
