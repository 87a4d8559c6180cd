package dev.migrator.it.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.it.audit.NeverTwice.Moved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge itself: it sees every breach that it is there for, and none where there is none. */
class NeverTwiceTest {

  private static final Work BILLING = new Work("batch", "cronjobs", "shop", "billing");
  private static final Work MAILER = new Work("apps", "deployments", "shop", "mailer");

  @TempDir Path folder;
  private final StringBuilder source = new StringBuilder();
  private final StringBuilder target = new StringBuilder();

  @Test
  void anOrderlyHandOverIsNoBreach() throws IOException {
    write(source, 0, "create", "batch", "cronjobs", cronJob("s", 1, false, ""));
    write(source, 10, "patch", "batch", "cronjobs", cronJob("s", 2, true, ""));
    deleted(source, 12, "batch", "cronjobs", "s");
    write(target, 13, "create", "batch", "cronjobs", cronJob("t", 1, true, ""));
    write(target, 14, "patch", "batch", "cronjobs", cronJob("t", 2, false, ""));
    assertThat(breaches(BILLING)).isEmpty();
  }

  @Test
  void unsuspendedInBothIsABreach() throws IOException {
    write(source, 0, "create", "batch", "cronjobs", cronJob("s", 1, false, ""));
    write(target, 5, "create", "batch", "cronjobs", cronJob("t", 1, false, ""));
    deleted(source, 6, "batch", "cronjobs", "s");
    assertThat(breaches(BILLING)).singleElement().asString().contains("in both clusters");
  }

  @Test
  void aSuspendThatWasAnsweredTooLateIsABreach() throws IOException {
    write(source, 0, "create", "batch", "cronjobs", cronJob("s", 1, false, ""));
    write(target, 1, "create", "batch", "cronjobs", cronJob("t", 1, true, ""));
    write(target, 5, "patch", "batch", "cronjobs", cronJob("t", 2, false, ""));
    // Received at 5 s as every request of these lines, half a second before it is answered.
    write(source, 6, "patch", "batch", "cronjobs", cronJob("s", 2, true, ""));
    assertThat(breaches(BILLING)).hasSize(1);
  }

  @Test
  void deletingWithFinalizersIsNotGone() throws IOException {
    write(source, 0, "create", "batch", "cronjobs", cronJob("s", 1, false, ""));
    write(
        source,
        2,
        "delete",
        "batch",
        "cronjobs",
        cronJob(
            "s",
            2,
            false,
            "\"deletionTimestamp\": \"2026-01-01T00:00:02Z\", \"finalizers\":"
                + " [\"foregroundDeletion\"],"));
    write(target, 3, "create", "batch", "cronjobs", cronJob("t", 1, false, ""));
    assertThat(breaches(BILLING)).hasSize(1);
  }

  @Test
  void podsThatStillRunAtTheSourceAreABreach() throws IOException {
    write(source, 0, "create", "apps", "deployments", deployment("s", 1, 1));
    write(source, 1, "create", "apps", "replicasets", owned("rs", "ReplicaSet", "s", 2, "1"));
    write(source, 2, "create", "", "pods", owned("p", "Pod", "rs", 3, "1"));
    write(source, 3, "patch", "apps", "deployments", deployment("s", 4, 0));
    write(source, 3, "update", "apps", "replicasets", owned("rs", "ReplicaSet", "s", 5, "0"));
    write(target, 4, "create", "apps", "deployments", deployment("t", 1, 1));
    deleted(source, 5, "", "pods", "p");
    assertThat(breaches(MAILER)).singleElement().asString().contains("pods/shop/p");
  }

