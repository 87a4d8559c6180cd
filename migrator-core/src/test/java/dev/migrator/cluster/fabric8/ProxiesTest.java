package dev.migrator.cluster.fabric8;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proxies by the variables of the environment. */
class ProxiesTest {

  @ParameterizedTest
  @CsvSource({
    "https://api.example.com:6443, '', true",
    "https://api.example.com:6443, other.com, true",
    "https://api.example.com:6443, *, false",
    "https://api.example.com:6443, 'a, example.com', false",
    "https://api.example.com:6443, .example.com, false",
    "https://api.example.com:6443, ample.com, true",
    "https://api.example.com:6443, api.example.com:6443, false",
    "https://api.example.com:6443, api.example.com:443, true",
    "https://10.1.2.3:6443, 10.0.0.0/8, false",
    "https://10.1.2.3:6443, 10.2.0.0/16, true",
    "https://10.1.2.3:6443, 10.1.2.3, false",
    "https://api.example.com:6443, 10.0.0.0/8, true",
    "https://api.example.com:6443, nonsense/x, true",
    "https://127.0.0.1:6443, '', false",
    "https://localhost:6443, '', false",
    "http://api.example.com, '', false",
  })
  void theVariablesDecide(String server, String except, boolean proxied) throws LoginException {
    Map<String, String> environment = new HashMap<>();
    environment.put("https_proxy", "proxy.example.com:3128");
    environment.put("NO_PROXY", except);
    assertThat(Proxies.of(URI.create(server), "", environment))
        .isEqualTo(
            proxied ? Optional.of(URI.create("http://proxy.example.com:3128")) : Optional.empty());
  }
}
