package dev.migrator.check;

import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.List;
import java.util.Optional;

/** Definitions of custom resources that are changed so that the target takes them. */
public final class RepairedDefinitions extends ObjectCheck {

  @Override
  protected List<Finding> of(CheckedObject object) {
    return object.sanitized().repairs().isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.NOTE,
                FindingCode.DEFINITION_REPAIRED,
                Optional.of(object.ref()),
                "is changed so that the target takes it, and its objects stay as they are: "
                    + String.join("; ", object.sanitized().repairs()),
                ""));
  }
}
