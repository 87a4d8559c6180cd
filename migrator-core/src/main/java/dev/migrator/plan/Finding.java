package dev.migrator.plan;

import dev.migrator.model.ErrorCode;
import dev.migrator.model.ObjectRef;
import java.util.Comparator;
import java.util.Optional;

/**
 * Something that the reader of a plan must know.
 *
 * @param code stable: of a {@link FindingCode}, or of an error that blocks, such as {@code M1101}
 * @param object the object that it is about; empty when it is about the whole move
 * @param message one line, without secrets
 * @param remedy the way out, one line; may be empty
 */
public record Finding(
    Severity severity, String code, Optional<ObjectRef> object, String message, String remedy) {

  /** By code, object and words. */
  public static final Comparator<Finding> BY_TEXT =
      Comparator.comparing(Finding::code)
          .thenComparing(f -> f.object().map(Object::toString).orElse(""))
          .thenComparing(Finding::message)
          .thenComparing(Finding::remedy);

  /** The order in which a {@link Plan} holds its findings: what is worst first. */
  public static final Comparator<Finding> PLAN_ORDER =
      Comparator.comparing(Finding::severity).thenComparing(Finding::harm).thenComparing(BY_TEXT);

  public Finding(
      Severity severity,
      FindingCode code,
      Optional<ObjectRef> object,
      String message,
      String remedy) {
    this(severity, code.id(), object, message, remedy);
  }

  /** As severe as its code says. */
  public Finding(FindingCode code, Optional<ObjectRef> object, String message, String remedy) {
    this(code.severity(), code, object, message, remedy);
  }

  /** As severe as its code says, about this object. */
  public Finding(FindingCode code, ObjectRef object, String message, String remedy) {
    this(code, Optional.of(object), message, remedy);
  }

  /** Of what blocks a plan, or is told, under the code of an error. */
  public Finding(
      Severity severity,
      ErrorCode code,
      Optional<ObjectRef> object,
      String message,
      String remedy) {
    this(severity, code.name(), object, message, remedy);
  }

  public boolean is(FindingCode other) {
    return code.equals(other.id());
  }

  /** What it warns of, as its code says. */
  public FindingCode.Harm harm() {
    return FindingCode.harm(code);
  }
}
