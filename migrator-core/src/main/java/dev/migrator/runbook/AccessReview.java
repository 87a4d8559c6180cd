package dev.migrator.runbook;

import dev.migrator.cluster.Access;
import dev.migrator.execute.ConcurrentRequests;
import dev.migrator.model.Amount;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks a cluster whether everything that a command will do is allowed, before it does anything.
 *
 * <p>Source: <a
 * href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access">Checking
 * API access</a>
 */
final class AccessReview {

  private static final int SOME = 8;

  private AccessReview() {}

  /**
   * Errors: M1403 with what is missing.
   *
   * @param way what makes {@code rbac} print the roles of this command
   */
  static void require(
      CommandSide side, List<Access> wanted, String way, ConcurrentRequests requests) {
    List<Access> everywhere = wanted.stream().map(AccessReview::everywhere).distinct().toList();
    Set<Access> missing = denied(side, everywhere, requests);
    // What is not allowed everywhere may be allowed where it is needed.
    List<String> words =
        denied(
                side,
                wanted.stream().filter(a -> missing.contains(everywhere(a))).toList(),
                requests)
            .stream()
            .map(AccessReview::words)
            .toList();
    if (!words.isEmpty()) {
      throw Problem.of(
              ErrorCode.M1403,
              Amount.of(words.size(), "permission is", "permissions are")
                  + " missing in the "
                  + side.name(),
              words.stream().limit(SOME).collect(Collectors.joining(", "))
                  + (words.size() > SOME ? ", ..." : ""),
              side.kubectl() + " auth can-i " + words.getFirst(),
              "migrator rbac PLAN --role " + side.name() + way + "   (prints what is needed)")
          .withState("This command changed nothing.")
          .exception();
    }
  }

  private static Access everywhere(Access access) {
    return new Access(
        access.verb(), access.group(), access.resource(), access.subresource(), "", access.name());
  }

  /** In the order in which they are wanted. */
  private static Set<Access> denied(
      CommandSide side, List<Access> wanted, ConcurrentRequests requests) {
    List<Boolean> allowed =
        requests.ask(
            wanted, access -> side.ask("review access", cluster -> cluster.allows(access)));
    Set<Access> denied = new LinkedHashSet<>();
    for (int i = 0; i < wanted.size(); i++) {
      if (!allowed.get(i)) {
        denied.add(wanted.get(i));
      }
    }
    return denied;
  }

  private static String words(Access access) {
    String resource =
        access.group().isEmpty() ? access.resource() : access.resource() + "." + access.group();
    String name = access.name().isEmpty() ? "" : "/" + access.name();
    String sub = access.subresource().isEmpty() ? "" : " --subresource=" + access.subresource();
    String where = access.namespace().isEmpty() ? " --all-namespaces" : " -n " + access.namespace();
    return access.verb() + " " + resource + name + sub + where;
  }
}
