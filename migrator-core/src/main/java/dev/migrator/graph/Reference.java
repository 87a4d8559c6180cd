package dev.migrator.graph;

import dev.migrator.model.ObjectRef;
import java.util.List;
import java.util.Map;

/**
 * What one object says that it needs, before anybody knows whether it exists.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/">Objects
 * in Kubernetes</a>
 */
public sealed interface Reference {

  /** The field of every autoscaler that names what it scales. */
  String SCALE_TARGET = "spec.scaleTargetRef";

  Strength strength();

  Condition condition();

  /** The field that says so, such as {@code spec.template.spec.volumes[].configMap.name}. */
  String field();

  /** A reference by name. */
  record ToObject(ObjectRef target, Strength strength, Condition condition, String field)
      implements Reference {}

  /** The other way round: the target, where it travels, shall find the object that says so. */
  record ToFollower(ObjectRef target, String field) implements Reference {

    @Override
    public Strength strength() {
      return Strength.WEAK;
    }

    @Override
    public Condition condition() {
      return Condition.APPLIED;
    }
  }

  /** A reference to every object of a kind, {@code Kind.group}, in a namespace. */
  record ToKind(String namespace, String groupKind, String field) implements Reference {

    @Override
    public Strength strength() {
      return Strength.SOFT;
    }

    @Override
    public Condition condition() {
      return Condition.APPLIED;
    }
  }

  /** A reference to the claims of a StatefulSet's template: its name, and the number of a pod. */
  record ToClaims(String namespace, String prefix, String field) implements Reference {

    /** Whether a claim of this name was made from the template. */
    public boolean isMade(String claim) {
      return claim.startsWith(prefix) && claim.substring(prefix.length()).matches("[0-9]+");
    }

    @Override
    public Strength strength() {
      return Strength.WEAK;
    }

    @Override
    public Condition condition() {
      return Condition.APPLIED;
    }
  }

  /** A reference to the parameters of an admission policy, whose kind the policy knows. */
  record ToParameters(ObjectRef policy, String namespace, String name, String field)
      implements Reference {

    @Override
    public Strength strength() {
      return Strength.SOFT;
    }

    @Override
    public Condition condition() {
      return Condition.APPLIED;
    }
  }

  /** A reference to every workload of a namespace whose pods carry these labels. */
  record ToPods(
      String namespace,
      LabelSelector selector,
      Strength strength,
      Condition condition,
      String field)
      implements Reference {}

  /**
   * A reference to whatever defines this {@code Kind.group}, or aggregated {@code group/version}:
   * always hard, and only useful once it is Current; and to the Service that converts between its
   * versions.
   */
  record ToDefinition(String groupKind, String field) implements Reference {
    @Override
    public Strength strength() {
      return Strength.HARD;
    }

    @Override
    public Condition condition() {
      return Condition.CURRENT;
    }
  }

  /** A label selector; all parts must hold. Empty parts hold for all. */
  record LabelSelector(Map<String, String> matchLabels, List<Expression> matchExpressions) {
    public LabelSelector {
      matchLabels = Map.copyOf(matchLabels);
      matchExpressions = List.copyOf(matchExpressions);
    }
  }

  /** One expression of a selector: operator In, NotIn, Exists or DoesNotExist. */
  record Expression(String key, String operator, List<String> values) {
    public Expression {
      values = List.copyOf(values);
    }
  }

  /** How much it is needed. */
  enum Strength {
    /** Creation fails without it. Never broken. */
    HARD,
    /** Needed at run time; broken, in a fixed order, where it closes a cycle. */
    SOFT,
    /** Good to have first: not missed where it does not exist, and the first to be broken. */
    WEAK
  }

  /** How far the needed object must be. */
  enum Condition {
    /** The API server has it. */
    APPLIED,
    /** It works: kstatus says Current. */
    CURRENT
  }
}
