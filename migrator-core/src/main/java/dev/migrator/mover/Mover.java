package dev.migrator.mover;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import dev.migrator.model.ObjectRef;
import dev.migrator.model.Problem;
import dev.migrator.model.ProblemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * What copies the data of a claim from one cluster to another: a folder of texts, that is pod
 * templates, what they mount, and {@code mover.yaml}, which says what the templates need and how
 * their logs are read.
 *
 * <p>A transfer has two passes ({@link Pass}), each with one Job at each side ({@link Side}).
 *
 * <p>Source: docs/adr/0053, docs/guide/movers.md
 */
public final class Mover {

  /** The container that does the work, and whose words count. */
  public static final String CONTAINER = SideTemplate.CONTAINER;

  private final String name;
  private final SortedMap<String, String> files;
  private final MoverForm form;
  private final SideTemplate source;
  private final SideTemplate target;

  private Mover(
      String name,
      SortedMap<String, String> files,
      MoverForm form,
      SideTemplate source,
      SideTemplate target) {
    this.name = name;
    this.files = files;
    this.form = form;
    this.source = source;
    this.target = target;
  }

  /**
   * Reads a mover.
   *
   * <p>Errors: {@link ProblemException} M1112, which names the file and the field.
   *
   * @param name of its folder
   * @param files the texts in it by their names
   */
  public static Mover of(String name, SortedMap<String, String> files) {
    try {
      SortedMap<String, String> kept = Collections.unmodifiableSortedMap(new TreeMap<>(files));
      for (String needed : List.of(MoverForm.FILE, "source.yaml", "target.yaml")) {
        if (!kept.containsKey(needed)) {
          throw new Blunder(needed, "", "is missing");
        }
      }
      MoverForm form = MoverForm.of(kept.getOrDefault(MoverForm.FILE, ""));
      Template.check(
          MoverForm.FILE,
          "leaves",
          TextNode.valueOf(form.leaves()),
          Blanks.names(kept, form.parameters(), ""));
      return new Mover(
          name,
          kept,
          form,
          SideTemplate.of(Side.SOURCE, kept, form.parameters()),
          SideTemplate.of(Side.TARGET, kept, form.parameters()));
    } catch (Blunder e) {
      throw Problem.of(ErrorCode.M1112, "mover " + name + ": " + e.where(), e.why()).exception();
    }
  }

  public String name() {
    return name;
  }

  /** What it was read from, so that a plan can keep it and a run needs no folder. */
  public SortedMap<String, String> files() {
    return files;
  }

  /**
   * Whether both Jobs of a pass run at once, the target's first. Otherwise the source's completes
   * before the target's starts.
   */
  public boolean together() {
    return form.together();
  }

  /** Which parameters are missing, unknown or malformed, in words; empty when all are good. */
  public List<String> refusals(Map<String, String> with) {
    List<String> refusals = new ArrayList<>();
    for (Parameter parameter : form.parameters().values()) {
      String given = with.getOrDefault(parameter.name(), "");
      if (given.isEmpty() && parameter.required()) {
        refusals.add("with.%s is missing: %s".formatted(parameter.name(), parameter.about()));
      } else if (!given.isEmpty() && !parameter.pattern().matcher(given).matches()) {
        refusals.add("with.%s is not %s".formatted(parameter.name(), parameter.about()));
      }
    }
    new TreeMap<>(with)
        .keySet().stream()
            .filter(given -> !form.parameters().containsKey(given))
            .map(
                given ->
                    "with.%s is not known to mover %s; there are %s"
                        .formatted(given, name, String.join(", ", form.parameters().keySet())))
            .forEach(refusals::add);
    return List.copyOf(refusals);
  }

  /** The objects that the Jobs at a side need, in the order of their creation; may be empty. */
  public List<Manifest> objects(Side side, Values values) {
    Map<String, String> filled = Blanks.filled(files, form.parameters(), side, values);
    return of(side).objects().stream()
        .map(template -> Template.fill(template, filled))
        .map(tree -> marked(tree, values))
        .toList();
  }

  private static Manifest marked(ObjectNode tree, Values values) {
    ObjectNode metadata = tree.withObject("/metadata");
    metadata.put("namespace", values.namespace());
    Blanks.mark(metadata, values.marks());
    return Manifest.of(tree);
  }

  /**
   * The Job of one side and pass. A container that ends with 3 fails it at once; otherwise it is
   * tried again three times.
   */
  public Manifest job(Side side, Pass pass, Values values) {
    Map<String, String> filled = Blanks.filled(files, form.parameters(), side, values);
    filled.put("pass", pass.label());
    return MoverJob.of(Template.fill(of(side).job(), filled), side, pass, values);
  }

  /**
   * What the pods at a side name and the mover does not make: Secrets and claims, named as there;
   * without the claim itself.
   */
  public SortedSet<ObjectRef> needs(Side side, Values values) {
    SortedSet<ObjectRef> needs = MoverJob.named(job(side, Pass.FINAL, values));
    needs.remove(ObjectRef.core("PersistentVolumeClaim", values.namespace(), values.claim()));
    objects(side, values).forEach(own -> needs.remove(own.ref()));
    return needs;
  }

  /** What stays somewhere when all of its objects are gone, in words; empty where nothing does. */
  public Optional<String> leaves(Values values) {
    return Optional.of(
            Template.fill(
                    Json.object().put("leaves", form.leaves()),
                    Blanks.filled(files, form.parameters(), Side.TARGET, values))
                .path("leaves")
                .asText())
        .filter(words -> !words.isBlank());
  }

  /** What the last line that says so in a container's log tells of how far it is. */
  public Optional<Progress> progress(String log) {
    return form.reading().progressIn(log);
  }

  /** One line of words: which file could not be copied, or what else went wrong, and why. */
  public Optional<String> failure(String log) {
    return form.reading().failureIn(log);
  }

  /** What the side has in its volume, when its Job has completed. */
  public Optional<Result> result(String log) {
    return form.reading().resultIn(log);
  }

  private SideTemplate of(Side side) {
    return switch (side) {
      case SOURCE -> source;
      case TARGET -> target;
    };
  }

  /** The same name and the same texts. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Mover mover && name.equals(mover.name) && files.equals(mover.files);
  }

  @Override
  public int hashCode() {
    return files.hashCode();
  }

  @Override
  public String toString() {
    return "mover " + name;
  }
}
