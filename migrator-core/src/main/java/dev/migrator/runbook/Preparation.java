package dev.migrator.runbook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.Cluster;
import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.cluster.Discovery;
import dev.migrator.event.RefText;
import dev.migrator.execute.ClusterSide;
import dev.migrator.execute.ConcurrentRequests;
import dev.migrator.execute.Dependants;
import dev.migrator.inventory.Exclusions;
import dev.migrator.inventory.Inventory;
import dev.migrator.inventory.ScopeFilter;
import dev.migrator.inventory.Versions;
import dev.migrator.journal.Vault;
import dev.migrator.journal.VaultEntry;
import dev.migrator.journal.VaultWriter;
import dev.migrator.model.Amount;
import dev.migrator.model.Digest;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.PlanKey;
import dev.migrator.model.Problem;
import dev.migrator.plan.Finding;
import dev.migrator.plan.LeftOut;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlannedObject;
import dev.migrator.plan.Severity;
import dev.migrator.sanitize.TargetDefinitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Phase 0: what must hold before anything is changed. Reads both clusters, and writes nothing but
 * the vault.
 */
final class Preparation {

  private static final int AT_ONCE = 16;
  private static final int SOME = 8;

  private final Plan plan;
  private final CommandSide source;
  private final CommandSide target;
  private final Discovery sourceServes;
  private final Discovery targetServes;

  private Preparation(
      Plan plan,
      CommandSide source,
      CommandSide target,
      Discovery sourceServes,
      Discovery targetServes) {
    this.plan = plan;
    this.source = source;
    this.target = target;
    this.sourceServes = sourceServes;
    this.targetServes = targetServes;
  }

  /**
   * Asks both clusters who they are and what they serve.
   *
   * <p>Errors: M1107 when the plan is blocked; M1103, M1201 for other clusters; M1401 to M1403.
   *
   * @param begun whether the run has changed something already: then a server that was upgraded
   *     meanwhile is no reason to leave everything in transit
   */
  static Preparation of(Plan plan, Cluster source, Cluster target, boolean begun) {
    requireUnblocked(plan);
    CommandSide from = new CommandSide("source", source).at(plan.source().context());
    CommandSide to = new CommandSide("target", target).at(plan.target().context());
    requireSameClusters(plan, from, to, begun);
    return new Preparation(plan, from, to, from.discover(), to.discover());
  }

  ClusterSide sourceSide() {
    return new ClusterSide("source", source.cluster(), sourceServes, plan.reading().unread());
  }

  ClusterSide targetSide() {
    return new ClusterSide("target", target.cluster(), targetServes, plan.reading().unread());
  }

  private static void requireUnblocked(Plan plan) {
    if (!plan.isBlocked()) {
      return;
    }
    List<Finding> blockers =
        plan.findings().stream().filter(f -> f.severity() == Severity.BLOCKER).toList();
    Finding first = blockers.getFirst();
    String subject = first.object().map(ref -> RefText.of(ref) + ": ").orElse("");
    throw new Problem(
            ErrorCode.M1107,
            "the plan is blocked by " + Amount.of(blockers.size(), "finding"),
            first.code()
                + " "
                + subject
                + RefText.in(first.message())
                + (blockers.size() > 1 ? "; and " + (blockers.size() - 1) + " more" : ""),
            "This command changed nothing.",
            first.remedy().isEmpty()
                ? List.of("migrator show PLAN")
                : List.of(first.remedy(), "migrator plan ...   (again, then apply the new plan)"))
        .exception();
  }

  private static void requireSameClusters(
      Plan plan, CommandSide source, CommandSide target, boolean begun) {
    ClusterIdentity from = source.identity();
    ClusterIdentity to = target.identity();
    Planning.requireTwoClusters(from, to);
    requireSame("source", plan.source(), from, begun);
    requireSame("target", plan.target(), to, begun);
  }

  private static void requireSame(
      String side, ClusterIdentity planned, ClusterIdentity found, boolean anyVersion) {
    // Safeguard: identity-ignored
    boolean sameUid = planned.uid().equals(found.uid());
    if (sameUid && (anyVersion || planned.version().equals(found.version()))) {
      return;
    }
    throw Problem.of(
            ErrorCode.M1201,
            sameUid
                ? "the " + side + " has another version than when the plan was made"
                : "the " + side + " is not the cluster that the plan was made for",
            sameUid
                ? "version was " + planned.version() + " and is " + found.version()
                : "kube-system of context %s has uid %s; the plan says %s (context %s)"
                    .formatted(found.context(), found.uid(), planned.uid(), planned.context()),
            sameUid
                ? "migrator plan ...   (again, then apply the new plan)"
                : "name the right cluster with --" + side + "-context")
        .withState("This command changed nothing.")
        .exception();
  }

