package dev.migrator.migration;

import dev.migrator.model.ObjectRef;
import dev.migrator.model.Protection;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The user's document {@code kind: Migration}: what travels, what is protected from what, and how
 * patient to be. Every part has a default, so that {@code migrator plan} works without one.
 */
public record Migration(
    String name,
    Scope scope,
    Classification classification,
    Mappings mappings,
    List<Modifier> modifiers,
    Map<String, GatePolicy> gates,
    Map<HookPoint, Hook> hooks,
    HandOver handover,
    Limits limits,
    Data data) {

  /**
   * The gates that exist: before the first hand-over; before the claims are deleted whose disks are
   * handed over (only where it is not automatic); between the last delete and the first re-creation
   * (only where {@code pipelined} is false); before what tolerates loss and duplication.
   */
  public static final List<String> GATES =
      List.of("afterCopy", "afterDetach", "afterHandOver", "afterRecreate");

  public Migration {
    modifiers = List.copyOf(modifiers);
    gates = Map.copyOf(gates);
    hooks = Collections.unmodifiableMap(new TreeMap<>(hooks));
  }

  /** The Migration of somebody who wrote none. */
  public static Migration defaults() {
    return new Migration(
        "move",
        new Scope(Filter.everything(), "", Filter.everything()),
        new Classification(LabelNames.defaults(), false, List.of(), Optional.empty()),
        Mappings.none(),
        List.of(),
        Map.of(
            "afterCopy", new GatePolicy.Manual(),
            "afterHandOver", new GatePolicy.Auto(),
            "afterRecreate", new GatePolicy.Auto()),
        Map.of(),
        new HandOver(Duration.ofMinutes(30), OnDrainTimeout.ABORT, MissedRuns.SKIP, true),
        new Limits(32, Duration.ofMinutes(15), 0, 0),
        Data.undeclared());
  }

  /** The same with other words about data. */
  public Migration withData(Data other) {
    return new Migration(
        name, scope, classification, mappings, modifiers, gates, hooks, handover, limits, other);
  }

  /** Whether it changes anything in what travels. */
  public boolean changesDefinitions() {
    return !mappings.equals(Mappings.none()) || !modifiers.isEmpty();
  }

  /** The same without mappings and modifiers: what is sent is what was read. */
  public Migration withoutChanges() {
    return withMappings(Mappings.none(), List.of());
  }

  /** The same with other changes. */
  public Migration withMappings(Mappings mapped, List<Modifier> modified) {
    return new Migration(
        name, scope, classification, mapped, modified, gates, hooks, handover, limits, data);
  }

  /**
   * What is looked at.
   *
   * @param selector a label selector in kubectl's form; empty for all
   * @param resources names as {@code plural.group/*} or {@code plural}; globs
   * @param declared which cluster-scoped objects travel; empty when the document does not say
   */
  public record Scope(
      Filter namespaces, String selector, Filter resources, Optional<ClusterScoped> declared) {

    public Scope(Filter namespaces, String selector, Filter resources) {
      this(namespaces, selector, resources, Optional.empty());
    }

    /** What is said; else what a move of these namespaces needs, and all in a move of all. */
    public ClusterScoped clusterScoped() {
      return declared.orElse(namespaces.isAll() ? ClusterScoped.ALL : ClusterScoped.NEEDED);
    }
  }

  /** Which cluster-scoped objects travel. Namespaces in scope always do. */
  public enum ClusterScoped {
    /** Those that a travelling object needs. */
    NEEDED,
    /** All of them. */
    ALL,
    /** None of them: the target has them already. */
    NONE;

    /** As the document has it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Include and exclude globs; exclude wins. */
  public record Filter(List<String> include, List<String> exclude) {
    public Filter {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
    }

    /** Whether everything is included, whatever its name; some may be excluded. */
    public boolean isAll() {
      return include.contains("*");
    }

    public static Filter everything() {
      return new Filter(List.of("*"), List.of());
    }
  }

  /**
   * How an object gets its protection.
   *
   * @param strict true: every workload must carry the label
   * @param rules first match wins
   * @param defaultForUndecided what no label and no rule decides; empty: the plan lists it and
   *     {@code apply} refuses
   */
  public record Classification(
      LabelNames label,
      boolean strict,
      List<Rule> rules,
      Optional<Protection> defaultForUndecided) {
    public Classification {
      rules = List.copyOf(rules);
    }
  }

  /** The label's key and the company's own words for its values. */
  public record LabelNames(String key, String loss, String duplication, String none) {
    public static LabelNames defaults() {
      return new LabelNames("migrator.dev/protect-from", "loss", "duplication", "none");
    }
  }

  /** One rule of the user: empty fields match all; globs; the selector in kubectl's form. */
  public record Rule(
      String group,
      String kind,
      String namespace,
      String name,
      String selector,
      Protection protectFrom) {}

  /**
   * Names that change on the way. Keys are the source's, values the target's.
   *
   * @param originals of single objects, on a way back: they come before what the others say
   */
  public record Mappings(
      Map<String, String> namespaces,
      Map<String, String> storageClasses,
      Map<String, String> ingressClasses,
      Map<String, String> images,
      Map<ObjectRef, Original> originals) {
    public Mappings {
      namespaces = Map.copyOf(namespaces);
      storageClasses = Map.copyOf(storageClasses);
      ingressClasses = Map.copyOf(ingressClasses);
      images = Map.copyOf(images);
      originals = Map.copyOf(originals);
    }

    public Mappings(
        Map<String, String> namespaces,
        Map<String, String> storageClasses,
        Map<String, String> ingressClasses,
        Map<String, String> images) {
      this(namespaces, storageClasses, ingressClasses, images, Map.of());
    }

    /** Nothing changes. */
    public static Mappings none() {
      return new Mappings(Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** The same, and of these objects it is known what they were. */
    public Mappings withOriginals(Map<ObjectRef, Original> known) {
      return new Mappings(namespaces, storageClasses, ingressClasses, images, known);
    }

    /** The target's name of a source namespace. */
    public String namespace(String source) {
      return namespaces.getOrDefault(source, source);
    }
  }

  /** One of Velero's resource modifier rules, as canonical JSON text: conditions and patches. */
  public record Modifier(String json) {}

  /** Who approves at a gate. */
  public sealed interface GatePolicy {
    /** A person. */
    record Manual() implements GatePolicy {}

    /** Nobody: the gate is open. */
    record Auto() implements GatePolicy {}

    /** A command whose exit code 0 opens the gate. */
    record Command(List<String> argv) implements GatePolicy {
      public Command {
        argv = List.copyOf(argv);
      }
    }
  }

  /** Where a command of the user's is run. A phase without steps has no such place. */
  public enum HookPoint {
    /** Before anything is created at the target. */
    BEFORE_COPY("beforeCopy"),
    /** Before the gate of that name. */
    AFTER_COPY("afterCopy"),
    /** After the gate {@code afterCopy}, before anything is stopped at the source. */
    BEFORE_HAND_OVER("beforeHandOver"),
    /** What must not run twice is gone from the source; if pipelined, it is at the target. */
    AFTER_HAND_OVER("afterHandOver"),
    /** If pipelined right after {@code beforeHandOver}: nothing deleted may wait for a command. */
    BEFORE_RECREATE("beforeRecreate"),
    /** Before the gate of that name. */
    AFTER_RECREATE("afterRecreate"),
    /** When everything is at the target. */
    BEFORE_VERIFY("beforeVerify"),
    /** When everything was found as planned. */
    AFTER_VERIFY("afterVerify"),
    /** For each object that is handed over, before it is stopped or deleted. */
    BEFORE_EACH_HAND_OVER("beforeEachHandOver"),
    /** For each object that is handed over, when it works at the target. */
    AFTER_EACH_HAND_OVER("afterEachHandOver");

    private final String label;

    HookPoint(String label) {
      this.label = label;
    }

    /** Its name in the migration file. */
    public String label() {
      return label;
    }
  }

  /**
   * A command that is run on the machine that works on the move. At least once: after a crash it
   * may be run again.
   *
   * @param argv the program and its arguments; no shell reads them
   * @param timeout after which it is ended, with everything that it started
   */
  public record Hook(List<String> argv, Duration timeout, OnHookFailure onFailure) {
    public Hook {
      argv = List.copyOf(argv);
    }
  }

  /** What happens when a hook's command does not end with 0, or not in time. */
  public enum OnHookFailure {
    /** What comes after it does not begin; the run can be resumed. */
    ABORT,
    /** It is told, and the run goes on. */
    CONTINUE
  }

  /** How duplicate-intolerant objects change sides. */
  public record HandOver(
      Duration drainTimeout,
      OnDrainTimeout onDrainTimeout,
      MissedRuns missedRuns,
      boolean pipelined) {}

  /** What happens when running work does not end in time. */
  public enum OnDrainTimeout {
    /** Set the source back as it was, and fail this object. */
    ABORT,
    /** Wait on. */
    WAIT,
    /** Delete the running Jobs and Pods, with their grace period. */
    TERMINATE
  }

  /** What becomes of CronJob slots that passed during the hand-over. */
  public enum MissedRuns {
    /** They are reported and not run. */
    SKIP,
    /** The latest one runs once at the target. */
    CATCH_UP
  }

  /**
   * What is said of data that a definition does not hold.
   *
   * @param volumes how the data of claims travels; first match wins
   * @param otherwise how it does where no label, no rule and no knowledge decides; empty: the plan
   *     lists the claim and {@code apply} refuses
   * @param statusOf the kinds whose status travels, as {@code Kind.group}; globs; sorted, unique
   * @param serviceRanges of which the target gives addresses to Services; empty: nobody knows
   * @param movers the files of each mover that a rule names, by name of the mover and of the file;
   *     empty in a migration file: a plan keeps them, so that a run needs no folder
   */
  public record Data(
      List<VolumeRule> volumes,
      Optional<VolumeWay> otherwise,
      List<String> statusOf,
      List<String> serviceRanges,
      SortedMap<String, Map<String, String>> movers) {
    public Data {
      serviceRanges = serviceRanges.stream().distinct().sorted().toList();
      volumes = List.copyOf(volumes);
      SortedMap<String, Map<String, String>> copies = new TreeMap<>();
      movers.forEach((name, files) -> copies.put(name, Map.copyOf(files)));
      movers = Collections.unmodifiableSortedMap(copies);
      statusOf = statusOf.stream().distinct().sorted().toList();
    }

    /** Whether the status of this kind of object travels. */
    public boolean carriesStatus(ObjectRef ref) {
      return statusOf.stream().anyMatch(glob -> Glob.matches(glob, ref.groupKind()));
    }

    /** The same, and the status of these kinds travels, too. */
    public Data withStatusOf(Collection<String> kinds) {
      return new Data(
          volumes,
          otherwise,
          Stream.concat(statusOf.stream(), kinds.stream()).toList(),
          serviceRanges,
          movers);
    }

    /** The same with other ranges. */
    public Data withServiceRanges(List<String> ranges) {
      return new Data(volumes, otherwise, statusOf, ranges, movers);
    }

    /** The same with other rules of volumes. */
    public Data withVolumes(List<VolumeRule> rules) {
      return new Data(rules, otherwise, statusOf, serviceRanges, movers);
    }

    /** The same with another way of claims for which nobody decides. */
    public Data withOtherwise(Optional<VolumeWay> way) {
      return new Data(volumes, way, statusOf, serviceRanges, movers);
    }

    /** The same with the files of these movers. */
    public Data withMovers(Map<String, ? extends Map<String, String>> files) {
      return new Data(volumes, otherwise, statusOf, serviceRanges, new TreeMap<>(files));
    }

    /** Nothing is said. */
    public static Data undeclared() {
      return new Data(
          List.of(), Optional.empty(), List.of(), List.of(), Collections.emptySortedMap());
    }
  }

  /** Patience and politeness. Requests a second: 0 is unlimited. */
  public record Limits(
      int parallel,
      Duration readyTimeout,
      int sourceRequestsPerSecond,
      int targetRequestsPerSecond) {}
}
