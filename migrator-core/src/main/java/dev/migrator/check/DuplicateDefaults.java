package dev.migrator.check;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Defaults of which a cluster may have one, where the target has another one already. */
public final class DuplicateDefaults implements Check {

  private static final String STORAGE_CLASS = "StorageClass.storage.k8s.io";

  private static final Map<String, List<String>> MARKS =
      Map.of(
          STORAGE_CLASS,
          List.of(
              "storageclass.kubernetes.io/is-default-class",
              "storageclass.beta.kubernetes.io/is-default-class"),
          "IngressClass.networking.k8s.io",
          List.of("ingressclass.kubernetes.io/is-default-class"));

  /** Of these a cluster has one default. */
  private static final String[] KINDS = {
    "IngressClass.networking.k8s.io", "PriorityClass.scheduling.k8s.io", STORAGE_CLASS
  };

  private final Set<ObjectRef> defaults = new TreeSet<>();

  @Override
  public void see(CheckedObject object) {
    if (isDefault(object.body())) {
      defaults.add(object.ref());
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    return findings(defaults.stream().filter(move::isNew).toList(), move.target().all(KINDS));
  }

  /** The storage class that claims get which name none; empty when the target will have none. */
  String storageClass(Move move) {
    return move.target().all(STORAGE_CLASS).stream()
        .filter(DuplicateDefaults::isDefault)
        .map(Manifest::name)
        .findFirst()
        .or(
            () ->
                defaults.stream()
                    .filter(ref -> ref.groupKind().equals(STORAGE_CLASS))
                    .filter(move::travels)
                    .map(ObjectRef::name)
                    .findFirst())
        .orElse("");
  }

  /** True when the object says that it is the default of its kind. */
  static boolean isDefault(Manifest object) {
    if (object.ref().groupKind().equals("PriorityClass.scheduling.k8s.io")) {
      return object.at("globalDefault").asBoolean(false);
    }
    return MARKS.getOrDefault(object.ref().groupKind(), List.of()).stream()
        .anyMatch(mark -> "true".equals(object.annotations().get(mark)));
  }

  /**
   * @param created defaults that will be created
   * @param atTarget everything of these kinds that the target has
   */
  static List<Finding> findings(Collection<ObjectRef> created, Collection<Manifest> atTarget) {
    List<Finding> findings = new ArrayList<>();
    for (Manifest there : atTarget) {
      for (ObjectRef ref : created) {
        boolean second =
            ref.groupKind().equals(there.ref().groupKind())
                && !ref.equals(there.ref())
                && isDefault(there);
        if (second) {
          boolean refused = ref.kind().equals("PriorityClass");
          findings.add(
              new Finding(
                  FindingCode.SECOND_DEFAULT,
                  ref,
                  "is the default of its kind, and so is %s of the target: %s"
                      .formatted(
                          there.name(),
                          refused
                              ? "the target will refuse it"
                              : "which of them is taken is not defined"),
                  "a modifier that takes the mark of the default away, or leave it out"));
        }
      }
    }
    return findings;
  }
}
