package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which admission webhooks of the target see what is planned, decided as its API server does: by
 * rules, matchPolicy, and the selectors of namespaces and objects.
 *
 * <p>Shape: namespaces are told before what is in them.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/">Dynamic
 * Admission Control</a>; kubernetes {@code apiserver/pkg/admission/plugin/webhook}
 */
public final class WebhookMatches {

  /** The API server asks no webhook about these, so that nobody locks himself out. */
  private static final String NEVER_ASKED = "admissionregistration.k8s.io";

  /**
   * One webhook of a configuration.
   *
   * @param fail whether nothing passes while it does not answer
   * @param conditional whether it has conditions that only the server can evaluate
   * @param service that answers; empty for an address
   */
  public record Hook(
      ObjectRef configuration,
      String name,
      boolean mutates,
      boolean fail,
      boolean conditional,
      Optional<ObjectRef> service) {}

  /**
   * That a webhook sees something.
   *
   * @param what the plural and group of what it sees
   * @param ofPods whether it sees not the object but the pods that it makes
   * @param certain false where only the server can tell
   */
  public record Sight(Hook hook, String what, boolean ofPods, boolean certain) {}

  private record Judge(Hook hook, JsonNode webhook, boolean equivalent) {}

  /** What is asked about, as far as webhooks are concerned. */
  private record Request(
      String group,
      String version,
      String plural,
      String namespace,
      Map<String, String> labels,
      Set<String> operations) {

    boolean isNamespace() {
      return group.isEmpty() && plural.equals("namespaces");
    }

    String groupResource() {
      return group.isEmpty() ? plural : plural + "." + group;
    }
  }

  private final List<Judge> judges = new ArrayList<>();
  private final Map<String, Map<String, String>> namespaces = new HashMap<>();
  private final Function<String, Set<String>> versions;
  private final Map<Sight, Sight> known = new HashMap<>();

  /**
   * @param configurations of both kinds, of the target
   * @param atTarget the target's namespaces
   * @param versions at which the target serves a kind, such as {@code deployments.apps}; none where
   *     it does not serve it yet
   */
  public WebhookMatches(
      Collection<Manifest> configurations,
      Collection<Manifest> atTarget,
      Function<String, Set<String>> versions) {
    this.versions = versions;
    for (Manifest configuration : configurations) {
      for (JsonNode webhook : configuration.at("webhooks")) {
        judges.add(judge(configuration, webhook));
      }
    }
    atTarget.forEach(this::namespace);
  }

  /** The webhooks of the target. */
  static WebhookMatches of(ClusterView target) {
    return new WebhookMatches(
        target.all(
            "MutatingWebhookConfiguration.admissionregistration.k8s.io",
            "ValidatingWebhookConfiguration.admissionregistration.k8s.io"),
        target.all("Namespace"),
        target::versions);
  }

  private static Judge judge(Manifest configuration, JsonNode webhook) {
    JsonNode service = webhook.path("clientConfig").path("service");
    return new Judge(
        new Hook(
            configuration.ref(),
            webhook.path("name").asText(),
            configuration.kind().startsWith("Mutating"),
            !webhook.path("failurePolicy").asText("Fail").equals("Ignore"),
            !webhook.path("matchConditions").isEmpty(),
            service.isMissingNode()
                ? Optional.empty()
                : Optional.of(
                    ObjectRef.core(
                        "Service",
                        service.path("namespace").asText(),
                        service.path("name").asText()))),
        webhook.deepCopy(),
        !webhook.path("matchPolicy").asText("Equivalent").equals("Exact"));
  }

  /** The webhooks, in the order of their configurations. */
  public List<Hook> hooks() {
    return judges.stream().map(Judge::hook).toList();
  }

  private void namespace(Manifest namespace) {
    Map<String, String> labels = new HashMap<>(namespace.labels());
    labels.put("kubernetes.io/metadata.name", namespace.name());
    namespaces.putIfAbsent(namespace.name(), labels);
  }

