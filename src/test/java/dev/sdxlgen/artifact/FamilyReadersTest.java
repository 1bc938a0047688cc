package dev.sdxlgen.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.artifact.ImageHeader.Format;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of Stable Image, and those of Nova Canvas and Titan. */
class FamilyReadersTest {

  private static final ArtifactReader STABLE_IMAGE = new StableImageArtifactReader();
  private static final ArtifactReader AMAZON = new AmazonArtifactReader();
  private static final String NO_IMAGE = "Bedrock's answer holds no image";

  private static final byte[] PNG = TinyImages.png(1024, 768, 5_000);
  private static final byte[] OTHER = TinyImages.png(5, 7, 99);
  private static final byte[] JPEG = {
    (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc0, 0, 11, 8, 0, 1, 0, 2, 1, 1, 17, 0
  };

  @TempDir Path folder;
  private ArtifactWriter writer;
  private final List<PendingImage> pending = new ArrayList<>();

  @BeforeEach
  void open() {
    writer = new ArtifactWriter(folder, OutputStream.nullOutputStream());
  }

  @AfterEach
  void close() {
    for (PendingImage image : pending) {
      image.close();
    }
    writer.close();
  }

  private List<Artifact> read(ArtifactReader reader, int count, String answer) {
    for (int i = 0; i < count; i++) {
      pending.add(writer.prepare(new Destination(Path.of("out-" + i + ".png"), IfExists.FAIL)));
    }
    return reader.read(UTF_8.encode(answer), pending);
  }

  private void assertUnreadable(ArtifactReader reader, String answer, String message) {
    BedrockFailed failure =
        catchThrowableOfType(BedrockFailed.class, () -> read(reader, 1, answer));
    assertThat(failure).as(answer).isNotNull();
    assertThat(failure).hasMessage(message);
    assertThat(failure.repeat()).isEqualTo(Repeat.MAYBE_BILLED);
    assertThat(failure.answer()).isEqualTo(answer.getBytes(UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String stableImage(String seeds, String reasons, String images) {
    return "{\"seeds\":" + seeds + ",\"finish_reasons\":" + reasons + ",\"images\":" + images + "}";
  }

  private static String image(byte[] bytes) {
    return "[\"" + base64(bytes) + "\"]";
  }

  // ---- stable-image

  @Test
  void readsStableImagesAnswer() throws IOException {
    Artifact artifact =
        read(STABLE_IMAGE, 1, stableImage("[2130420379]", "[null]", image(PNG))).get(0);

    assertThat(artifact)
        .isEqualTo(
            new Artifact(
                null,
                2130420379L,
                null,
                false,
                new ImageHeader(Format.PNG, 1024, 768),
                base64(PNG).substring(0, 80)));
    pending.get(0).commit(artifact);
    assertThat(folder.resolve("out-0.png")).hasBinaryContent(PNG);
  }

  @Test
  void readsAJpeg() {
    assertThat(read(STABLE_IMAGE, 1, stableImage("[1]", "[null]", image(JPEG))).get(0).header())
        .isEqualTo(new ImageHeader(Format.JPEG, 2, 1));
  }

  @Test
  void doesWithTheImagesAloneAndPassesOverTheRest() {
    Artifact artifact =
        read(STABLE_IMAGE, 1, "{\"x\":[[1],{\"images\":[]}],\"images\":" + image(PNG) + ",\"y\":1}")
            .get(0);

    assertThat(artifact.seed()).isNull();
    assertThat(artifact.finishReason()).isNull();
    assertThat(artifact.header().width()).isEqualTo(1024);
  }

  @ParameterizedTest
  @CsvSource({"4294967294, 4294967294", "0, 0", "'\"7\"', ", "null, ", "7.0, "})
  void hasASeedWhereTheAnswerHasAWholeNumber(String sent, Long seed) {
    assertThat(
            read(STABLE_IMAGE, 1, stableImage("[" + sent + "]", "[null]", image(PNG)))
                .get(0)
                .seed())
        .isEqualTo(seed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"images\":[]",
        "\"images\":[null]",
        "\"images\":[\"\"]",
        "\"images\":null",
        "\"seeds\":[7]",
      })
  void tellsWhyAnImageIsMissing(String images) {
    Artifact artifact =
        read(STABLE_IMAGE, 1, "{\"finish_reasons\":[\"Filter reason: prompt\"]," + images + "}")
            .get(0);

    assertThat(artifact.filtered()).isTrue();
    assertThat(artifact.finishReason()).isEqualTo("Filter reason: prompt");
    assertThat(artifact.header()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Filter reason: output image", "CONTENT_FILTERED"})
  void tellsThatTheImageThatCameWasFiltered(String reason) {
    Artifact artifact =
        read(STABLE_IMAGE, 1, stableImage("[7]", "[\"" + reason + "\"]", image(PNG))).get(0);

    assertThat(artifact.filtered()).isTrue();
    assertThat(artifact.header()).isNotNull();
  }

  @Test
  void takesTheWordsOfSdxlForSuccess() {
    assertThat(
            read(STABLE_IMAGE, 1, stableImage("[7]", "[\"SUCCESS\"]", image(PNG)))
                .get(0)
                .filtered())
        .isFalse();
  }

  @Test
  void saysThatTheModelFailed() {
    assertUnreadable(
        STABLE_IMAGE,
        stableImage("[7]", "[\"Inference error\"]", "[]"),
        "the model failed to make the image (finish reason Inference error)");
  }

  // ---- amazon

  @Test
  void readsAsManyOfAmazonsImagesAsWereAskedFor() throws IOException {
    List<Artifact> artifacts =
        read(
            AMAZON,
            2,
            "{\"images\":[\"" + base64(PNG) + "\",\"" + base64(OTHER) + "\"],\"error\":null}");

    assertThat(artifacts)
        .containsExactly(
            new Artifact(
                null,
                null,
                null,
                false,
                new ImageHeader(Format.PNG, 1024, 768),
                base64(PNG).substring(0, 80)),
            new Artifact(
                null,
                null,
                null,
                false,
                new ImageHeader(Format.PNG, 5, 7),
                base64(OTHER).substring(0, 80)));
    pending.get(0).commit(artifacts.get(0));
    pending.get(1).commit(artifacts.get(1));
    assertThat(folder.resolve("out-0.png")).hasBinaryContent(PNG);
    assertThat(folder.resolve("out-1.png")).hasBinaryContent(OTHER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":\"Some were blocked.\",\"images\":%s}",
        "{\"images\":%s,\"error\":\"Some were blocked.\"}"
      })
  void givesTheErrorToThoseThatAreMissing(String answer) {
    List<Artifact> artifacts = read(AMAZON, 3, answer.formatted(image(PNG)));

    assertThat(artifacts.get(0).filtered()).isFalse();
    assertThat(artifacts.get(0).finishReason()).isNull();
    for (Artifact missing : artifacts.subList(1, 3)) {
      assertThat(missing).isEqualTo(new Artifact(null, null, "Some were blocked.", true, null, ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"error\":\"All.\"}", "{\"images\":[],\"error\":\"All.\"}"})
  void givesTheErrorToAllWhenNoneCame(String answer) {
    Artifact all = new Artifact(null, null, "All.", true, null, "");
    assertThat(read(AMAZON, 2, answer)).containsExactly(all, all);
  }

  @Test
  void saysNothingOfAnImageThatIsMissingWithoutAnError() {
    assertThat(read(AMAZON, 2, "{\"images\":" + image(PNG) + "}").get(1))
        .isEqualTo(new Artifact(null, null, null, false, null, ""));
  }

  // ---- both

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"images\":[]}", "{\"images\":[null]}", "{\"images\":\"AAAA\"}", "[]", ""})
  void saysThatThereIsNoImage(String answer) {
    assertUnreadable(STABLE_IMAGE, answer, NO_IMAGE);
    assertUnreadable(AMAZON, answer, NO_IMAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iVBORw0KGg*o", "====", "i"})
  void saysThatBase64IsBroken(String base64) {
    String answer = "{\"images\":[\"" + base64 + "\"]}";
    String message = "Bedrock's answer can't be read: the image's base64 is broken";
    assertUnreadable(STABLE_IMAGE, answer, message);
    assertUnreadable(AMAZON, answer, message);
  }

  @Test
  void saysThatItIsNoImage() {
    String message = "what Bedrock sent is not an image: it is neither a PNG nor a JPEG";
    assertUnreadable(STABLE_IMAGE, "{\"images\":[\"aVZC\"]}", message);
    assertUnreadable(AMAZON, "{\"images\":[\"aVZC\"]}", message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"images\":[\"AAAA", "{\"images\":[", "{\"error\":\"x\"", "{\"images\":[]}}"})
  void saysThatItIsNotJson(String answer) {
    String message = "Bedrock's answer can't be read: it isn't the JSON it should be";
    assertUnreadable(STABLE_IMAGE, answer, message);
    assertUnreadable(AMAZON, answer, message);
  }
}
