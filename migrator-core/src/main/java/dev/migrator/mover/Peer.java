package dev.migrator.mover;

import com.fasterxml.jackson.databind.JsonNode;
import dev.migrator.model.Manifest;
import java.util.Map;
import java.util.Optional;

/** Where the source's Job reaches the target's. */
public record Peer(String host, int port) {

  /**
   * The address that was given, else that of a load balancer, else that of the pod. Empty where it
   * is not known yet.
   *
   * @param with the parameters of the transfer, of which {@code host} and {@code port} count
   * @param service in front of the target's pod, as the cluster has it now
   * @param targetPod as the cluster has it now
   */
  public static Optional<Peer> of(Map<String, String> with, Manifest service, Manifest targetPod) {
    JsonNode port = service.at("spec", "ports").path(0);
    boolean balanced = service.at("spec", "type").asText().equals("LoadBalancer");
    String given = with.getOrDefault("host", "");
    if (!given.isEmpty()) {
      return peer(given, given(with).orElse(balanced ? port.path("port").asInt() : nodePort(port)));
    }
    if (balanced) {
      JsonNode ingress = service.at("status", "loadBalancer", "ingress").path(0);
      String address = ingress.path("ip").asText(ingress.path("hostname").asText(""));
      return peer(address, given(with).orElse(port.path("port").asInt()));
    }
    return peer(targetPod.at("status", "podIP").asText(""), podPort(port));
  }

  private static Optional<Integer> given(Map<String, String> with) {
    return Optional.ofNullable(with.get("port"))
        .filter(text -> text.matches("[0-9]{1,5}"))
        .map(Integer::valueOf);
  }

  private static int nodePort(JsonNode port) {
    return port.path("nodePort").asInt(port.path("port").asInt());
  }

  /** A target port that is a name is not followed: movers say numbers. */
  private static int podPort(JsonNode port) {
    return port.path("targetPort").asInt(port.path("port").asInt());
  }

  private static Optional<Peer> peer(String host, int port) {
    return host.isEmpty() || port == 0 ? Optional.empty() : Optional.of(new Peer(host, port));
  }
}
