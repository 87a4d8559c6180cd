package dev.migrator.mover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Manifest;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerTest {

  private static Manifest service(String spec, String status) {
    return Manifest.parse(
        "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"s\"},"
            + " \"spec\": {%s}, \"status\": {%s}}".formatted(spec, status));
  }

  private static Manifest pod(String status) {
    return Manifest.parse(
        "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"p\"}, \"status\": {"
            + status
            + "}}");
  }

  private static final Manifest INSIDE =
      service("\"type\": \"ClusterIP\", \"ports\": [{\"port\": 80, \"targetPort\": 8873}]", "");
  private static final Manifest ON_NODES =
      service(
          "\"type\": \"NodePort\", \"ports\": [{\"port\": 80, \"targetPort\": 8873,"
              + " \"nodePort\": 30001}]",
          "");
  private static final String BALANCED =
      "\"type\": \"LoadBalancer\", \"ports\": [{\"port\": 80, \"targetPort\": 8873,"
          + " \"nodePort\": 30001}]";
  private static final Manifest POD = pod("\"podIP\": \"10.1.2.3\"");

  @Test
  void isThePodItselfWhereNothingStandsInBetween() {
    assertThat(Peer.of(Map.of(), INSIDE, POD)).contains(new Peer("10.1.2.3", 8873));
    assertThat(Peer.of(Map.of(), INSIDE, pod(""))).isEmpty();
  }

  @Test
  void isTheLoadBalancerAsSoonAsItHasAnAddress() {
    assertThat(Peer.of(Map.of(), service(BALANCED, ""), POD)).isEmpty();
    assertThat(
            Peer.of(
                Map.of(),
                service(BALANCED, "\"loadBalancer\": {\"ingress\": [{\"ip\": \"192.0.2.7\"}]}"),
                POD))
        .contains(new Peer("192.0.2.7", 80));
    assertThat(
            Peer.of(
                Map.of(),
                service(
                    BALANCED,
                    "\"loadBalancer\": {\"ingress\": [{\"hostname\": \"lb.example.com\"}]}"),
                POD))
        .contains(new Peer("lb.example.com", 80));
  }

  @Test
  void whatWasGivenWins() {
    assertThat(Peer.of(Map.of("host", "node-1"), ON_NODES, POD))
        .contains(new Peer("node-1", 30001));
    assertThat(Peer.of(Map.of("host", "node-1", "port", "443"), ON_NODES, POD))
        .contains(new Peer("node-1", 443));
    assertThat(Peer.of(Map.of("host", "lb.example.com"), service(BALANCED, ""), POD))
        .contains(new Peer("lb.example.com", 80));
    assertThat(Peer.of(Map.of("host", "vpn.example.com"), INSIDE, POD))
        .contains(new Peer("vpn.example.com", 80));
  }
}