  /**
   * What sees this object when it is created at the target, or the pods that it makes.
   *
   * @param body as it will be sent
   * @param plural as in its address
   * @param changed whether it will also be updated after it is created
   */
  public List<Sight> seeing(Manifest body, String plural, boolean changed) {
    if (body.ref().groupKind().equals("Namespace")) {
      namespace(body);
    }
    if (judges.isEmpty()) {
      return List.of();
    }
    String apiVersion = body.apiVersion();
    int slash = apiVersion.indexOf('/');
    boolean namespace = body.ref().groupKind().equals("Namespace");
    Request request =
        new Request(
            slash < 0 ? "" : apiVersion.substring(0, slash),
            apiVersion.substring(slash + 1),
            plural,
            namespace ? body.name() : body.namespace(),
            namespace ? namespaces.getOrDefault(body.name(), body.labels()) : body.labels(),
            changed ? Set.of("CREATE", "UPDATE") : Set.of("CREATE"));
    List<Sight> sights = new ArrayList<>();
    judges.forEach(judge -> see(judge, request, false).ifPresent(sights::add));
    if (!request.plural().equals("pods")) {
      podLabels(body)
          .map(labels -> new Request("", "v1", "pods", body.namespace(), labels, Set.of("CREATE")))
          .ifPresent(
              pods -> judges.forEach(judge -> see(judge, pods, true).ifPresent(sights::add)));
    }
    return sights;
  }

  private static Optional<Map<String, String>> podLabels(Manifest body) {
    JsonNode template = AdmissionRequest.template(body);
    if (!template.path("spec").path("containers").isArray()) {
      return Optional.empty();
    }
    return Optional.of(AdmissionRequest.labels(template));
  }

  private Optional<Sight> see(Judge judge, Request request, boolean ofPods) {
    if (request.group().equals(NEVER_ASKED)
        || !LabelSelector.matches(judge.webhook().path("objectSelector"), request.labels())
        || !isOfNamespace(judge.webhook().path("namespaceSelector"), request)) {
      return Optional.empty();
    }
    Set<String> served = versions.apply(request.groupResource());
    boolean asSent = false;
    boolean otherwise = false;
    for (JsonNode rule : judge.webhook().path("rules")) {
      if (isAbout(rule, request)) {
        JsonNode named = rule.path("apiVersions");
        asSent |= has(named, request.version());
        // Of a kind that is not served yet, nobody knows the other versions.
        otherwise |= served.isEmpty() || served.stream().anyMatch(version -> has(named, version));
      }
    }
    if (!asSent && !(judge.equivalent() && otherwise)) {
      return Optional.empty();
    }
    boolean certain = !judge.hook().conditional() && (asSent || !served.isEmpty());
    Sight sight = new Sight(judge.hook(), request.groupResource(), ofPods, certain);
    return Optional.of(known.computeIfAbsent(sight, s -> s));
  }

  private boolean isOfNamespace(JsonNode selector, Request request) {
    return request.namespace().isEmpty()
        || LabelSelector.matches(
            selector,
            namespaces.getOrDefault(
                request.namespace(), Map.of("kubernetes.io/metadata.name", request.namespace())));
  }

  private static boolean isAbout(JsonNode rule, Request request) {
    boolean cluster = request.isNamespace() || request.namespace().isEmpty();
    return !rule.path("scope").asText("*").equals(cluster ? "Namespaced" : "Cluster")
        && request.operations().stream().anyMatch(o -> has(rule.path("operations"), o))
        && has(rule.path("apiGroups"), request.group())
        && hasResource(rule.path("resources"), request.plural());
  }

  private static boolean has(JsonNode list, String value) {
    for (JsonNode item : list) {
      if (item.asText().equals("*") || item.asText().equals(value)) {
        return true;
      }
    }
    return false;
  }

  /** {@code pods/*} means pods and everything below them, {@code pods/exec} not the pods. */
  private static boolean hasResource(JsonNode list, String plural) {
    for (JsonNode item : list) {
      String[] parts = item.asText().split("/", 2);
      if ((parts[0].equals("*") || parts[0].equals(plural))
          && (parts.length == 1 || parts[1].equals("*"))) {
        return true;
      }
    }
    return false;
  }
}
