package dev.migrator.inventory;

import dev.migrator.cluster.Discovery;
import dev.migrator.model.ResourceType;
import dev.migrator.sanitize.Conversions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses, for each kind of the source, the version that both servers serve: the target's best
 * stable one, so that the source's server converts. Where they share none, a conversion of ours,
 * else nothing.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/reference/using-api/#api-versioning">API
 * versioning</a>
 */
public final class Versions {

  private static final Pattern VERSION = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

  private Versions() {}

  /**
   * One choice for each group and resource of the source, sorted by group and plural. A custom kind
   * that only the source serves is chosen at the source's best version: its definition travels
   * first.
   */
  public static List<VersionChoice> choose(Discovery source, Discovery target) {
    Map<String, List<ResourceType>> atTarget = byGroupResource(target);
    List<VersionChoice> choices = new ArrayList<>();
    byGroupResource(source)
        .forEach(
            (resource, types) ->
                choices.add(choose(types, atTarget.getOrDefault(resource, List.of()), atTarget)));
    return List.copyOf(choices);
  }

  private static VersionChoice choose(
      List<ResourceType> source,
      List<ResourceType> target,
      Map<String, List<ResourceType>> atTarget) {
    Map<String, ResourceType> byVersion = new LinkedHashMap<>();
    source.forEach(type -> byVersion.putIfAbsent(type.version(), type));
    Optional<ResourceType> shared =
        target.stream()
            .filter(type -> byVersion.containsKey(type.version()))
            .min(bestFirst(target));
    if (shared.isPresent()) {
      ResourceType from = byVersion.get(shared.get().version());
      return new VersionChoice(
          from == null ? source.getFirst() : from, Optional.of(shared.get().apiVersion()), "");
    }
    // Of several old versions the newest one says most: the server converts up to it.
    for (ResourceType from :
        source.stream()
            .sorted(Comparator.comparingInt((ResourceType t) -> -number(t.version())))
            .toList()) {
      Optional<String> to = Conversions.replacement(from.kind(), from.apiVersion());
      if (to.isPresent() && isServed(from.plural(), to.get(), atTarget)) {
        return new VersionChoice(from, to, "");
      }
    }
    ResourceType best = source.stream().min(bestFirst(source)).orElse(source.getFirst());
    if (Conversions.advice(best.groupKind()).isPresent()) {
      return new VersionChoice(best, Optional.empty(), Conversions.advice(best.groupKind()).get());
    }
    if (target.isEmpty() && isCustom(best)) {
      return new VersionChoice(best, Optional.of(best.apiVersion()), "");
    }
    return new VersionChoice(
        best,
        Optional.empty(),
        target.isEmpty()
            ? "the target does not serve " + best.groupResource()
            : "the target serves "
                + best.groupResource()
                + " only as "
                + target.getFirst().version());
  }

  /**
   * Kinds of Kubernetes itself live in groups without a dot, or below k8s.io; definitions of users
   * do not travel there by themselves.
   */
  public static boolean isCustom(ResourceType type) {
    return type.group().contains(".") && !BUILT_IN.contains(type.group());
  }

  private static final java.util.Set<String> BUILT_IN =
      java.util.Set.of(
          "admissionregistration.k8s.io",
          "apiextensions.k8s.io",
          "apiregistration.k8s.io",
          "authentication.k8s.io",
          "authorization.k8s.io",
          "certificates.k8s.io",
          "coordination.k8s.io",
          "discovery.k8s.io",
          "events.k8s.io",
          "flowcontrol.apiserver.k8s.io",
          "internal.apiserver.k8s.io",
          "networking.k8s.io",
          "node.k8s.io",
          "rbac.authorization.k8s.io",
          "resource.k8s.io",
          "scheduling.k8s.io",
          "storage.k8s.io",
          "storagemigration.k8s.io",
          "settings.k8s.io");

  private static boolean isServed(
      String plural, String apiVersion, Map<String, List<ResourceType>> atTarget) {
    return atTarget.values().stream()
        .flatMap(List::stream)
        .anyMatch(type -> type.plural().equals(plural) && type.apiVersion().equals(apiVersion));
  }

  /** Stable before beta before alpha, then the server's own order. */
  private static Comparator<ResourceType> bestFirst(List<ResourceType> serverOrder) {
    return Comparator.comparingInt((ResourceType type) -> stability(type.version()))
        .thenComparingInt(serverOrder::indexOf);
  }

  /** {@code v2beta2} is newer than {@code v2beta1}, which is newer than {@code v2alpha1}. */
  private static int number(String version) {
    Matcher matcher = VERSION.matcher(version);
    if (!matcher.matches()) {
      return 0;
    }
    int minor = matcher.group(3) == null ? 0 : Math.min(99, Integer.parseInt(matcher.group(3)));
    return (2 - stability(version)) * 1_000_000
        + Math.min(999, Integer.parseInt(matcher.group(1))) * 1_000
        + minor;
  }

  private static int stability(String version) {
    Matcher matcher = VERSION.matcher(version);
    if (!matcher.matches()) {
      return 3;
    }
    return matcher.group(2) == null ? 0 : matcher.group(2).equals("beta") ? 1 : 2;
  }

  private static Map<String, List<ResourceType>> byGroupResource(Discovery discovery) {
    Map<String, List<ResourceType>> types = new TreeMap<>();
    discovery
        .types()
        .forEach(
            type -> types.computeIfAbsent(type.groupResource(), k -> new ArrayList<>()).add(type));
    return types;
  }
}
