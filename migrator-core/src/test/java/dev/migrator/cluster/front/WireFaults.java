package dev.migrator.cluster.front;

import dev.migrator.cluster.front.WireFault.Break;
import dev.migrator.cluster.front.WireFault.Broken;
import dev.migrator.cluster.front.WireFault.BrokenWatch;
import dev.migrator.cluster.front.WireFault.Form;
import dev.migrator.cluster.front.WireFault.Garbled;
import dev.migrator.cluster.front.WireFault.Late;
import dev.migrator.cluster.front.WireFault.Replaced;
import dev.migrator.cluster.front.WireFault.Restarted;
import dev.migrator.cluster.front.WireFault.SentAway;
import dev.migrator.cluster.front.WireFault.Silence;
import dev.migrator.cluster.front.WireFault.Slow;
import dev.migrator.cluster.front.WireFault.StaleList;
import dev.migrator.cluster.front.WireFault.Stalled;
import dev.migrator.cluster.front.WireFault.WatchBreak;
import dev.migrator.cluster.front.WireFault.WrongClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The faults that every request must survive on the wire. */
public final class WireFaults {

  private WireFaults() {}

  /** By name, in a stable order. What leaves the outcome open is there for each outcome. */
  public static Map<String, WireFault> catalogue() {
    Map<String, WireFault> faults = new LinkedHashMap<>();
    refusals(faults);
    gateways(faults);
    for (Break how : Break.values()) {
      faults.put(words(how) + ", response lost", new Broken(true, how));
    }
    for (Break how : List.of(Break.RESET, Break.CLOSED, Break.STREAM_ERROR)) {
      faults.put(words(how) + ", request lost", new Broken(false, how));
    }
    for (Form form : Form.values()) {
      faults.put("answer is " + words(form), new Garbled(form));
    }
    for (Silence how : Silence.values()) {
      faults.put("stalled " + words(how), new Stalled(how));
    }
    faults.put("reset, executed ten seconds later", new Late(Duration.ofSeconds(10)));
    faults.put("slow request", new Slow(Duration.ofSeconds(25), Duration.ZERO));
    faults.put("slow answer", new Slow(Duration.ZERO, Duration.ofSeconds(25)));
    faults.put("long pause", new Slow(Duration.ofMinutes(10), Duration.ZERO));
    faults.put("sent away with an answer", new SentAway(true));
    faults.put("sent away unread", new SentAway(false));
    faults.put("server restarted, response lost", new Restarted(true));
    faults.put("server restarted, request lost", new Restarted(false));
    faults.put("stale list", new StaleList());
    faults.put("clock an hour ahead", new WrongClock(Duration.ofHours(1)));
    faults.put("clock an hour behind", new WrongClock(Duration.ofHours(-1)));
    for (WatchBreak how : WatchBreak.values()) {
      faults.put("watch " + words(how), new BrokenWatch(how));
    }
    return faults;
  }

  private static void refusals(Map<String, WireFault> faults) {
    refusal(
        faults,
        "429 with Retry-After",
        Reply.throttled(429, "too many requests", Optional.of(Duration.ofSeconds(2))));
    refusal(faults, "429", Reply.throttled(429, "too many requests", Optional.empty()));
    refusal(
        faults,
        "503 with Retry-After",
        Reply.throttled(503, "shutting down", Optional.of(Duration.ofSeconds(1))));
    refusal(faults, "401", Reply.status(401, "Unauthorized", "the token has expired"));
    refusal(faults, "403", Reply.status(403, "Forbidden", "forbidden for a moment"));
    refusal(
        faults,
        "403 of a webhook",
        Reply.status(403, "Forbidden", "admission webhook \"policy.example.com\" denied"));
    refusal(faults, "404 of a proxy", page(404, "no such host"));
    refusal(faults, "404 of a path", Reply.unservedPath());
    refusal(faults, "409", Reply.status(409, "Conflict", "the object has been modified"));
    refusal(faults, "410", Reply.status(410, "Expired", "too old resource version"));
    refusal(faults, "422", Reply.invalid("refused for a moment", List.of("spec.replicas")));
    refusal(faults, "redirect", page(307, "").withHeader("Location", "http://127.0.0.1:9/"));
  }

  private static void refusal(Map<String, WireFault> faults, String name, Reply reply) {
    faults.put(name, new Replaced(false, reply));
  }

  private static void gateways(Map<String, WireFault> faults) {
    Map<String, Reply> replies = new LinkedHashMap<>();
    replies.put("408", Reply.status(408, "Timeout", "request took too long"));
    replies.put("500", Reply.status(500, "InternalError", "etcdserver: leader changed"));
    replies.put(
        "500 of a webhook",
        Reply.status(
            500,
            "InternalError",
            "Internal error occurred: failed calling webhook \"policy.example.com\": deadline"
                + " exceeded"));
    replies.put("502 of a proxy", page(502, "Bad Gateway"));
    replies.put("503", Reply.status(503, "ServiceUnavailable", "unavailable"));
    replies.put("504", Reply.status(504, "Timeout", "request did not complete in time"));
    replies.forEach(
        (name, reply) -> {
          faults.put(name + ", request lost", new Replaced(false, reply));
          faults.put(name + ", response lost", new Replaced(true, reply));
        });
  }

  static Reply page(int code, String words) {
    return new Reply(
        code,
        Map.of(),
        "text/html",
        ("<html><body>" + words + "</body></html>").getBytes(StandardCharsets.UTF_8));
  }

  private static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
