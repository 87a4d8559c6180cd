/**
 * Real Kubernetes clusters on this machine for tests: started, described by kubeconfigs, and ended
 * without leaving a process behind. All listen on 127.0.0.1 only.
 */
@NullMarked
package dev.migrator.it.cluster;

import org.jspecify.annotations.NullMarked;
