package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.model.Manifest;
import org.junit.jupiter.api.Test;

/** What keeps an object that is being deleted is named. */
class DeletionBlockersTest {

  @Test
  void aNamespaceIsHeldByWhatIsInIt() {
    Manifest namespace =
        Manifest.parse(
            """
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"},
             "status": {"phase": "Terminating", "conditions": [
               {"type": "NamespaceDeletionContentFailure", "status": "False",
                "message": "All content successfully deleted"},
               {"type": "NamespaceContentRemaining", "status": "True",
                "message": "Some resources are remaining: configmaps. has 1 resource instances"},
               {"type": "NamespaceFinalizersRemaining", "status": "True",
                "message": "example.com/hold in 1 resource instances"}]}}
            """);
    assertThat(DeletionBlockers.words(namespace))
        .isEqualTo(
            "is being deleted, held by what is in it: Some resources are remaining: configmaps."
                + " has 1 resource instances; example.com/hold in 1 resource instances");
  }

  @Test
  void anythingElseIsHeldByItsFinalizers() {
    assertThat(
            DeletionBlockers.words(
                Manifest.parse(
                    """
                    {"apiVersion": "v1", "kind": "ConfigMap",
                     "metadata": {"name": "c", "finalizers": ["example.com/hold"]}}
                    """)))
        .isEqualTo("is being deleted, held by finalizers [\"example.com/hold\"]");
  }
}
