package dev.migrator.check;

import dev.migrator.check.PodSecurity.Level;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import dev.migrator.plan.FindingCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pods that the Pod Security level of their namespace at the target rejects.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/security/pod-security-admission/">Pod
 * Security Admission</a>
 */
public final class PodSecurityLevels implements Check {

  private final Map<ObjectRef, Map<Level, List<String>>> rejections = new TreeMap<>();
  private final Map<ObjectRef, Level> enforced = new TreeMap<>();

  @Override
  public void see(CheckedObject object) {
    if (object.is("Namespace")) {
      enforced.put(object.ref(), level(object.body()));
    }
    Map<Level, List<String>> why = new TreeMap<>();
    for (Level level : List.of(Level.BASELINE, Level.RESTRICTED)) {
      List<String> fields = PodSecurity.rejections(object.body(), level);
      if (!fields.isEmpty()) {
        why.put(level, fields);
      }
    }
    if (!why.isEmpty()) {
      rejections.put(object.ref(), why);
    }
  }

  private static Level level(Manifest namespace) {
    return Level.ofLabel(namespace.labels().getOrDefault(PodSecurity.ENFORCE, ""));
  }

  @Override
  public List<Finding> findings(Move move) {
    Map<String, Level> arriving = new HashMap<>();
    enforced.forEach(
        (ref, level) -> {
          if (move.travels(ref)) {
            arriving.put(move.atTarget(ref).name(), level);
          }
        });
    Map<String, Level> there = new HashMap<>();
    move.target().all("Namespace").forEach(one -> there.put(one.name(), level(one)));
    List<Finding> findings = new ArrayList<>();
    rejections.forEach(
        (ref, why) -> {
          String namespace = move.atTarget(ref).namespace();
          boolean arrives = !there.containsKey(namespace);
          Level level = (arrives ? arriving : there).getOrDefault(namespace, Level.PRIVILEGED);
          List<String> fields = why.getOrDefault(level, List.of());
          if (!fields.isEmpty() && move.travels(ref)) {
            findings.add(rejected(ref, namespace, arrives, level, fields));
          }
        });
    return findings;
  }

  private static Finding rejected(
      ObjectRef ref, String namespace, boolean arrives, Level level, List<String> fields) {
    boolean isPod = ref.groupKind().equals("Pod");
    return new Finding(
        FindingCode.POD_SECURITY,
        ref,
        "%s will be rejected: namespace %s%s enforces %s, and %s in %s"
            .formatted(
                isPod ? "it" : "its pods",
                namespace,
                arrives ? ", which travels along," : " of the target",
                level.name().toLowerCase(Locale.ROOT),
                isPod ? "it breaks that" : "they break it",
                String.join(", ", fields)),
        "");
  }
}
