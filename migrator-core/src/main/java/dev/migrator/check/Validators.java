package dev.migrator.check;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.ResourceType;
import dev.migrator.planner.Refusals;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which travelling validating webhooks and policies may refuse what is planned once they exist at
 * the target: the object itself, or what is made for it there. What is not understood may: {@code
 * matchConditions}, conditions of a policy, versions and names in rules are taken for met.
 *
 * <p>Shape: policies and webhooks are told before what they judge, namespaces before what is in
 * them. Kept are a few names an object, shared by objects that the same ones may refuse.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/">Validating
 * Admission Policy</a>; docs/adr/0042
 */
public final class Validators {

  private static final String GROUP = "admissionregistration.k8s.io";
  private static final String WEBHOOKS = "ValidatingWebhookConfiguration." + GROUP;
  private static final String BINDING = "ValidatingAdmissionPolicyBinding." + GROUP;

  /** A policy, webhook or binding that may refuse what all scopes of one of its ways match. */
  private record Validator(ObjectRef ref, List<List<RequestScope>> ways) {

    boolean mayRefuse(AdmissionRequest request) {
      return ways.stream().anyMatch(way -> way.stream().allMatch(scope -> scope.mayMatch(request)));
    }

    boolean isAbout(AdmissionRequest request) {
      return ways.stream().anyMatch(way -> way.stream().allMatch(scope -> scope.isAbout(request)));
    }
  }

  private final Map<String, Set<Map<String, String>>> namespaces = new HashMap<>();
  private final Map<ObjectRef, List<Manifest>> told = new HashMap<>();
  private final Map<ObjectRef, Validator> validators = new HashMap<>();
  private final Map<String, List<Validator>> byKind = new HashMap<>();
  private final Map<ObjectRef, Set<ObjectRef>> byObject = new HashMap<>();
  private final Map<Set<ObjectRef>, Set<ObjectRef>> known = new HashMap<>();
  private boolean judging;

  /**
   * @param atSource the labels of the source's namespaces
   * @param atTarget the namespaces of the target
   */
  public Validators(Map<String, Map<String, String>> atSource, Collection<Manifest> atTarget) {
    atSource.forEach(this::namespace);
    atTarget.forEach(namespace -> namespace(namespace.name(), namespace.labels()));
  }

  private void namespace(String name, Map<String, String> labels) {
    Map<String, String> all = new HashMap<>(labels);
    all.put("kubernetes.io/metadata.name", name);
    namespaces.computeIfAbsent(name, n -> new HashSet<>()).add(Map.copyOf(all));
  }

  /**
   * Takes in an object that travels.
   *
   * @param object as it is at the source
   * @param body as it will be sent
   * @param type as which it is read
   */
  public void accept(Manifest object, Manifest body, ResourceType type) {
    ObjectRef ref = object.ref();
    if (ref.group().equals(GROUP)) {
      // No policy and no webhook is asked about these. Who comes late is not judged.
      if (!judging) {
        told.put(ref, List.of(object, body));
      }
      return;
    }
    if (!judging) {
      judging = true;
      told.keySet().forEach(this::prepare);
    }
    if (ref.groupKind().equals("Namespace")) {
      namespace(body.name(), body.labels());
    }
    if (!validators.isEmpty()) {
      Set<ObjectRef> refusing = refusing(object, body, type);
      if (!refusing.isEmpty()) {
        byObject.put(ref, known.computeIfAbsent(refusing, s -> s));
      }
    }
  }

  /** Who may refuse what of what was taken in. */
  public Refusals refusals() {
    return new Refusals(validators.keySet(), byObject);
  }

  private void prepare(ObjectRef ref) {
    List<List<RequestScope>> ways = new ArrayList<>();
    for (Manifest form : told.getOrDefault(ref, List.of())) {
      switch (ref.groupKind()) {
        case WEBHOOKS ->
            form.at("webhooks")
                .forEach(hook -> ways.add(List.of(RequestScope.ofRules(hook, "rules"))));
        case BINDING -> ways.addAll(bound(form));
        default -> {
          return;
        }
      }
    }
    if (!ref.groupKind().equals(BINDING) || !ways.isEmpty()) {
      validators.put(ref, new Validator(ref, List.copyOf(ways)));
    }
  }

  /** None where the policy does not travel: then the target's own one is not known. */
  private List<List<RequestScope>> bound(Manifest binding) {
    ObjectRef policy =
        ObjectRef.clusterScoped(
            GROUP, "ValidatingAdmissionPolicy", binding.at("spec", "policyName").asText("-"));
    return told.getOrDefault(policy, List.of()).stream()
        .map(
            form ->
                List.of(
                    RequestScope.ofRules(form.at("spec", "matchConstraints"), "resourceRules"),
                    RequestScope.ofRules(binding.at("spec", "matchResources"), "resourceRules")))
        .toList();
  }

  private Set<ObjectRef> refusing(Manifest object, Manifest body, ResourceType type) {
    Optional<List<AdmissionRequest>> requests = AdmissionRequest.of(object, body, type, namespaces);
    if (requests.isEmpty()) {
      return validators.keySet();
    }
    Set<ObjectRef> refusing = new HashSet<>();
    // What is written for an object of a kind is the same, but for names and labels.
    List<Validator> about =
        byKind.computeIfAbsent(
            object.ref().groupKind() + " " + requests.get().size(),
            kind ->
                validators.values().stream()
                    .filter(v -> requests.get().stream().anyMatch(v::isAbout))
                    .toList());
    for (Validator validator : about) {
      if (requests.get().stream().anyMatch(validator::mayRefuse)) {
        refusing.add(validator.ref());
      }
    }
    return Set.copyOf(refusing);
  }
}
