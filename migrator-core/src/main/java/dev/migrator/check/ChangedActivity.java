package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.Protection;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.List;

/**
 * What is handed over and is told by a modifier whether it works at the target: it does not go on
 * there as it was at the source.
 */
public final class ChangedActivity extends ObjectCheck {

  private static final List<List<String>> FIELDS =
      List.of(List.of("spec", "suspend"), List.of("spec", "replicas"), List.of("spec", "paused"));

  /** One finding a field. */
  @Override
  protected List<Finding> of(CheckedObject one) {
    Manifest object = one.object();
    Manifest body = one.body();
    if (!one.verdict().is(Protection.DUPLICATION)) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    for (List<String> field : FIELDS) {
      String was = text(object, field);
      String becomes = text(body, field);
      if (!was.equals(becomes)) {
        findings.add(
            new Finding(
                FindingCode.CHANGED_ACTIVITY,
                java.util.Optional.of(object.ref()),
                "%s is %s at the source and %s in what is sent: it starts like that at the target"
                    .formatted(String.join(".", field), was, becomes),
                ""));
      }
    }
    return findings;
  }

  private static String text(Manifest object, List<String> field) {
    JsonNode value = object.at(field.toArray(String[]::new));
    return value.isMissingNode() ? "not set" : Json.text(value);
  }
}
