package dev.migrator.it.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the processes of pods wrote into one file that both clusters see, in the order in which they
 * wrote it: a line is appended as a whole, so the order of the file is the order of the world.
 *
 * @param file what the work is called
 */
public record Written(String file, List<Line> lines) {

  /**
   * @param uptime seconds since the machine started, the same clock for both clusters
   * @param cluster {@code source} or {@code target}
   * @param uid of the pod
   * @param slot of a CronJob that the pod works for; the pod's name otherwise
   */
  public record Line(double uptime, String cluster, String uid, String slot, String what) {

    static Line parse(String text) {
      String[] word = text.split(" ", -1);
      return new Line(Double.parseDouble(word[0]), word[1], word[2], word[3], word[4]);
    }
  }

  public Written {
    lines = List.copyOf(lines);
  }

  /** Reads one file as it is now. */
  public static Written read(Path file) throws IOException {
    return of(file.getFileName().toString(), Files.readString(file));
  }

  /** A last line without its end is still being written, and is left out. */
  static Written of(String file, String text) {
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    return new Written(file, whole.lines().map(Line::parse).toList());
  }

  /**
   * What must never be: the source writes after the target has, two pods work for one slot, or a
   * pod writes again after another pod of the same name has.
   */
  public List<String> breaches() {
    List<String> breaches = new ArrayList<>();
    Set<String> clusters = new HashSet<>();
    Map<String, String> last = new HashMap<>();
    Map<String, Set<String>> all = new HashMap<>();
    for (Line line : lines) {
      if (line.cluster().equals("source") && clusters.contains("target")) {
        breaches.add(file + ": the source writes after the target: " + line);
      }
      clusters.add(line.cluster());
      String before = last.put(line.slot(), line.uid());
      Set<String> uids = all.computeIfAbsent(line.slot(), slot -> new HashSet<>());
      if (before != null && !before.equals(line.uid()) && uids.contains(line.uid())) {
        breaches.add(file + ": two pods write in turns: " + line);
      }
      uids.add(line.uid());
    }
    return List.copyOf(breaches);
  }

  /** The slots that more than one pod worked for. Of use only where a name is a slot. */
  public List<String> slotsTwice() {
    Map<String, Set<String>> uids = new HashMap<>();
    lines.forEach(l -> uids.computeIfAbsent(l.slot(), slot -> new HashSet<>()).add(l.uid()));
    return uids.entrySet().stream()
        .filter(slot -> slot.getValue().size() > 1)
        .map(slot -> file + ": slot " + slot.getKey() + " ran as " + slot.getValue())
        .sorted()
        .toList();
  }

  public long count(String cluster) {
    return lines.stream().filter(line -> line.cluster().equals(cluster)).count();
  }

  /** The slots that a cluster worked for. */
  public Set<String> slots(String cluster) {
    Set<String> slots = new HashSet<>();
    lines.stream().filter(l -> l.cluster().equals(cluster)).forEach(l -> slots.add(l.slot()));
    return slots;
  }

  /** Seconds from the last line of the source to the first of the target. Not a number if none. */
  public double pause() {
    double end = Double.NaN;
    for (Line line : lines) {
      if (line.cluster().equals("target")) {
        return line.uptime() - end;
      }
      end = line.uptime();
    }
    return Double.NaN;
  }
}
