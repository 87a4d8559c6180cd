package dev.migrator.classify;

import dev.migrator.model.Manifest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Recognises who keeps an object as a definition elsewhere says, and would undo a deletion.
 *
 * <p>Source: <a
 * href="https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/">resource
 * tracking</a> of Argo CD; <a
 * href="https://fluxcd.io/flux/components/kustomize/kustomizations/">Kustomizations</a> and <a
 * href="https://fluxcd.io/flux/components/helm/helmreleases/">HelmReleases</a> of Flux
 */
public final class GitOpsOwner {

  /**
   * Who keeps an object.
   *
   * @param name the reconciler and its own object, such as {@code Flux Kustomization
   *     flux-system/apps}
   * @param pause the command that stops it
   * @param returns what happens to a deleted object, in words
   */
  public record Reconciler(String name, String pause, String returns) {}

  private static final String AT_ONCE = "creates it again when it is deleted at the source";

  /** Names of Kubernetes, with the signs of Argo CD's tracking ids. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/-]{1,512}");

  private GitOpsOwner() {}

  /** Empty when no tool has put its mark on the object. */
  public static Optional<Reconciler> of(Manifest object) {
    return argo(object)
        .or(() -> flux(object, "kustomize", "Kustomization"))
        .or(() -> flux(object, "helm", "HelmRelease"))
        .or(() -> helm(object));
  }

  private static Optional<Reconciler> argo(Manifest object) {
    // The id is APPLICATION:group/kind:namespace/name, or NAMESPACE_APPLICATION:... .
    String tracking = mark(object, "argocd.argoproj.io/tracking-id");
    String id = tracking.isEmpty() ? "" : tracking.replaceFirst(":.*", "");
    String name = id.isEmpty() ? mark(object, "argocd.argoproj.io/instance") : id;
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Reconciler(
                "Argo CD Application " + name,
                "kubectl -n argocd annotate application.argoproj.io %s argocd.argoproj.io/skip-reconcile=true"
                    .formatted(name),
                AT_ONCE));
  }

  private static Optional<Reconciler> flux(Manifest object, String toolkit, String kind) {
    String name = mark(object, toolkit + ".toolkit.fluxcd.io/name");
    String namespace = mark(object, toolkit + ".toolkit.fluxcd.io/namespace");
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Reconciler(
                "Flux %s %s".formatted(kind, namespace.isEmpty() ? name : namespace + "/" + name),
                "flux suspend %s %s%s"
                    .formatted(
                        kind.toLowerCase(java.util.Locale.ROOT),
                        name,
                        namespace.isEmpty() ? "" : " -n " + namespace),
                AT_ONCE));
  }

  private static Optional<Reconciler> helm(Manifest object) {
    String name = mark(object, "meta.helm.sh/release-name");
    String namespace = mark(object, "meta.helm.sh/release-namespace");
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Reconciler(
                "Helm release " + (namespace.isEmpty() ? name : namespace + "/" + name),
                "let nobody run helm upgrade for it at the source until the move is over",
                "creates it again at its next upgrade at the source"));
  }

  /** Only a name: what else stands there is nothing that a finding may repeat. */
  private static String mark(Manifest object, String key) {
    String annotation = object.at("metadata", "annotations", key).asText("");
    String value =
        annotation.isEmpty() ? object.at("metadata", "labels", key).asText("") : annotation;
    return NAME.matcher(value).matches() ? value : "";
  }
}
