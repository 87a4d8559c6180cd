package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.classify.StatusKnowledge;
import dev.migrator.migration.Migration;
import dev.migrator.model.Amount;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import dev.migrator.plan.Severity;
import dev.migrator.sanitize.MappedStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What only the status of custom resources holds: of which it travels, and of which it is said that
 * it does not.
 */
public final class StatusMemory implements Check {

  private static final int MOST_NAMES = 5;
  private static final String CORRECT =
      "look at these fields at the target, and correct them by kubectl edit --subresource=status";

  private final MappedStatus names;
  private final Map<String, Kind> kinds = new TreeMap<>();

  /**
   * The objects of a kind that remember something.
   *
   * @param any of them, which stands for the kind
   * @param plain whether the source keeps their status like any other field
   * @param unmapped where a status still names a namespace as the source does, by object
   */
  private record Kind(
      ObjectRef any,
      boolean plain,
      List<ObjectRef> refs,
      Set<String> fields,
      Map<ObjectRef, Set<String>> unmapped) {}

  /**
   * @param names what becomes of the names of namespaces in a status that travels
   */
  public StatusMemory(MappedStatus names) {
    this.names = names;
  }

  /**
   * What a status holds beyond what its controller says of the object as it is now: without
   * conditions and observed generations, which are of the source's object.
   */
  public static ObjectNode of(Manifest object) {
    ObjectNode memory = Json.object();
    for (Map.Entry<String, JsonNode> field : object.at("status").properties()) {
      if (!field.getKey().equals("conditions") && !field.getKey().equals("observedGeneration")) {
        memory.set(field.getKey(), field.getValue());
      }
    }
    return memory;
  }

  @Override
  public void see(CheckedObject object) {
    ObjectRef ref = object.ref();
    // Where the source serves no status of its own for the kind, it is a field like any other.
    boolean plain = !object.type().subresources().contains("status");
    if (!ref.isForeign()) {
      return;
    }
    ObjectNode memory = of(object.object());
    if (!memory.isEmpty()) {
      Kind kind =
          kinds.computeIfAbsent(
              ref.groupKind(),
              k -> new Kind(ref, plain, new ArrayList<>(), new TreeSet<>(), new TreeMap<>()));
      kind.refs().add(ref);
      Set<String> left = names.left(memory);
      if (!left.isEmpty()) {
        kind.unmapped().put(ref, left);
      }
      memory.fieldNames().forEachRemaining(kind.fields()::add);
    }
  }

  /** The kinds whose status travels although nobody said so. */
  public List<String> known() {
    return kinds.entrySet().stream()
        .filter(e -> e.getValue().plain() || StatusKnowledge.reason(e.getValue().any()).isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A finding a kind. */
  @Override
  public List<Finding> findings(Move move) {
    Migration.Data data = move.migration().data();
    List<Finding> findings = new ArrayList<>();
    kinds.forEach(
        (name, kind) -> {
          List<ObjectRef> some = kind.refs().stream().filter(move::travels).sorted().toList();
          if (!some.isEmpty()) {
            findings.add(
                data.carriesStatus(kind.any())
                    ? carried(name, kind, some)
                    : stays(name, kind, some));
          }
        });
    return findings;
  }

  private static Finding carried(String name, Kind kind, List<ObjectRef> some) {
    String of =
        "the status of %s %s (%s) travels".formatted(Amount.of(some.size()), name, names(some));
    String unmapped = unmapped(kind, some);
    if (kind.plain()) {
      return finding(
          unmapped.isEmpty() ? Severity.NOTE : Severity.WARNING,
          FindingCode.STATUS_CARRIED,
          of + ": their definition keeps it as plain data" + unmapped,
          unmapped.isEmpty() ? "" : CORRECT);
    }
    return finding(
        Severity.WARNING,
        FindingCode.STATUS_CARRIED,
        of
            + StatusKnowledge.reason(kind.any()).map(why -> ", because " + why).orElse("")
            + ": it is written right after each was created, and a controller that is at work at"
            + " the target may be faster"
            + unmapped,
        "let their controller rest at the target until they are there"
            + (unmapped.isEmpty() ? "" : "; " + CORRECT));
  }

  /** Which fields keep the source's name of a namespace; empty when none does. */
  private static String unmapped(Kind kind, List<ObjectRef> some) {
    Set<String> fields =
        some.stream()
            .flatMap(ref -> kind.unmapped().getOrDefault(ref, Set.of()).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    return fields.isEmpty()
        ? ""
        : "; it names a namespace as the source does, which is not rewritten, in "
            + String.join(", ", fields);
  }

  private static Finding stays(String name, Kind kind, List<ObjectRef> some) {
    return finding(
        Severity.NOTE,
        FindingCode.STATUS_STAYS,
        "what only the status of %s %s (%s) holds does not travel: %s"
            .formatted(Amount.of(some.size()), name, names(some), String.join(", ", kind.fields())),
        "where their controller cannot do without it: statusOf: [%s] in the migration file"
            .formatted(name));
  }

  private static String names(List<ObjectRef> some) {
    return some.stream()
            .limit(MOST_NAMES)
            .map(ref -> ref.isClusterScoped() ? ref.name() : ref.namespace() + "/" + ref.name())
            .collect(Collectors.joining(", "))
        + (some.size() > MOST_NAMES ? " and more" : "");
  }

  private static Finding finding(
      Severity severity, FindingCode code, String message, String remedy) {
    return new Finding(severity, code, Optional.empty(), message, remedy);
  }
}
