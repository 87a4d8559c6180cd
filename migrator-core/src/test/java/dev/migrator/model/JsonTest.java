package dev.migrator.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1.10,\"b\":1e3,\"c\":{},\"d\":[],\"e\":null}",
        "{\"big\":123456789012345678901234567890,\"small\":1E-7}",
        "{\"z\":1,\"a\":{\"z\":[1,\"two\",true,false]}}",
        "[9007199254740993,0.1,100.00]"
      })
  void whatIsReadIsWrittenAsItCame(String text) {
    assertThat(Json.text(Json.parse(text))).isEqualTo(text);
  }

  @Test
  void canonicalBytesDoNotDependOnTheOrderOfFields() {
    assertThat(Json.canonicalBytes(Json.parse("{\"b\":{\"y\":1,\"x\":2},\"a\":[3,1]}")))
        .isEqualTo(Json.canonicalBytes(Json.parse("{\"a\":[3,1],\"b\":{\"x\":2,\"y\":1}}")));
  }

  @Test
  void whatIsWrittenIsReadBackEqual() {
    RandomGenerator random = new SplittableRandom(7);
    for (int i = 0; i < 2_000; i++) {
      JsonNode tree = tree(random, 3);
      assertThat(Json.parse(Json.bytes(tree))).isEqualTo(tree);
      assertThat(Json.parse(Json.canonicalBytes(tree))).isEqualTo(tree);
    }
  }

  /** Digests of an older build's vaults and plans are of these bytes. */
  @Test
  void charactersAreWrittenAsEver() {
    assertThat(
            Json.text(
                Json.object().put("\u0001\u001f\b\t\n\f\r\"\\/", "\u007f\u00e9\u20ac\uD83D\uDE03")))
        .isEqualTo(
            "{\"\\u0001\\u001F\\b\\t\\n\\f\\r\\\"\\\\/\":\"\u007f\u00e9\u20ac\\uD83D\\uDE03\"}");
  }

  private static JsonNode tree(RandomGenerator random, int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> Json.object().textNode(text(random));
      case 1 -> Json.object().numberNode(random.nextInt());
      case 2 -> Json.object().numberNode(random.nextLong());
      case 3 -> Json.parse("1234567890123456789012345678901234567890");
      case 4 -> Json.parse("1.10e-7");
      case 5 -> Json.object().booleanNode(random.nextBoolean());
      case 6 -> Json.object().nullNode();
      case 7 -> {
        ArrayNode array = Json.array();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(tree(random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(6); i > 0; i--) {
          object.set(text(random), tree(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static String text(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append((char) random.nextInt(random.nextInt(8) == 0 ? 0xd800 : 0x80));
    }
    return text.append(random.nextInt(9) == 0 ? "\uD83D\uDE03" : "").toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{} {}", "{\"a\":1,\"a\":2}", "nul"})
  void whatIsNotOneValueIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
