package dev.migrator.check;

import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import java.util.List;
import java.util.Optional;

/**
 * What the target's admission will refuse, told in one way whoever refuses it.
 *
 * @param object that is refused, or that makes what is refused
 * @param by the LimitRange or ResourceQuota
 * @param travels whether that one comes along from the source
 * @param why one or more reasons
 */
record RefusedObject(
    ObjectRef object, ObjectRef by, boolean travels, List<String> why, String remedy) {

  private static final int SHOWN = 3;

  RefusedObject {
    why = List.copyOf(why);
  }

  /** The object itself is refused, which blocks. */
  Finding itself() {
    return new Finding(
        FindingCode.REFUSED_BY_POLICY,
        object,
        "will be refused by %s: %s".formatted(whose(), some()),
        remedy);
  }

  /**
   * The object is taken, and what it makes is not.
   *
   * @param what such as {@code its pods}
   */
  Finding whatItMakes(FindingCode code, String what) {
    return new Finding(
        Severity.WARNING,
        code,
        Optional.of(object),
        "can be created, but %s will be refused by %s: %s".formatted(what, whose(), some()),
        remedy);
  }

  /**
   * The object is taken or not, as it happens.
   *
   * @param what such as {@code it} or {@code its pods}
   * @param when on what it depends
   */
  Finding perhaps(FindingCode code, String what, String when) {
    return new Finding(
        Severity.WARNING,
        code,
        Optional.of(object),
        "%s may be refused by %s, %s: %s".formatted(what, whose(), when, some()),
        remedy);
  }

  private String whose() {
    return by + (travels ? ", which travels along" : " of the target");
  }

  private String some() {
    return String.join("; ", why.subList(0, Math.min(SHOWN, why.size())))
        + (why.size() > SHOWN ? "; and " + (why.size() - SHOWN) + " more" : "");
  }
}