  @Test
  void oneSlotInBothClustersIsABreachThoughNothingOverlaps() throws IOException {
    write(source, 0, "create", "batch", "cronjobs", cronJob("s", 1, false, ""));
    write(source, 1, "create", "batch", "jobs", owned("billing-29", "Job", "s", 2, "1"));
    deleted(source, 2, "batch", "jobs", "billing-29");
    deleted(source, 3, "batch", "cronjobs", "s");
    write(target, 4, "create", "batch", "cronjobs", cronJob("t", 1, false, ""));
    String job = owned("billing-29", "Job", "t", 2, "1");
    write(target, 5, "create", "batch", "jobs", job.replace("uid-billing", "other-billing"));
    assertThat(breaches(BILLING)).singleElement().asString().contains("slot billing-29");
  }

  @Test
  void whatIsOnlyTriedIsNoWrite() throws IOException {
    line(source, 0, "create", "batch", "cronjobs", "?dryRun=All", 201, "migrator", "{}");
    line(source, 1, "create", "authorization.k8s.io", "selfsubjectaccessreviews", "", 201, "", "");
    line(source, 2, "delete", "batch", "cronjobs", "", 409, "migrator", "");
    AuditLog log = AuditLog.of(Files.writeString(folder.resolve("log"), source));
    assertThat(log.events()).hasSize(3);
    assertThat(log.ourWrites()).singleElement().matches(e -> !e.isDone() && e.code() == 409);
  }

  private List<String> breaches(Work work) throws IOException {
    Path here = Files.writeString(folder.resolve("source"), source);
    Path there = Files.writeString(folder.resolve("target"), target);
    return new NeverTwice(
            ClusterHistory.of(AuditLog.of(here).events()),
            ClusterHistory.of(AuditLog.of(there).events()))
        .breaches(List.of(new Moved(work, work)));
  }

  private static void write(
      StringBuilder log, int second, String verb, String group, String resource, String object) {
    line(
        log,
        second,
        verb,
        group,
        resource,
        "",
        verb.equals("create") ? 201 : 200,
        "migrator",
        object);
  }

  private static void deleted(
      StringBuilder log, int second, String group, String resource, String uid) {
    String details = "{\"kind\": \"Status\", \"details\": {\"uid\": \"uid-%s\"}}".formatted(uid);
    line(log, second, "delete", group, resource, "", 200, "migrator", details);
  }

  private static void line(
      StringBuilder log,
      int second,
      String verb,
      String group,
      String resource,
      String query,
      int code,
      String agent,
      String response) {
    log.append(
        """
        {"stage": "ResponseComplete", "verb": "%s", "user": {"username": "admin"}, "userAgent": "%s", \
        "requestURI": "/apis/x%s", "objectRef": {"apiGroup": "%s", "resource": "%s"}, \
        "responseStatus": {"code": %d}, "requestReceivedTimestamp": "2026-01-01T00:00:%02d.000001Z", \
        "stageTimestamp": "2026-01-01T00:00:%02d.500000Z"%s}
        """
            .formatted(
                verb,
                agent,
                query,
                group,
                resource,
                code,
                second,
                second,
                response.isEmpty() ? "" : ", \"responseObject\": " + response));
  }

  private static String cronJob(String uid, int version, boolean suspend, String metadata) {
    return object("CronJob", "billing", uid, version, metadata, "\"suspend\": " + suspend);
  }

  private static String deployment(String uid, int version, int replicas) {
    return object("Deployment", "mailer", uid, version, "", "\"replicas\": " + replicas);
  }

  private static String owned(String name, String kind, String owner, int version, String count) {
    String reference =
        "\"ownerReferences\": [{\"controller\": true, \"uid\": \"uid-" + owner + "\"}],";
    return object(kind, name, name, version, reference, "\"replicas\": " + count);
  }

  private static String object(
      String kind, String name, String uid, int version, String metadata, String spec) {
    return """
    {"kind": "%s", "metadata": {%s "name": "%s", "namespace": "shop", "uid": "uid-%s", \
    "resourceVersion": "%d"}, "spec": {%s}}\
    """
        .formatted(kind, metadata, name, uid, version, spec);
  }
}
