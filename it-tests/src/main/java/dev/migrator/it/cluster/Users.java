package dev.migrator.it.cluster;

import dev.migrator.it.programs.Program;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who may log in to a test cluster: people by token, and the programs of the control plane.
 *
 * @param tokens by user
 */
record Users(Map<String, String> tokens) {

  private static final String KWOK = "kwok";
  private static final String CSI = "csi";

  /**
   * The users that the API server itself gives the rights of a program to; kwok and what serves
   * disks may do everything.
   */
  static final Map<Program, String> OF_PROGRAMS =
      Map.of(
          Program.KUBE_CONTROLLER_MANAGER, "system:kube-controller-manager",
          Program.KUBE_SCHEDULER, "system:kube-scheduler",
          Program.KWOK, KWOK,
          Program.CSI_PROVISIONER, CSI,
          Program.CSI_ATTACHER, CSI,
          Program.CSI_SNAPSHOTTER, CSI,
          Program.SNAPSHOT_CONTROLLER, CSI);

  Users {
    tokens = Map.copyOf(tokens);
  }

  static Users withNewTokens() {
    SecureRandom random = new SecureRandom();
    Map<String, String> tokens = new LinkedHashMap<>();
    tokens.put(Login.ADMIN_USER, token(random));
    tokens.put(Login.RESTRICTED_USER, token(random));
    OF_PROGRAMS.values().forEach(user -> tokens.put(user, token(random)));
    return new Users(tokens);
  }

  private static String token(SecureRandom random) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The file that an API server takes with {@code --token-auth-file}: token, user, uid, groups. */
  String csv() {
    StringBuilder csv = new StringBuilder();
    tokens.forEach(
        (user, token) -> {
          boolean master = List.of(Login.ADMIN_USER, KWOK, CSI).contains(user);
          csv.append(token).append(',').append(user).append(',').append(user);
          csv.append(master ? ",system:masters\n" : "\n");
        });
    return csv.toString();
  }

  Login login(String user, URI server, String certificateAuthority) {
    return new Login(server, certificateAuthority, user, tokens.getOrDefault(user, ""));
  }
}
