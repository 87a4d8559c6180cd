package dev.migrator.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What the Lease by which a run locks a cluster says: who holds it, how long it lasts, when it was
 * renewed last.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/architecture/leases/">Leases</a>
 */
final class LeaseManifest {

  /** The same one in every cluster. */
  static final ObjectRef REF =
      new ObjectRef("coordination.k8s.io", "Lease", "kube-system", "migrator");

  /** More than any version of this program writes. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** A Lease that nobody holds, to be created. */
  static final Manifest EMPTY = empty();

  private LeaseManifest() {}

  private static Manifest empty() {
    ObjectNode tree =
        Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    tree.withObjectProperty("metadata").put("name", REF.name()).put("namespace", REF.namespace());
    return Manifest.of(tree);
  }

  /** The same Lease, held from now on. */
  static Manifest heldBy(Manifest lease, String identity, Duration lasts, Instant now) {
    String renewed = micro(now.truncatedTo(ChronoUnit.MICROS).toString());
    return lease.edit(
        tree ->
            tree.withObjectProperty("spec")
                .put("holderIdentity", identity)
                .put("leaseDurationSeconds", (int) lasts.toSeconds())
                .put("renewTime", renewed));
  }

  /** MicroTime wants six digits. */
  private static String micro(String instant) {
    String digits = instant.substring(0, instant.length() - 1);
    int dot = digits.indexOf('.');
    String whole = dot < 0 ? digits : digits.substring(0, dot);
    String fraction = dot < 0 ? "" : digits.substring(dot + 1);
    return whole + "." + (fraction + "000000").substring(0, 6) + "Z";
  }

  /** Empty when nobody holds it. */
  static String identity(Manifest lease) {
    return lease.at("spec", "holderIdentity").asText("");
  }

  /** The run whose process holds it. */
  static String runOf(Manifest lease) {
    String identity = identity(lease);
    int space = identity.indexOf(' ');
    return space > 0 ? identity.substring(0, space) : "RUN";
  }

  /** How long it lasts after a renewal; bounded, because anybody may write anything into it. */
  static Duration lasts(Manifest lease, Duration unsaid) {
    long seconds = lease.at("spec", "leaseDurationSeconds").asLong(unsaid.toSeconds());
    return Duration.ofSeconds(Math.clamp(seconds, 1, LONGEST.toSeconds()));
  }

  /** By the clock of its holder; empty when it says none that can be read. */
  static Optional<Instant> renewedAt(Manifest lease) {
    String text = lease.at("spec", "renewTime").asText("");
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
