package dev.migrator.cluster.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.cluster.Patch;
import dev.migrator.model.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchesTest {

  /** The examples of RFC 7386 and RFC 6902 that concern objects. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          MERGE | {"a":"b"}             | {"a":"c"}                | {"a":"c"}
          MERGE | {"a":"b"}             | {"b":"c"}                | {"a":"b","b":"c"}
          MERGE | {"a":"b","b":"c"}     | {"a":null}               | {"b":"c"}
          MERGE | {"a":["b"]}           | {"a":"c"}                | {"a":"c"}
          MERGE | {"a":{"b":"c"}}       | {"a":{"b":"d","c":null}} | {"a":{"b":"d"}}
          MERGE | {"a":[{"b":"c"}]}     | {"a":[1]}                | {"a":[1]}
          MERGE | {}                    | {"a":{"bb":{"c":null}}}  | {"a":{"bb":{}}}
          JSON | {"a":1}      | [{"op":"add","path":"/b","value":2}]         | {"a":1,"b":2}
          JSON | {"a":[1,3]}  | [{"op":"add","path":"/a/1","value":2}]       | {"a":[1,2,3]}
          JSON | {"a":[1]}    | [{"op":"add","path":"/a/-","value":2}]       | {"a":[1,2]}
          JSON | {"a":[1,2]}  | [{"op":"remove","path":"/a/0"}]              | {"a":[2]}
          JSON | {"a":1}      | [{"op":"replace","path":"/a","value":{}}]    | {"a":{}}
          JSON | {"a":{"b":1}}| [{"op":"move","from":"/a/b","path":"/c"}]    | {"a":{},"c":1}
          JSON | {"a":1}      | [{"op":"copy","from":"/a","path":"/b"}]      | {"a":1,"b":1}
          JSON | {"a/b":1}    | [{"op":"test","path":"/a~1b","value":1}]     | {"a/b":1}
          JSON | {"a~1":1}    | [{"op":"remove","path":"/a~01"}]             | {}
          """)
  void patches(Patch.Format format, String before, String patch, String after) {
    assertThat(Patches.apply(Json.parseObject(before), format, Json.parse(patch)))
        .isEqualTo(Json.parse(after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          MERGE | "text"
          JSON  | {"op":"add"}
          JSON  | [{"op":"test","path":"/a","value":2}]
          JSON  | [{"op":"remove","path":"/nothing"}]
          JSON  | [{"op":"replace","path":"/nothing","value":1}]
          JSON  | [{"op":"add","path":"/no/such/parent","value":1}]
          JSON  | [{"op":"add","path":"/list/7","value":1}]
          JSON  | [{"op":"add","path":"/list/01","value":1}]
          JSON  | [{"op":"jump","path":"/a"}]
          JSON  | [{"op":"add","path":"a","value":1}]
          """)
  void refuses(Patch.Format format, String patch) {
    assertThatThrownBy(
            () ->
                Patches.apply(Json.parseObject("{\"a\":1,\"list\":[]}"), format, Json.parse(patch)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
