package dev.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the README says first works where nothing was built before. */
@Timeout(600)
class CleanCheckoutIT {

  @TempDir Path folder;

  @Test
  void theLauncherBuildsOnFirstUseAndTheClustersCompile() throws Exception {
    Checkout checkout = Checkout.copiedTo(folder);
    assertThat(checkout.run("./migrator", "version")).contains("migrator ");
    checkout.does(
        "./mvnw",
        "-q",
        "--no-transfer-progress",
        "-pl",
        "it-tests",
        "-am",
        "-Pclusters",
        "-Dexec.skip=true",
        "process-classes");
  }
}
