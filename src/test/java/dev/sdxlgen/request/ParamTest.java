package dev.sdxlgen.request;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParamTest {

  private static String added(String body, String... typed) {
    List<Param> params = new ArrayList<>();
    for (String param : typed) {
      params.add(Param.parse(param));
    }
    return new String(Param.addTo(body.getBytes(UTF_8), params), UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a=1           | 1
          a=7.0         | 7.0
          a=7.10        | 7.10
          a=1e5         | 1E+5
          a=-0          | 0
          a=12345678901234567890 | 12345678901234567890
          a=0.1234567890123456789 | 0.1234567890123456789
          a=true        | true
          a=null        | null
          a=premium     | "premium"
          a="1"         | "1"
          a=            | ""
          a=b=c         | "b=c"
          a=1 2         | "1 2"
          a=01          | "01"
          a=NaN         | "NaN"
          a=nullable    | "nullable"
          a={"b":[1,{}]} | {"b":[1,{}]}
          a={"b"        | "{\\"b\\""
          a=[]          | []
          a=é🎩         | "é🎩"
          a=a "b"       | "a \\"b\\""
          """)
  void takesAValueAsJsonAndElseAsAString(String typed, String value) {
    assertThat(added("{}", typed)).isEqualTo("{\"a\":" + value + "}");
  }

  @Test
  void leavesABodyAsItIsWithoutOne() {
    assertThat(added(" {\"a\" : 1}")).isEqualTo(" {\"a\" : 1}");
  }

  @Test
  void addsFieldsInTheOrderGivenAtAnyDepth() {
    assertThat(added("{\"x\":{\"y\":1}}", "b=1", "a=2", "x.z=3", "x.y=4", "c.d.e=5", "c.f=6"))
        .isEqualTo("{\"x\":{\"y\":4,\"z\":3},\"b\":1,\"a\":2,\"c\":{\"d\":{\"e\":5},\"f\":6}}");
  }

  @Test
  void takesTheLastOfSeveral() {
    assertThat(added("{}", "a=1", "a=2")).isEqualTo("{\"a\":2}");
  }

  @Test
  void leavesTheBodysOwnNumbersAndTextAsTheyAre() {
    assertThat(added("{\"cfg_scale\":7.0,\"s\":4294967295,\"p\":\"🎩é\\u0001\"}", "a=1"))
        .isEqualTo("{\"cfg_scale\":7.0,\"s\":4294967295,\"p\":\"🎩é\\u0001\",\"a\":1}");
  }

  /** Jackson by itself reads no text of more than 20,000,000 characters. */
  @Test
  void goesIntoTheLargestBodyThereIs() {
    String image = "A".repeat(24_999_900);
    assertThat(added("{\"init_image\":\"" + image + "\"}", "a=1").length())
        .isEqualTo("{\"init_image\":\"\",\"a\":1}".length() + image.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "=1", " =1", ".a=1", "a.=1", "a..b=1"})
  void refusesWhatIsNoKeyAndValue(String typed) {
    assertRefused(
        () -> Param.parse(typed),
        "--param takes KEY=VALUE, not '" + typed + "'",
        "For example: --param imageGenerationConfig.quality=premium");
  }

  @ParameterizedTest
  @CsvSource({"a.b, a", "x.y.z, y", "l.0, l", "n.a, n"})
  void refusesAKeyThroughWhatIsNoObject(String key, String through) {
    assertRefused(
        () -> added("{\"a\":1,\"x\":{\"y\":\"\"},\"l\":[{}],\"n\":null}", key + "=1"),
        "--param " + key + " goes through " + through + ", which isn't an object",
        "--dry-run shows the body");
  }
}
