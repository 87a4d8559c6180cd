package dev.migrator.check;

import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.plan.Finding;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Quotas, travelling ones and the target's own, that have no room for what is created. */
public final class ExceededQuotas implements Check {

  private final LimitRanges limits;
  private final DuplicateDefaults defaults;
  private final Collection<Manifest> atTarget;
  private final Set<String> namespaces = new HashSet<>();
  private final Map<ObjectRef, Manifest> travelling = new TreeMap<>();
  private final Map<ObjectRef, Demand> demands = new TreeMap<>();

  /**
   * @param limits as {@link LimitRangeViolations} gathers them; it comes first
   * @param atTarget the quotas of the target
   */
  public ExceededQuotas(
      LimitRanges limits, DuplicateDefaults defaults, Collection<Manifest> atTarget) {
    this.limits = limits;
    this.defaults = defaults;
    this.atTarget = List.copyOf(atTarget);
    atTarget.forEach(quota -> namespaces.add(quota.namespace()));
  }

  /** Quotas come before what they count; where there is none, nothing needs to be counted. */
  @Override
  public void see(CheckedObject object) {
    if (object.ref().isClusterScoped()) {
      return;
    }
    Manifest body = object.body();
    if (object.is("ResourceQuota")) {
      travelling.put(object.ref(), body);
      namespaces.add(body.namespace());
    }
    if (namespaces.contains(body.namespace())) {
      demands.put(object.ref(), new Demand(body, object.type().plural(), limits));
    }
  }

  @Override
  public List<Finding> findings(Move move) {
    Map<ObjectRef, QuotaUsage.Quota> quotas = new TreeMap<>();
    move.created(travelling)
        .values()
        .forEach(quota -> quotas.put(quota.ref(), new QuotaUsage.Quota(quota, true)));
    atTarget.forEach(quota -> quotas.put(quota.ref(), new QuotaUsage.Quota(quota, false)));
    return quotas.isEmpty()
        ? List.of()
        : QuotaUsage.findings(
            quotas.values(),
            move.created(demands),
            defaults.storageClass(move),
            move.arriving("PersistentVolumeClaim")::contains);
  }
}
