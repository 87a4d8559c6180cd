package dev.migrator.plan;

import dev.migrator.model.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every code that a finding of a plan can have, beside the {@link ErrorCode}s that block a plan.
 * Each has a page in {@code docs/errors/findings/}, named by its {@link #id}.
 *
 * <p>Shape: one line a code; an id is stable and never reused.
 */
public enum FindingCode {
  ACTS_OUTSIDE(
      Harm.SHARED, Severity.BLOCKER, "acts outside of the clusters, and would run in both"),
  CAPTURED_IN_USE(Harm.DATA, Severity.WARNING, "its data is captured while it is written to"),
  CASCADING_DELETION(Harm.DATA, Severity.BLOCKER, "its deletion deletes what it deploys"),
  CHANGED_ACTIVITY(Harm.OUTAGE, Severity.WARNING, "it starts differently at the target"),
  CHANGED_AT_TARGET(
      Harm.SHARED, Severity.BLOCKER, "a move and somebody since changed the same field"),
  CLUSTER_ADDRESS_TAKEN(Harm.OUTAGE, Severity.BLOCKER, "its cluster IP is taken"),
  COMES_LATER(Harm.NOTE, Severity.UNPROVEN, "cannot be proven before the move"),
  COPIED_EARLY(Harm.OUTAGE, Severity.NOTE, "is copied although it could wait"),
  COPY_IMPOSSIBLE(
      Harm.DATA, Severity.BLOCKER, "its data cannot be copied to the target by a mover"),
  CREATED_LATE(Harm.OUTAGE, Severity.NOTE, "is created only after the hand-over"),
  CYCLE_BROKEN(Harm.OUTAGE, Severity.WARNING, "two objects wait for each other"),
  DATA_STAYS(Harm.DATA, Severity.IRREVERSIBLE, "data does not travel"),
  DEFAULT_NAMESPACE(Harm.OUTAGE, Severity.WARNING, "the namespace default was changed"),
  DEFAULT_SERVICE_ACCOUNT(Harm.OUTAGE, Severity.WARNING, "its default ServiceAccount was changed"),
  DEFINITION_REPAIRED(
      Harm.NOTE, Severity.NOTE, "a definition is changed so that the target takes it"),
  DELETED_WITH_OWNER(Harm.DATA, Severity.BLOCKER, "it would be deleted with its owner"),
  DELETION_REACHES_OUTSIDE(
      Harm.IRREVERSIBLE, Severity.BLOCKER, "its deletion may reach outside of the cluster"),
  DISK_ALREADY_THERE(Harm.SHARED, Severity.BLOCKER, "the target has a volume for its disk already"),
  DISK_DRIVER_DIFFERS(
      Harm.OUTAGE, Severity.WARNING, "the target's driver treats its disk otherwise"),
  DISK_IN_USE_BY_OTHERS(
      Harm.OUTAGE, Severity.BLOCKER, "its disk is used by what does not go along"),
  DISK_LEFT_BEHIND(Harm.DATA, Severity.BLOCKER, "its claim would leave without its volume"),
  DISK_NOT_FENCED(Harm.SHARED, Severity.WARNING, "its storage lets two clusters write at once"),
  DISK_OUT_OF_REACH(Harm.OUTAGE, Severity.BLOCKER, "no node of the target can use its disk"),
  DISK_TAGGED(Harm.OUTAGE, Severity.WARNING, "its disk may be tagged for the source"),
  DISK_WITHOUT_DRIVER(Harm.OUTAGE, Severity.BLOCKER, "the target has no driver for its disk"),
  FACTOR_2_UNPINNED_IMAGE(Harm.OUTAGE, Severity.NOTE, "an image is not pinned"),
  FACTOR_6_CLUSTER_NAME(Harm.OUTAGE, Severity.NOTE, "a setting names the source cluster"),
  FACTOR_6_INNER_ADDRESS(Harm.OUTAGE, Severity.NOTE, "a setting holds a cluster-internal address"),
  FACTOR_8_STATEFUL_SET(Harm.NOTE, Severity.NOTE, "state is kept inside the cluster"),
  FACTOR_8_UNLABELLED(Harm.NOTE, Severity.NOTE, "workloads have no protection label"),
  FIXED_ADDRESS(Harm.SHARED, Severity.WARNING, "asks for an address that the source holds"),
  GOES_WITH_OWNER(Harm.NOTE, Severity.NOTE, "goes along at the source"),
  GONE_VOLUME_TYPE(Harm.OUTAGE, Severity.WARNING, "uses a type of volume that is gone"),
  HELD_BY_RUN(Harm.OUTAGE, Severity.BLOCKER, "another run has stopped it"),
  LABEL_IGNORED(Harm.OUTAGE, Severity.WARNING, "has a label that changes nothing"),
  LIMIT_RANGE(Harm.NOTE, Severity.NOTE, "a LimitRange sets what objects leave open"),
  LIMIT_RANGE_REFUSES(Harm.OUTAGE, Severity.WARNING, "a LimitRange refuses what it makes"),
  MADE_ANEW(Harm.DATA, Severity.WARNING, "is made anew at the target"),
  MISSING_REFERENCE(Harm.OUTAGE, Severity.WARNING, "something that is named is missing"),
  NEEDS_WHAT_IS_NOT_READY(Harm.OUTAGE, Severity.WARNING, "needs something that is not ready"),
  NEW_ADDRESS(Harm.IRREVERSIBLE, Severity.IRREVERSIBLE, "gets a new load balancer address"),
  NEW_CLUSTER_ADDRESS(Harm.OUTAGE, Severity.WARNING, "gets another cluster IP"),
  NEW_GRANT(Harm.NOTE, Severity.NOTE, "rights are granted at the target"),
  NEW_TOKEN(Harm.NOTE, Severity.NOTE, "gets a new token"),
  NODE_PORT_TAKEN(Harm.OUTAGE, Severity.BLOCKER, "its node port is taken"),
  NOT_PROVEN(Harm.OUTAGE, Severity.UNPROVEN, "a create could not be proven"),
  NOT_READ(Harm.OUTAGE, Severity.NOTE, "a kind could not be read"),
  NOT_READY_AT_SOURCE(Harm.OUTAGE, Severity.WARNING, "was not ready at the source"),
  NOT_SET_BACK(Harm.SHARED, Severity.BLOCKER, "what the move changed cannot be set back"),
  NOT_SHARED(Harm.DATA, Severity.BLOCKER, "the target does not have what is to be shared"),
  OLD_DATA(Harm.DATA, Severity.BLOCKER, "the target has the data of an earlier run"),
  OTHER_DATA(Harm.DATA, Severity.WARNING, "the target has data of its own"),
  OTHER_VERSION(Harm.NOTE, Severity.NOTE, "is created at another version"),
  OWNER_STAYS(Harm.OUTAGE, Severity.WARNING, "its owner does not travel"),
  PAUSED_ROLLOUT(Harm.OUTAGE, Severity.WARNING, "its rollout is paused"),
  POD_SECURITY(Harm.OUTAGE, Severity.WARNING, "pods break the Pod Security level"),
  QUOTA_EXCEEDED(Harm.OUTAGE, Severity.BLOCKER, "a quota is exceeded"),
  QUOTA_FULL(Harm.OUTAGE, Severity.WARNING, "a quota will be full"),
  QUOTA_OF_PODS(Harm.NOTE, Severity.NOTE, "a quota also counts what is not counted here"),
  QUOTA_REFUSES(Harm.OUTAGE, Severity.WARNING, "a quota refuses what it makes"),
  RECONCILED(Harm.NOTE, Severity.NOTE, "a reconciler keeps what travels"),
  RECREATED_BY_RECONCILER(Harm.SHARED, Severity.WARNING, "a reconciler would make it again"),
  REFUSED_BY_POLICY(Harm.OUTAGE, Severity.BLOCKER, "a LimitRange or quota refuses it"),
  REFUSED_BY_TARGET(Harm.OUTAGE, Severity.BLOCKER, "the target refuses it"),
  SCALED_BY_AUTOSCALER(Harm.OUTAGE, Severity.WARNING, "an autoscaler would start it again"),
  SCALED_BY_KEDA(Harm.OUTAGE, Severity.WARNING, "KEDA would start it again"),
  SCOPE_MATCHES_NOTHING(Harm.OUTAGE, Severity.BLOCKER, "a name in the scope matches nothing"),
  SECOND_DEFAULT(Harm.OUTAGE, Severity.WARNING, "a second default of its kind"),
  SHARED_CLAIM(
      Harm.SHARED, Severity.WARNING, "a claim is shared by workloads that do not move together"),
  SHARED_STORAGE(Harm.SHARED, Severity.WARNING, "both clusters point to the same storage"),
  SNAPSHOT_IMPOSSIBLE(
      Harm.DATA, Severity.BLOCKER, "its data cannot come to the target by a snapshot"),
  STAYING_ACCESS(Harm.OUTAGE, Severity.WARNING, "rights are granted by what stays behind"),
  STARTS_AGAIN(Harm.SHARED, Severity.WARNING, "starts from zero at the target"),
  STATUS_CARRIED(Harm.SHARED, Severity.WARNING, "a status travels"),
  STATUS_STAYS(Harm.NOTE, Severity.NOTE, "a status does not travel"),
  TWO_DNS_WRITERS(Harm.SHARED, Severity.WARNING, "two clusters would write one DNS record"),
  TWO_WRITERS(Harm.DATA, Severity.BLOCKER, "both clusters would write to one volume"),
  VALIDATES_LAST(Harm.NOTE, Severity.NOTE, "is created after what it may refuse"),
  WEBHOOK_INTERCEPTS(Harm.OUTAGE, Severity.WARNING, "a webhook sees what is created"),
  WEBHOOK_STAYS(Harm.OUTAGE, Severity.WARNING, "a webhook stays, because its Service does"),
  WEBHOOK_WITHOUT_SERVICE(Harm.OUTAGE, Severity.BLOCKER, "a webhook has no backend"),
  WITHOUT_DEPENDENCY(Harm.OUTAGE, Severity.WARNING, "is created before what it needs");

  private static final Map<String, FindingCode> BY_ID =
      Arrays.stream(values()).collect(Collectors.toMap(FindingCode::id, Function.identity()));

  private final Harm harm;
  private final Severity severity;
  private final String title;

  FindingCode(Harm harm, Severity severity, String title) {
    this.harm = harm;
    this.severity = severity;
    this.title = title;
  }

  /** What a finding warns of, the worst first. */
  public enum Harm {
    /** Something that nothing brings back. */
    IRREVERSIBLE,
    /** Data is lost, or left behind. */
    DATA,
    /** What both clusters or several users share is touched twice. */
    SHARED,
    /** Something does not run, or not as before. */
    OUTAGE,
    /** Nothing is at risk. */
    NOTE;

    /** Whether it must be told in full however much else there is to tell. */
    public boolean isNeverCut() {
      return compareTo(SHARED) <= 0;
    }
  }

  /** As it stands in plans, such as {@code shared-storage}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Harm harm() {
    return harm;
  }

  /** The most severe that a finding with this code can be. */
  public Severity severity() {
    return severity;
  }

  /** What was found, in a few words, lower case. */
  public String title() {
    return title;
  }

  /** Empty for an {@link ErrorCode} and for what a later version knows. */
  public static Optional<FindingCode> of(String id) {
    return Optional.ofNullable(BY_ID.get(id));
  }

  /** What a finding with this code warns of: an outage, where the code says no more. */
  public static Harm harm(String id) {
    return of(id).map(FindingCode::harm).orElse(Harm.OUTAGE);
  }
}
