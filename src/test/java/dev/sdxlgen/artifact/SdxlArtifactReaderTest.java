package dev.sdxlgen.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.artifact.ImageHeader.Format;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SdxlArtifactReaderTest {

  private static final String NOT_JSON =
      "Bedrock's answer can't be read: it isn't the JSON it should be";
  private static final String BROKEN_BASE64 =
      "Bedrock's answer can't be read: the image's base64 is broken";
  private static final String NO_IMAGE = "Bedrock's answer holds no image";

  private static final byte[] PNG = TinyImages.png(1024, 768, 100_000);
  private static final String BASE64 = Base64.getEncoder().encodeToString(PNG);

  @TempDir Path folder;
  private ArtifactWriter writer;
  private PendingImage image;

  @BeforeEach
  void prepare() {
    writer = new ArtifactWriter(folder, OutputStream.nullOutputStream());
    image = writer.prepare(new Destination(Path.of("out.png"), IfExists.FAIL));
  }

  @AfterEach
  void close() throws IOException {
    writer.close();
    try (var files = Files.list(folder)) {
      assertThat(files.filter(file -> !file.endsWith("out.png"))).isEmpty();
    }
  }

  @Test
  void writesTheImagesBytesAndTellsWhatIsSaidOfIt() throws IOException {
    Artifact artifact = read(answer("1234", BASE64));

    assertThat(artifact)
        .isEqualTo(
            new Artifact(
                "success",
                1234L,
                "SUCCESS",
                false,
                new ImageHeader(Format.PNG, 1024, 768),
                BASE64.substring(0, 80)));
    assertThat(artifact.filtered()).isFalse();
    assertThat(image.size()).isEqualTo(PNG.length);
    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
  }

  @ParameterizedTest
  @ValueSource(ints = {33, 34, 35, 36, 59, 60, 61})
  void writesEveryLengthAndShowsAsMuchOfTheBase64AsThereIs(int length) throws IOException {
    byte[] bytes = TinyImages.png(1, 1, length);
    String base64 = Base64.getEncoder().encodeToString(bytes);

    Artifact artifact = read(answer("1", base64));

    assertThat(artifact.base64Start())
        .isEqualTo(base64.substring(0, Math.min(80, base64.length())));
    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {3069, 3070, 3071, 3072, 3073, 98_303, 98_304, 98_305, 98_306, 98_307})
  void writesEveryLengthWhereTheBase64IsLong(int length) throws IOException {
    byte[] bytes = TinyImages.png(1, 1, length);

    Artifact artifact = read(answer("1", Base64.getEncoder().encodeToString(bytes)));

    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4096, 4097, 100_002, 133_333})
  void readsBase64WithEscapesInIt(int at) throws IOException {
    String escaped =
        BASE64.substring(0, at)
            + String.format("\\u%04x", (int) BASE64.charAt(at))
            + BASE64.substring(at + 1).replace("/", "\\/");

    Artifact artifact = read(answer("1", escaped));

    assertThat(artifact.finishReason()).isEqualTo("SUCCESS");
    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
  }

  @Test
  void takesAJpegToo() {
    byte[] jpeg = {
      (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc0, 0, 11, 8, 0, 1, 0, 2, 1, 1, 17, 0
    };

    assertThat(read(answer("1", Base64.getEncoder().encodeToString(jpeg))).header())
        .isEqualTo(new ImageHeader(Format.JPEG, 2, 1));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "4294967295, 4294967295", "9223372036854775807, 9223372036854775807"})
  void tellsTheSeedWhole(String sent, long seed) {
    assertThat(read(answer(sent, BASE64)).seed()).isEqualTo(seed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"7\"", "7.0", "{}", "[7]"})
  void hasNoSeedWhereTheAnswerHasNoWholeNumber(String sent) {
    assertThat(read(answer(sent, BASE64)).seed()).isNull();
  }

  @Test
  void doesWithTheImageAlone() {
    assertThat(read("{\"artifacts\":[{\"base64\":\"" + BASE64 + "\"}]}"))
        .isEqualTo(
            new Artifact(
                null,
                null,
                null,
                false,
                new ImageHeader(Format.PNG, 1024, 768),
                BASE64.substring(0, 80)));
  }

  @Test
  void passesOverFieldsItDoesNotKnowInAnyOrder() throws IOException {
    Artifact artifact =
        read(
            " \n{\"id\":{\"artifacts\":[1,{\"base64\":\"AAAA\"}]},\"artifacts\" : [ {\"x\":[[]],"
                + "\"finishReason\":\"SUCCESS\", \"base64\" :\n\""
                + BASE64
                + "\",\"seed\":7,\"y\":null,\"mime\":\"\\ud83d\\ude00\"} ],\"result\":\"success\","
                + "\"z\":1e400}\r\n");

    assertThat(artifact.seed()).isEqualTo(7);
    assertThat(artifact.result()).isEqualTo("success");
    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
  }

  @Test
  void readsTheFirstOfSeveralArtifacts() throws IOException {
    String other = Base64.getEncoder().encodeToString(TinyImages.png(5, 5));

    Artifact artifact =
        read(
            "{\"artifacts\":[{\"seed\":1,\"base64\":\""
                + BASE64
                + "\",\"finishReason\":\"SUCCESS\"},{\"seed\":2,\"base64\":\""
                + other
                + "\",\"finishReason\":\"ERROR\"},[],null]}");

    assertThat(artifact.seed()).isEqualTo(1);
    assertThat(artifact.finishReason()).isEqualTo("SUCCESS");
    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
  }

  @Test
  void readsASlashThatIsEscaped() throws IOException {
    assertThat(BASE64).contains("/");

    Artifact artifact = read(answer("1", BASE64.replace("/", "\\/").replace("+", "\\u002b")));

    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
  }

  @Test
  void readsBase64ThatIsBrokenIntoLines() throws IOException {
    String lines = String.join("\\r\\n", BASE64.split("(?<=\\G.{76})"));

    Artifact artifact = read(answer("1", lines));

    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
  }

  /** A raw line break in a string is no JSON, but the image is paid for. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\n\n\n"})
  void readsBase64WithRawLineBreaks(String lineBreak) throws IOException {
    String lines = String.join(lineBreak, BASE64.split("(?<=\\G.{10000})"));

    Artifact artifact = read(answer("1", lines));

    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
  }

  @Test
  void readsTheImageAmongOtherLongStrings() throws IOException {
    String other = "x\\\"y".repeat(5_000);

    Artifact artifact =
        read(
            "{\""
                + "n".repeat(8_000)
                + "\":\""
                + "AAAA".repeat(4_000)
                + "\",\"a\":\""
                + other
                + "\",\"artifacts\":[{\"thumbnail\":\""
                + "BBBB".repeat(4_000)
                + "\",\"base64\":\""
                + BASE64
                + "\",\"c\":\""
                + other
                + "\",\"seed\":7}]}");

    assertThat(artifact.seed()).isEqualTo(7);
    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
  }

  @Test
  void tellsThatTheModelFilteredAndGivesTheBlurredImageAllTheSame() throws IOException {
    Artifact artifact = read(answer("1", BASE64).replace("SUCCESS", "CONTENT_FILTERED"));

    assertThat(artifact.filtered()).isTrue();
    image.commit(artifact);
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
  }

  @Test
  void refusesWhatTheModelCallsAnError() {
    assertUnreadable(
        answer("1", BASE64).replace("SUCCESS", "ERROR"),
        "the model failed to make the image (finish reason ERROR)");
    assertUnreadable(
        "{\"result\":\"error\",\"artifacts\":[{\"finishReason\":\"ERROR\"}]}",
        "the model failed to make the image (finish reason ERROR)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{}",
        "[]",
        "[{\"base64\":\"AAAA\"}]",
        "null",
        "42",
        "\"success\"",
        "{\"result\":\"success\"}",
        "{\"artifacts\":null}",
        "{\"artifacts\":\"AAAA\"}",
        "{\"artifacts\":{\"base64\":\"AAAA\"}}",
        "{\"artifacts\":[]}",
        "{\"artifacts\":[null]}",
        "{\"artifacts\":[\"AAAA\"]}",
        "{\"artifacts\":[{}]}",
        "{\"artifacts\":[{},{\"base64\":\"AAAA\"}]}",
        "{\"artifacts\":[[{\"base64\":\"AAAA\"}]]}",
        "{\"artifacts\":[{\"base64\":null}]}",
        "{\"artifacts\":[{\"base64\":5}]}",
        "{\"artifacts\":[{\"base64\":[\"AAAA\"]}]}",
        "{\"base64\":\"AAAA\"}",
        "{\"message\":\"Internal\"}"
      })
  void saysThatAnAnswerHoldsNoImage(String answer) {
    assertUnreadable(answer, NO_IMAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>502</html>",
        "garbage",
        "{\"artifacts\":[{\"base64\":AAAA}]}",
        "{\"artifacts\":[{\"seed\":01}]}",
        "{'result':1}",
        "{\"result\":\"success\",}",
        "{\"a\":1}}",
        "{\"a\":1}garbage",
        "{\"artifacts\":[{\"seed\":99999999999999999999}]}",
        "{",
        "{\"",
        "{\"artifacts\"",
        "{\"artifacts\":[",
        "{\"artifacts\":[{\"seed\":1,"
      })
  void saysThatAnAnswerIsNotJson(String answer) {
    assertUnreadable(answer, NOT_JSON);
  }

  @Test
  void saysOfBytesThatAreNoTextThatTheyAreNotJson() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }

    BedrockFailed failure = failureOf(bytes);

    assertThat(failure).hasMessage(NOT_JSON);
    assertThat(failure.answer()).isEqualTo(bytes);
  }

  @Test
  void takesAnEmptyImageForNone() {
    assertUnreadable(answer("1", ""), NO_IMAGE);
  }

  @Test
  void refusesAnAnswerNestedToDeath() {
    assertUnreadable("{\"a\":" + "[".repeat(100_000), NOT_JSON);
  }

  @Test
  void refusesAnAnswerWhereverItWasCutOff() {
    String whole =
        "{\"result\":\"success\",\"artifacts\":[{\"seed\":1,\"base64\":\""
            + Base64.getEncoder().encodeToString(TinyImages.png(1, 1))
            + "\",\"finishReason\":\"SUCCESS\"}]}";
    for (int length = 1; length < whole.length(); length++) {
      String cut = whole.substring(0, length);
      BedrockFailed failure = failureOf(cut.getBytes(UTF_8));
      assertThat(failure.getMessage()).as(cut).isIn(NOT_JSON, BROKEN_BASE64);
      assertThat(failure.answer()).isEqualTo(cut.getBytes(UTF_8));
      image.restart();
    }
  }

  @Test
  void refusesALargeAnswerThatWasCutOffWithinTheImage() {
    String whole = answer("1", BASE64);

    assertUnreadable(whole.substring(0, whole.length() / 2), NOT_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iVBORw0KGg*o",
        "iVBORw0KGgo-",
        "iVBORw0KGgo_",
        "iVBORw0\u00e4",
        "iV=ORw0K",
        "====",
        "i",
        "iVBORw0KG",
        "iVBORw0KGgo",
        "iVBORw0KGg",
        "iVBORw0KGg=",
        "iVBO\\u00e4Rw0"
      })
  void saysThatBase64IsBroken(String base64) {
    assertUnreadable(answer("1", base64), BROKEN_BASE64);
  }

  @ParameterizedTest
  @CsvSource({"0, *", "1, -", "70001, _", "131072, =", "133000, *", "133000, \u00e4", "133000, !"})
  void saysThatTheBase64OfAWholeImageIsBroken(int at, String character) {
    String broken = BASE64.substring(0, at) + character + BASE64.substring(at + 1);

    assertUnreadable(answer("1", broken), BROKEN_BASE64);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void saysThatTheBase64OfAWholeImageEndsEarly(int missing) {
    String broken = BASE64.substring(0, BASE64.length() - missing);

    assertUnreadable(answer("1", broken), BROKEN_BASE64);
  }

  @ParameterizedTest
  @CsvSource({
    "aVZC, it is neither a PNG nor a JPEG",
    "iVBORw0KGgo=, it ends within its header",
    "R0lGODlhAQABAAAAACw=, it is neither a PNG nor a JPEG",
    "UklGRgAAAABXRUJQ, it ends within its header"
  })
  void saysThatWhatCameIsNotAnImage(String base64, String message) {
    assertUnreadable(answer("1", base64), "what Bedrock sent is not an image: " + message);
  }

  @Test
  void saysThatTheImageCannotBeWrittenWhenItIsThatAndNotTheAnswer() throws IOException {
    image.close();

    OutputFailed failure =
        catchThrowableOfType(OutputFailed.class, () -> read(answer("1", BASE64)));

    assertThat(failure).isNotNull();
    image = writer.prepare(new Destination(Path.of("out.png"), IfExists.FAIL));
  }

  private void assertUnreadable(String answer, String message) {
    BedrockFailed failure = failureOf(answer.getBytes(UTF_8));

    assertThat(failure).hasMessage(message);
    assertThat(failure.repeat()).isEqualTo(Repeat.MAYBE_BILLED);
    assertThat(failure.answer()).isEqualTo(answer.getBytes(UTF_8));
  }

  private BedrockFailed failureOf(byte[] answer) {
    byte[] before = answer.clone();
    BedrockFailed failure =
        catchThrowableOfType(
            BedrockFailed.class,
            () -> new SdxlArtifactReader().read(inUsedMemory(answer), List.of(image)));
    assertThat(failure).as(new String(answer, UTF_8)).isNotNull();
    assertThat(Arrays.equals(answer, before)).isTrue();
    return failure;
  }

  private Artifact read(String answer) {
    return new SdxlArtifactReader()
        .read(inUsedMemory(answer.getBytes(UTF_8)), List.of(image))
        .get(0);
  }

  /** Behind the answer is what a longer one has left, which goes on as this one could. */
  private static ByteBuffer inUsedMemory(byte[] answer) {
    byte[] leftovers = ("A".repeat(8000) + "\",\"seed\":7}]}").getBytes(UTF_8);
    byte[] memory = Arrays.copyOf(answer, answer.length + leftovers.length);
    System.arraycopy(leftovers, 0, memory, answer.length, leftovers.length);
    return ByteBuffer.wrap(memory, 0, answer.length);
  }

  private static String answer(String seed, String base64) {
    return "{\"result\":\"success\",\"artifacts\":[{\"seed\":"
        + seed
        + ",\"base64\":\""
        + base64
        + "\",\"finishReason\":\"SUCCESS\"}]}";
  }
}
