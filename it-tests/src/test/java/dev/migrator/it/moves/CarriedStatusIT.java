package dev.migrator.it.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.cluster.ClusterPair;
import dev.migrator.it.junit.RealClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real API server takes a status by its subresource only, and keeps it where there is none. */
@RealClusters
@Timeout(300)
class CarriedStatusIT {

  private static final String SPACE = "carried-status";

  private static final String DEFINITIONS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: workspaces.devx.example.com}
      spec:
        group: devx.example.com
        scope: Namespaced
        names: {kind: Workspace, listKind: WorkspaceList, plural: workspaces, singular: workspace}
        versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}}
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: notes.devx.example.com}
      spec:
        group: devx.example.com
        scope: Namespaced
        names: {kind: Note, listKind: NoteList, plural: notes, singular: note}
        versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """;

  private static final String OBJECTS =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: %1$s}}
      ---
      apiVersion: devx.example.com/v1
      kind: Workspace
      metadata: {name: copied, namespace: %1$s, labels: {migrator.dev/protect-from: loss}}
      spec: {plan: basic}
      ---
      apiVersion: devx.example.com/v1
      kind: Workspace
      metadata: {name: handed, namespace: %1$s, labels: {migrator.dev/protect-from: duplication}}
      spec: {plan: basic}
      ---
      apiVersion: devx.example.com/v1
      kind: Note
      metadata: {name: plain, namespace: %1$s, labels: {migrator.dev/protect-from: loss}}
      spec: {text: hello}
      status: {writtenBy: a person}
      """
          .formatted(SPACE);

  @TempDir Path folder;
  private final ClusterPair pair;

  CarriedStatusIT(ClusterPair pair) {
    this.pair = pair;
  }

  @AfterEach
  void clean() {
    Scene.remove(pair, SPACE);
    Scene.removeCluster(pair, "crd", "workspaces.devx.example.com", "notes.devx.example.com");
    Scene.unlock(pair);
  }

  @Test
  void whatOnlyTheStatusHoldsIsAtTheTarget() throws IOException {
    Scene.at(pair.source().kubectl()).apply(DEFINITIONS).apply(OBJECTS);
    for (String name : new String[] {"copied", "handed"}) {
      pair.source()
          .kubectl()
          .run(
              "patch",
              "workspace",
              name,
              "-n",
              SPACE,
              "--subresource=status",
              "--type=merge",
              "-p",
              "{\"status\": {\"workspaceID\": \"ws-" + name + "\", \"observedGeneration\": 1}}");
    }
    Move move = new Move(pair, folder);
    Files.writeString(
        folder.resolve("migration.yaml"),
        """
        apiVersion: migrator.dev/v1alpha1
        kind: Migration
        metadata: {name: carried-status}
        scope: {namespaces: {include: [%s]}}
        statusOf: [Workspace.devx.example.com]
        """
            .formatted(SPACE));
    move.plan("-f", "migration.yaml");

    move.apply().expect(0);

    assertThat(status("workspace", "copied")).isEqualTo("{\"workspaceID\":\"ws-copied\"}");
    assertThat(status("workspace", "handed")).isEqualTo("{\"workspaceID\":\"ws-handed\"}");
    assertThat(status("note", "plain")).isEqualTo("{\"writtenBy\":\"a person\"}");
    move.assertKept();
  }

  private String status(String kind, String name) {
    return pair.target().kubectl().run("get", kind, name, "-n", SPACE, "-o", "jsonpath={.status}");
  }
}
