package dev.migrator.plan.preflight;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.Finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Defaults of which a cluster may have one, where the target has another one already. */
public final class SecondDefaults {

  private static final Map<String, List<String>> MARKS =
      Map.of(
          "StorageClass.storage.k8s.io",
          List.of(
              "storageclass.kubernetes.io/is-default-class",
              "storageclass.beta.kubernetes.io/is-default-class"),
          "IngressClass.networking.k8s.io",
          List.of("ingressclass.kubernetes.io/is-default-class"));

  private SecondDefaults() {}

  /** The kinds of which a cluster has one default. */
  public static Set<String> kinds() {
    return Set.of(
        "StorageClass.storage.k8s.io",
        "IngressClass.networking.k8s.io",
        "PriorityClass.scheduling.k8s.io");
  }

  /** True when the object says that it is the default of its kind. */
  public static boolean isDefault(Manifest object) {
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
  public static List<Finding> findings(
      Collection<ObjectRef> created, Collection<Manifest> atTarget) {
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
                  Severity.WARNING,
                  "second-default",
                  Optional.of(ref),
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
