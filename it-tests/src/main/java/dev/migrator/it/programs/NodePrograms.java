package dev.migrator.it.programs;

import java.nio.file.Path;
import java.util.List;

/**
 * The executables of one real node that are built from Go modules. The rest (runc, busybox, the CNI
 * plugins) is installed.
 *
 * @param containerd the folder of containerd, its shim and ctr
 * @param kubelet the program
 * @param ofPods static programs that the image of pods has besides busybox
 */
public record NodePrograms(Path containerd, Path kubelet, List<Path> ofPods) {

  public NodePrograms {
    ofPods = List.copyOf(ofPods);
  }

  /** The same with this program in the image. */
  public NodePrograms withInPods(Path program) {
    return new NodePrograms(containerd, kubelet, List.of(program));
  }
}
