package dev.migrator.check;

import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.List;

/** Definitions of custom resources that are changed so that the target takes them. */
public final class RepairedDefinitions extends ObjectCheck {

  @Override
  protected List<Finding> of(CheckedObject object) {
    return object.sanitized().repairs().isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                FindingCode.DEFINITION_REPAIRED,
                object.ref(),
                "is changed so that the target takes it, and its objects stay as they are: "
                    + String.join("; ", object.sanitized().repairs()),
                ""));
  }
}