  /**
   * What a group holds that cannot be read now is not known to be absent.
   *
   * <p>Errors: M1104, unless the plan was made without the group.
   */
  void requireAllRead() {
    Set<String> without = plan.reading().unread();
    sourceServes.unread().stream()
        .filter(unread -> !Inventory.holdsNothingToMove(unread.groupVersion()))
        .filter(unread -> !without.contains(unread.groupVersion()))
        .findFirst()
        .ifPresent(
            unread -> {
              throw Problem.of(
                      ErrorCode.M1104,
                      "API discovery of " + unread.groupVersion() + " failed at the source",
                      unread.why(),
                      source.kubectl() + " get apiservices",
                      "migrator ...   (when it answers again)")
                  .withState("This command changed nothing.")
                  .exception();
            });
  }

  /** Errors: M1403 with everything that is missing. */
  void requireRights() {
    require(rights(), "");
  }

  /** As {@link #requireRights}, for bringing back what is in transit. */
  void requireRightsToRestore(Collection<ObjectRef> inTransit) {
    require(Rights.toRestore(plan, inTransit, kinds()), " --backward");
  }

  private void require(Rights rights, String way) {
    ConcurrentRequests requests = ConcurrentRequests.of(AT_ONCE);
    AccessReview.require(source, rights.source(), way, requests);
    AccessReview.require(target, rights.target(), way, requests);
  }

  Rights rights() {
    return Rights.of(plan, kinds(), Dependants.kinds(sourceSide(), plan, ""));
  }

  Rights rightsToGoBack(Set<ObjectRef> vaulted) {
    return Rights.toGoBack(plan, vaulted, kinds());
  }

  private ServedKinds kinds() {
    return new ServedKinds(sourceSide(), targetSide());
  }

  /**
   * Fills the vault with every planned object as it is now, if each still is what the plan says.
   *
   * <p>Errors: M1202 with the objects that changed or went; M2106 when the disk refuses.
   *
   * @param key the plan's, by which Secrets are compared; empty to compare their resourceVersion
   * @return the sealed vault, and the objects that are new since the plan was made
   */
  Vaulted vaulted(VaultWriter writer, Optional<PlanKey> key) {
    List<ObjectRef> added =
        unchanged(
            key,
            object -> {
              VaultWriter.Line line = writer.line(object);
              return () -> writer.store(line);
            });
    return new Vaulted(writer.seal(), added);
  }

  /**
   * As {@link #vaulted} with a vault that an earlier process had filled, and whose journal does not
   * say so: it is kept as it is, if every planned object still is what the plan says.
   */
  Vaulted stillIn(Vault vault, Optional<PlanKey> key) {
    List<ObjectRef> added =
        unchanged(
            key,
            object ->
                () -> {
                  if (vault.entry(object.ref()).isEmpty()) {
                    VaultEntry unused = vault.replace(object);
                  }
                });
    return new Vaulted(vault, added);
  }

  /**
   * Looks at everything that is planned, on many threads.
   *
   * @param keep prepares to keep an object; what it returns is called where all are the same
   */
  private List<ObjectRef> unchanged(Optional<PlanKey> key, Function<Manifest, Runnable> keep) {
    Drift drift = new Drift(key, keep);
    Inventory inventory =
        new Inventory(
            source.cluster(),
            new Exclusions(
                plan.reading().helmReleases(),
                Set.copyOf(plan.settings().scope().namespaces().include()),
                plan.settings().classification(),
                Set.copyOf(plan.handedOver())::contains),
            new ScopeFilter(plan.settings().scope(), plan.settings().mappings()),
            withoutApis(plan, sourceServes));
    try (ComputeThreads bench = new ComputeThreads()) {
      Inventory.Found unused =
          inventory.read(
              sourceServes,
              Planning.sameGroupFirst(Versions.choose(sourceServes, targetServes)),
              bench,
              (object, choice) -> drift.look(object));
    }
    drift.lookForTheRest();
    drift.requireNone();
    return drift.added;
  }

  /** The vault, and what does not move because the plan does not know it. */
  record Vaulted(Vault vault, List<ObjectRef> added) {}

  /**
   * What need not be read when the source is read again: what the plan was made without, and what
   * cannot be read now and of which nothing is planned.
   */
  static Set<String> withoutApis(Plan plan, Discovery serves) {
    Set<String> planned =
        plan.objects().stream().map(PlannedObject::sourceApiVersion).collect(Collectors.toSet());
    Set<String> without = new HashSet<>(plan.reading().withoutApis());
    serves.unread().stream()
        .map(Discovery.Unread::groupVersion)
        .filter(version -> !planned.contains(version))
        .forEach(without::add);
    return without;
  }

  /** What is not as it was when the plan was made. */
  private final class Drift {

