package dev.migrator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Node ports that a Service asks for and another one of the target has: a cluster gives each of
 * them to one Service, whatever its protocol.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/concepts/services-networking/service/#nodeport-custom-port">choosing
 * your own port</a>
 */
public final class TakenNodePorts {

  private final Map<Integer, List<ObjectRef>> askedFor = new HashMap<>();
  private final Map<ObjectRef, Map<Integer, ObjectRef>> taken = new TreeMap<>();

  /**
   * @param asked for what each Service that will be created asks, by its name at the source
   */
  public TakenNodePorts(Map<ObjectRef, Set<Integer>> asked) {
    asked.forEach(
        (ref, ports) ->
            ports.forEach(port -> askedFor.computeIfAbsent(port, k -> new ArrayList<>()).add(ref)));
  }

  /** The node ports of a Service, that of its health check included; sorted, mostly empty. */
  public static Set<Integer> of(Manifest service) {
    Set<Integer> ports = new TreeSet<>();
    for (JsonNode port : service.at("spec", "ports")) {
      ports.add(port.path("nodePort").asInt());
    }
    ports.add(service.at("spec", "healthCheckNodePort").asInt());
    ports.remove(0);
    return ports;
  }

  /** Whether it matters who has which port at the target. */
  boolean asksForAny() {
    return !askedFor.isEmpty();
  }

  /** A Service that the target has and keeps. */
  public void accept(Manifest atTarget) {
    for (int port : of(atTarget)) {
      for (ObjectRef ref : askedFor.getOrDefault(port, List.of())) {
        taken.computeIfAbsent(ref, k -> new TreeMap<>()).put(port, atTarget.ref());
      }
    }
  }

  /** One finding, which blocks, for each Service that will be refused; in the order of names. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    taken.forEach(
        (ref, ports) ->
            ports.forEach(
                (port, holder) ->
                    findings.add(
                        new Finding(
                            FindingCode.NODE_PORT_TAKEN,
                            ref,
                            "will be refused: it asks for node port %d, which %s of the target has"
                                .formatted(port, holder),
                            "give one of them another port, at the target or with a modifier, or"
                                + " leave it out with label migrator.dev/exclude=true"))));
    return findings;
  }
}
