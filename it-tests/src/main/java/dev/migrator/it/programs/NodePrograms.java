package dev.migrator.it.programs;

import java.nio.file.Path;

/**
 * The executables of one real node that are built from Go modules. The rest (runc, busybox, the CNI
 * plugins) is installed.
 *
 * @param containerd the folder of containerd, its shim and ctr
 * @param kubelet the program
 */
public record NodePrograms(Path containerd, Path kubelet) {}
