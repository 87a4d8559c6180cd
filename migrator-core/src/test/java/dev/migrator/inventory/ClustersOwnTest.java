package dev.migrator.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.KnowledgeLines;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The lines about what belongs to a cluster's own plumbing hang together. */
class ClustersOwnTest {

  private static final List<List<String>> LINES =
      KnowledgeLines.of(ClustersOwn.class, "stays.tsv", 5);

  @Test
  void aKindStaysAsAWholeOrByNameAndLabelNeverBoth() {
    Set<String> whole =
        LINES.stream()
            .filter(l -> l.get(1).equals("*") && l.get(2).equals("-"))
            .map(List::getFirst)
            .collect(Collectors.toSet());
    assertThat(LINES)
        .filteredOn(l -> whole.contains(l.getFirst()))
        .allMatch(l -> l.get(1).equals("*") && l.get(2).equals("-"));
  }

  @Test
  void noLineStandsTwiceAndEachHasAReasonAndASource() {
    Set<List<String>> seen = new HashSet<>();
    assertThat(LINES)
        .hasSizeGreaterThan(80)
        .allMatch(l -> seen.add(l.subList(0, 3)))
        .allMatch(l -> l.stream().noneMatch(String::isBlank));
  }
}
