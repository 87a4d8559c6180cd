package dev.migrator.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{} {}", "{\"a\":1,\"a\":2}", "nul"})
  void whatIsNotOneValueIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
