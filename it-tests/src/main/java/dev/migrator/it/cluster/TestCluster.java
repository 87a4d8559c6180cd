package dev.migrator.it.cluster;

import java.net.URI;
import java.nio.file.Path;

/**
 * A real Kubernetes cluster for tests, with fake or real nodes. Ready from the moment that a caller
 * has it.
 */
public interface TestCluster extends AutoCloseable {

  /** Its name, also the name of the context in its kubeconfig: {@code source} or {@code target}. */
  String name();

  /** What its API server says that it is, such as {@code v1.34.4}. */
  String version();

  /** Where its API server listens. */
  URI server();

  /** How an administrator logs in; the server's certificate is verified. */
  Login admin();

  /** How an administrator logs in without a token; no other cluster knows who signed it. */
  ClientCertificate adminCertificate();

  /** How {@link Login#RESTRICTED_USER} logs in, who may do nothing until a test grants it. */
  Login restricted();

  /**
   * A kubeconfig of its own: contexts {@link #name()} (the current one) and {@code
   * <name>-restricted}.
   */
  Path kubeconfig();

  /**
   * The API server's audit log: one JSON line a request, whole bodies for writes, none for reads.
   *
   * <p>Shape: grows while the cluster runs; absent when audit is switched off.
   */
  Path auditLog();

  /** The folder of the logs of its programs. */
  Path logs();

  /** An independent witness, logged in as administrator. */
  Kubectl kubectl();

  /** Ends the cluster and loses all its data. Doing it again does nothing. */
  @Override
  void close();
}
