package dev.migrator.execute;

import dev.migrator.model.Manifest;
import java.util.Iterator;
import java.util.Set;

/**
 * What every namespace gets from the cluster itself, and would get again, and the rights that it
 * was given for the move: by kind, name and value, because a person may call an object of another
 * kind {@code default}, too.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/configuration/configmap/">kube-root-ca.crt</a>, <a
 * href="https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts">default
 * ServiceAccounts</a>
 */
public final class NamespaceDefaults {

  /**
   * The label of roles that were printed for whoever moves or goes back: they go with their
   * namespace.
   */
  public static final String RIGHTS = "migrator.dev/rights";

  /** By whom a namespace of OpenShift gets its accounts' secrets. */
  private static final String OPENSHIFT = "openshift.io/";

  private static final Set<String> BUNDLES = Set.of("kube-root-ca.crt", "openshift-service-ca.crt");
  private static final Set<String> BUNDLE_KEYS = Set.of("ca.crt", "service-ca.crt");

  private NamespaceDefaults() {}

  static boolean is(Manifest object) {
    return switch (object.ref().groupKind()) {
      case "ConfigMap" -> BUNDLES.contains(object.name()) && holdsOnlyABundle(object);
      case "ServiceAccount" -> object.name().equals("default") && isPlain(object);
      case "Role.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io" ->
          object.name().startsWith("migrator-") && object.labels().containsKey(RIGHTS);
      default -> false;
    };
  }

  private static boolean holdsOnlyABundle(Manifest map) {
    for (Iterator<String> keys = map.at("data").fieldNames(); keys.hasNext(); ) {
      if (!BUNDLE_KEYS.contains(keys.next())) {
        return false;
      }
    }
    return !map.has("binaryData");
  }

  /** Whose labels or annotations somebody set, such as a cloud's identity, is not made again. */
  private static boolean isPlain(Manifest account) {
    return account.labels().isEmpty()
        && account.annotations().keySet().stream().allMatch(key -> key.startsWith(OPENSHIFT));
  }
}