    private final Optional<PlanKey> key;
    private final Function<Manifest, Runnable> keep;
    private final ServedKinds kinds = kinds();
    private final TargetDefinitions definitions = new TargetDefinitions(plan.settings());
    private final Map<ObjectRef, PlannedObject> planned = plan.objectsByRef();
    private final Map<ObjectRef, PlannedObject> open = new HashMap<>(planned);
    private final Set<ObjectRef> leftOut =
        plan.leftOut().stream().map(LeftOut::ref).collect(Collectors.toCollection(HashSet::new));
    private final List<String> changed = new ArrayList<>();
    private final List<ObjectRef> added = new ArrayList<>();

    Drift(Optional<PlanKey> key, Function<Manifest, Runnable> keep) {
      this.key = key;
      this.keep = keep;
    }

    /** Judges what the plan knows; safe for use by many threads. The result takes it in. */
    Runnable look(Manifest object) {
      ObjectRef ref = object.ref();
      Optional<PlannedObject> known = Optional.ofNullable(planned.get(ref));
      if (known.isEmpty()) {
        return () -> {
          if (!leftOut.contains(ref)) {
            added.add(ref);
          }
        };
      }
      Runnable judged = judge(known.get(), atItsVersion(known.get(), object));
      return () -> {
        if (open.remove(ref) != null) {
          judged.run();
        } else {
          added.add(ref);
        }
      };
    }

    /** Lists are read at the best version of the kind; a plan may have chosen another one. */
    private Manifest atItsVersion(PlannedObject planned, Manifest listed) {
      return listed.apiVersion().equals(planned.sourceApiVersion())
          ? listed
          : kinds.atSource(planned).flatMap(type -> source.get(type, planned.ref())).orElse(listed);
    }

    /** Planned, but no longer among what would travel: gone, or a Job that has ended. */
    void lookForTheRest() {
      for (PlannedObject planned :
          open.values().stream()
              .sorted(java.util.Comparator.comparing(PlannedObject::ref))
              .toList()) {
        Optional<Manifest> live =
            kinds
                .atSource(planned)
                .flatMap(
                    type ->
                        source.ask(
                            "get " + planned.ref(), cluster -> cluster.get(type, planned.ref())));
        if (live.isEmpty()) {
          changed.add(RefText.of(planned.ref()) + " is gone");
        } else {
          judge(planned, live.get()).run();
        }
      }
    }

    private Runnable judge(PlannedObject planned, Manifest object) {
      Optional<String> what =
          !planned.uid().equals(object.uid())
              ? Optional.of(" was created again")
              : object.isBeingDeleted()
                  ? Optional.of(" is being deleted")
                  : isSame(planned, object) ? Optional.empty() : Optional.of(changed(planned));
      return what.<Runnable>map(change -> () -> changed.add(RefText.of(planned.ref()) + change))
          .orElseGet(() -> keep.apply(object));
    }

    /** Of a resourceVersion nobody can tell what was written. */
    private String changed(PlannedObject planned) {
      return planned.digest().isPresent() || isKeyed(planned)
          ? " changed"
          : " was written to, and may have changed";
    }

    private boolean isKeyed(PlannedObject planned) {
      return key.isPresent() && planned.keyed().isPresent();
    }

    private boolean isSame(PlannedObject planned, Manifest object) {
      if (planned.digest().isPresent()) {
        return planned.digest().get().equals(Digest.of(definition(planned, object)));
      }
      return isKeyed(planned)
          ? planned.keyed().equals(key.map(k -> k.digest(definition(planned, object))))
          : planned.resourceVersion().equals(object.resourceVersion());
    }

    /** What would be sent, with the replicas of the plan where they are not ours to judge. */
    private ObjectNode definition(PlannedObject planned, Manifest object) {
      ObjectNode tree = definitions.of(object, planned.apiVersion()).body().copyTree();
      planned
          .autoscaled()
          .filter(replicas -> tree.path("spec").has("replicas"))
          .ifPresent(replicas -> tree.withObjectProperty("spec").put("replicas", replicas));
      return tree;
    }

    void requireNone() {
      // Safeguard: no-drift-check
      if (changed.isEmpty()) {
        return;
      }
      changed.sort(null);
      List<String> next = new ArrayList<>();
      if (plan.keyCheck().isPresent() && key.isEmpty()) {
        next.add("put the plan's key beside it   (tells whether a Secret changed)");
      }
      next.add(
          "migrator apply PLAN --replan-changed   (plans these anew, shows the difference, asks)");
      next.add("migrator plan ...   (again, then apply the new plan)");
      throw new Problem(
              ErrorCode.M1202,
              Amount.of(changed.size(), "object")
                  + " changed at the source since the plan was made",
              changed.stream().limit(SOME).collect(Collectors.joining(", "))
                  + (changed.size() > SOME ? ", and " + (changed.size() - SOME) + " more" : ""),
              "This command changed nothing.",
              next)
          .exception();
    }
  }
}
