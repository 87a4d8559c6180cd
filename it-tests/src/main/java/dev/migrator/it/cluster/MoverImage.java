package dev.migrator.it.cluster;

import dev.migrator.it.programs.BuildCache;
import dev.migrator.it.programs.BuildModule;
import dev.migrator.it.programs.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An image with the programs of movers, made of what this machine has. */
public final class MoverImage {

  /** Its name on the nodes that have it; no registry has it. */
  public static final String NAME = "example.com/movers:1";

  private MoverImage() {}

  /** Makes it in a folder of its own, and gives it to the nodes of both clusters. Few seconds. */
  public static void importInto(ClusterPair pair, Path folder) {
    BuildCache cache = BuildCache.ofThisUser();
    Path built = cache.folder(BuildModule.MOVERS);
    Path script = folder.resolve("mover-image.sh");
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(List.of(folder.resolve("image").toString(), NAME));
    BuildModule.MOVERS
        .programs()
        .forEach(program -> command.add(built.resolve(program.fileName()).toString()));
    try {
      LocalCluster.copyResource("mover-image.sh", script);
      Process process = new ProcessBuilder(command).inheritIO().start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("the image of movers could not be made");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    Path ctr = cache.folder(BuildModule.CONTAINERD_RUNTIME).resolve(Program.CTR.fileName());
    pair.clusters()
        .forEach(
            cluster ->
                node(cluster).importImage(folder.resolve("image").resolve("image.tar"), ctr));
  }

  /** The real node of a cluster that was started with one. */
  public static RealNode node(TestCluster cluster) {
    if (cluster instanceof LocalCluster local) {
      return local.realNode().orElseThrow(() -> new IllegalStateException("no real node"));
    }
    throw new IllegalStateException("no cluster of this machine's own processes");
  }
}
