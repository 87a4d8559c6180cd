package dev.migrator.cluster.fabric8;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.cluster.Cluster;
import dev.migrator.model.ErrorCode;
import dev.migrator.model.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kubeconfigs cut and changed at random: used, or refused in words; never anything else. */
@Timeout(300)
class BrokenKubeconfigsTest {

  private static final int RUNS = 2_400;
  private static final long SEED = Long.getLong("proof.seed", 20_260_302L);

  private static final EnumSet<ErrorCode> WORDS =
      EnumSet.of(ErrorCode.M1004, ErrorCode.M1005, ErrorCode.M1402);

  private static final List<String> FILES =
      List.of(
          Opened.kubeconfig("{server: \"http://127.0.0.1:9/\"}", "{token: t1}"),
          Opened.kubeconfig(
              "{server: \"https://127.0.0.1:9/\", certificate-authority-data: \"Zm9v\","
                  + " tls-server-name: kube.example, proxy-url: \"http://127.0.0.1:8/\"}",
              "{username: someone, password: something, as: other, as-groups: [a, b]}"),
          Opened.kubeconfig(
              "{server: \"https://127.0.0.1:9/a/b\", insecure-skip-tls-verify: false}",
              "{client-certificate-data: \"Zm9v\", client-key-data: \"YmFy\"}"),
          Opened.kubeconfig(
              "{server: \"https://127.0.0.1:9/\", certificate-authority: missing.crt}",
              "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /nowhere/plugin,"
                  + " args: [a], env: [{name: A, value: b}], interactiveMode: Never}}"),
          Opened.kubeconfig("{server: \"http://127.0.0.1:9/\"}", "{tokenFile: missing}"));

  @TempDir Path folder;

  @Test
  void aBrokenKubeconfigIsUsedOrRefusedInWords() throws IOException {
    Random random = new Random(SEED);
    int refused = 0;
    for (int run = 0; run < RUNS; run++) {
      StringBuilder text = new StringBuilder(FILES.get(run % FILES.size()));
      for (int n = random.nextInt(4); n >= 0; n--) {
        int at = random.nextInt(Math.max(1, text.length()));
        switch (random.nextInt(5)) {
          case 0 -> text.setLength(Math.max(1, at));
          case 1 -> text.replace(at, at + 1, String.valueOf((char) random.nextInt(0x300)));
          case 2 -> text.insert(at, "{}[]:,&*!|>-\"'#\n\t\u202e\u0000".charAt(random.nextInt(19)));
          case 3 -> text.insert(at, text.substring(0, Math.min(text.length(), 40)));
          default -> text.delete(at, at + 1);
        }
      }
      Path file = folder.resolve("kubeconfig-" + run);
      Files.writeString(file, text);
      try (Cluster cluster =
          new Kubeconfigs(Map.of()).connect(Optional.of(file.toString()), "here", Opened.PATIENT)) {
        assertThat(cluster).isNotNull();
      } catch (ProblemException e) {
        refused++;
        assertThat(e.problem().code()).as("seed %d run %d: %s", SEED, run, text).isIn(WORDS);
        assertThat(e.problem().what() + e.problem().why())
            .as("seed %d run %d", SEED, run)
            .doesNotContain("\u0000", "\u202e", "\n");
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed %d run %d: %s".formatted(SEED, run, text), e);
      }
    }
    System.out.printf("broken kubeconfigs: %,d runs, seed %d, %,d refused%n", RUNS, SEED, refused);
    assertThat(refused).isGreaterThan(RUNS / 2);
  }
}
