package dev.migrator.plan;

import dev.migrator.cluster.ClusterIdentity;
import dev.migrator.migration.Migration;
import dev.migrator.migration.VolumeRule;
import dev.migrator.model.KeyedDigest;
import dev.migrator.model.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What will be done, in full: bound to both clusters and to each object. Holds no object bodies;
 * that of a way back holds the fields that the move had changed, never those of a Secret.
 *
 * <p>Shape: {@code objects} sorted by ref, unique; {@code steps} in an order in which every step
 * comes after its needs, ids unique; {@code leftOut} sorted by ref; {@code findings} by severity,
 * blockers first. Same input, same plan.
 *
 * @param keyCheck by which the key is known that binds the Secrets; empty when nothing binds them
 *     but their resourceVersion: the plan was not kept in a file, has no Secret, or is an older
 *     build's
 * @param settings the Migration that the plan was made with, defaults filled in: sanitising at
 *     execution must use the same mappings
 * @param reading how the source was read
 */
public record Plan(
    ClusterIdentity source,
    ClusterIdentity target,
    Optional<KeyedDigest> keyCheck,
    Migration settings,
    Reading reading,
    List<PlannedObject> objects,
    List<Step> steps,
    List<LeftOut> leftOut,
    List<Finding> findings) {

  public Plan {
    objects = List.copyOf(objects);
    steps = List.copyOf(steps);
    leftOut = List.copyOf(leftOut);
    findings = List.copyOf(findings);
  }

  /** The objects by their name at the source. */
  public Map<ObjectRef, PlannedObject> objectsByRef() {
    return objects.stream().collect(Collectors.toMap(PlannedObject::ref, Function.identity()));
  }

  /** What a person took out of the run: it stays at the source, and works on there. */
  public List<ObjectRef> leftOutByAPerson() {
    return leftOut.stream().filter(LeftOut::isByAPerson).map(LeftOut::ref).toList();
  }

  /** What is deleted at the source and created at the target, in the order of these steps. */
  public List<ObjectRef> handedOver() {
    return objects(step -> step.is(Verb.DELETE));
  }

  /** The objects of these steps, in the order of the steps. */
  public List<ObjectRef> objects(Predicate<Step.OnObject> which) {
    return steps.stream()
        .filter(Step.OnObject.class::isInstance)
        .map(Step.OnObject.class::cast)
        .filter(which)
        .map(Step.OnObject::object)
        .toList();
  }

  /**
   * What starts without the data that it has at the source: claims, and workloads that make claims
   * for their pods; sorted.
   */
  public List<ObjectRef> startingEmpty() {
    return findings.stream()
        .filter(f -> f.is(FindingCode.DATA_STAYS))
        .flatMap(f -> f.object().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** The name of the mover that copies the data of a claim; empty for every other way. */
  public Optional<String> mover(PlannedObject claim) {
    return claim.volume().filter(PlannedVolume::isCopied).isEmpty()
        ? Optional.empty()
        : VolumeRule.remembered(
                settings.data().volumes(), claim.ref().namespace(), claim.ref().name())
            .flatMap(VolumeRule::mover);
  }

  /** The same with more findings. */
  public Plan withFindings(List<Finding> more) {
    List<Finding> all =
        Stream.concat(findings.stream(), more.stream())
            .distinct()
            .sorted(Finding.PLAN_ORDER)
            .toList();
    return new Plan(source, target, keyCheck, settings, reading, objects, steps, leftOut, all);
  }

  /** The same, where what is left out has other reasons. */
  public Plan withLeftOut(List<LeftOut> others) {
    return new Plan(source, target, keyCheck, settings, reading, objects, steps, others, findings);
  }

  /** True when {@code apply} must refuse. */
  public boolean isBlocked() {
    return findings.stream().anyMatch(f -> f.severity() == Severity.BLOCKER);
  }

  /**
   * What a run of this plan may have created, in the plan's order: all that is planned, because the
   * intent to copy is not forced, so a loss of power may have taken it. Our mark at the target
   * tells.
   */
  public List<PlannedObject> created() {
    Map<ObjectRef, PlannedObject> planned = objectsByRef();
    return objects(step -> step.verb().creates()).stream()
        .map(ref -> Objects.requireNonNull(planned.get(ref)))
        .distinct()
        .toList();
  }
}
