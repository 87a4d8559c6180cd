package dev.migrator.cluster.fabric8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.cluster.ClusterException;
import dev.migrator.cluster.ClusterFailure;
import dev.migrator.model.Json;
import dev.migrator.model.Manifest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a server answered, whole. */
final class Answer {

  private final Call call;
  private final HttpResponse<?> head;
  private final byte[] body;

  Answer(Call call, HttpResponse<?> head, byte[] body) {
    this.call = call;
    this.head = head;
    this.body = body;
  }

  Call call() {
    return call;
  }

  byte[] body() {
    return body;
  }

  int code() {
    return head.code();
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(head.header(name));
  }

  /**
   * The document of a success.
   *
   * <p>Errors: {@link ClusterException} for every other answer.
   */
  ObjectNode document() {
    if (!head.isSuccessful()) {
      throw Failures.ofAnswer(this);
    }
    try {
      return Json.parseObject(body);
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  /**
   * What a success says where it is no document.
   *
   * <p>Errors: {@link ClusterException} for every other answer.
   */
  String text() {
    if (!head.isSuccessful()) {
      throw Failures.ofAnswer(this);
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The object of a success. */
  Manifest object() {
    return object(document());
  }

  Manifest object(ObjectNode document) {
    try {
      return Manifest.of(document);
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  /** The server may have done what it was asked for, but we cannot read what it says of it. */
  ClusterException unreadable(RuntimeException cause) {
    return new ClusterException(
        call.toString(),
        new ClusterFailure.OutcomeUnknown(
            "HTTP " + code() + ", but the answer is cut short or is no object"),
        cause);
  }
}
