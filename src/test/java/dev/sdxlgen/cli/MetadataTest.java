package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.recipe.Recipe;
import dev.sdxlgen.artifact.recipe.RecipeReader;
import dev.sdxlgen.artifact.recipe.RecipeReader.Found;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every image says how it was made. */
class MetadataTest extends EndToEnd {

  private Path out() {
    return folder.resolve("out.png");
  }

  private Recipe recipe() throws IOException {
    return RecipeReader.read(out(), false).recipe();
  }

  @Test
  void isInTheImageByDefaultAndTheRestIsWhatBedrockSent() throws IOException {
    bedrock.enqueue(picture(12));
    Run run =
        program()
            .with("SOURCE_DATE_EPOCH", "1000000000")
            .run("a person", "-n", "hat", "-o", "out.png");

    assertPrinted(run, "out.png\n");
    assertThat(new String(recipe().toJson(), UTF_8))
        .isEqualTo(
            "{\"schema\":1,\"version\":\""
                + SdxlGen.version()
                + "\",\"model\":\"stability.stable-diffusion-xl\",\"region\":\"us-west-2\","
                + "\"time\":\"2001-09-09T01:46:40Z\",\"request\":{\"text_prompts\":[{\"text\":\"a"
                + " person\"},{\"text\":\"hat\",\"weight\":-1.0}],\"seed\":12},\"seed\":12,\"finish_reason\":"
                + "\"SUCCESS\"}");
    assertThat(sent(out())).isEqualTo(PICTURE);
    assertThat(tree()).containsExactly("out.png");
  }

  @Test
  void isNotThereWhenItIsNotWanted() {
    assertPrinted(run("a person", "-o", "out.png", "--no-metadata"), "out.png\n");
    assertThat(out()).hasBinaryContent(PICTURE);
  }

  @Test
  void saysHowAFilteredImageEndedThoughThatComesBehindIt() throws IOException {
    bedrock.enqueue(Answer.image(PICTURE, 12, "CONTENT_FILTERED"));
    run("a person", "-o", "out.png", "--keep-filtered");

    assertThat(recipe().finishReason()).isEqualTo("CONTENT_FILTERED");
    assertThat(sent(out())).isEqualTo(PICTURE);
  }

  @Test
  void knowsASeedThatComesBehindTheImage() throws IOException {
    String answer =
        "{\"artifacts\":[{\"finishReason\":\"SUCCESS\",\"base64\":\""
            + Base64.getEncoder().encodeToString(PICTURE)
            + "\",\"seed\":77}],\"result\":\"success\"}";
    bedrock.enqueue(Answer.json(200, answer));
    assertPrinted(run("a person", "-o", "out.png"), "out.png\n");

    assertThat(recipe().seed()).isEqualTo(77);
    assertThat(sent(out())).isEqualTo(PICTURE);
  }

  /** The image is paid for: the recipe takes the seed as the answer has it. */
  @ParameterizedTest
  @ValueSource(longs = {-5, 4294967296L})
  void holdsASeedThatTheModelWouldNotTake(long seed) throws IOException {
    bedrock.enqueue(Answer.image(PICTURE, seed, "SUCCESS"));
    assertPrinted(run("a person", "-o", "out.png"), "out.png\n");

    assertThat(recipe().seed()).isEqualTo(seed);
    assertThat(sent(out())).isEqualTo(PICTURE);
  }

  @Test
  void knowsTheSeedOfARequestThatItMakesLargerThanBedrockTakes() throws IOException {
    bedrock.enqueue(picture(12));
    int around = "{\"text_prompts\":[{\"text\":\"x\"}],\"init_image\":\"\"}".length();
    byte[] largest = Arrays.copyOf(PICTURE, (25_000_000 - around) / 4 * 3);
    Files.write(folder.resolve("large.png"), largest);
    assertPrinted(run("x", "--init-image", "large.png", "-o", "out.png"), "out.png\n");

    assertThat(recipe().seed()).isEqualTo(12);
    assertThat(sent(out())).isEqualTo(PICTURE);
  }

  @Test
  void isBesideTheImageToo() throws IOException {
    assertPrinted(run("a person", "-o", "a/out.png", "--sidecar"), "a/out.png\n");

    assertThat(tree()).containsExactly("a/", "a/out.png", "a/out.png.json");
    Recipe inside = RecipeReader.read(folder.resolve("a/out.png"), false).recipe();
    assertThat(Recipe.parse(Files.readAllBytes(folder.resolve("a/out.png.json"))))
        .isEqualTo(inside);
  }

  @Test
  void doesNotReplaceAStrangersFileByASidecar() throws IOException {
    Files.writeString(folder.resolve("out.png.json"), "{}");

    assertRefused(
        run("a person", "-o", "out.png", "--sidecar", "-f"),
        7,
        "sdxl-gen: out.png.json exists and is no recipe\n"
            + "  --sidecar writes there: choose another name with -o\n",
        "out.png.json");
    assertThat(folder.resolve("out.png.json")).hasContent("{}");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesANameThatIsTooLongForTheSidecarAlone() throws IOException {
    String name = "x".repeat(248) + ".png";

    assertRefused(
        run("a person", "-o", name, "--sidecar"),
        7,
        "sdxl-gen: "
            + name
            + ".json can't be written: File name too long\n  Give it a shorter name\n");
  }

  @Test
  void doesNotReplaceAStrangersFileByTheSidecarOfASignedImage() throws IOException {
    Files.writeString(folder.resolve("out.png.json"), "{}");
    bedrock.enqueue(Answer.image(signed(true), 12, "SUCCESS"));
    Run run = run("a person", "-o", "out.png");

    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: out.png is there, but its recipe isn't in out.png.json: out.png.json can't be"
                + " written: another file has that name\n");
    assertThat(run.exitCode()).isZero();
    assertThat(folder.resolve("out.png.json")).hasContent("{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--no-metadata", "-v"})
  void takesTheSidecarOfAnImageAwayWithIt(String option) throws IOException {
    run("a person", "-o", "out.png", "--sidecar");
    run("a dog", "-o", "out.png", "-f", option);

    assertThat(tree()).containsExactly("out.png");
  }

  @Test
  void leavesAStrangersFileBesideAnImageThatIsReplaced() throws IOException {
    Files.writeString(folder.resolve("out.png"), "old");
    Files.writeString(folder.resolve("out.png.json"), "{}");
    run("a person", "-o", "out.png", "-f", "--no-metadata");

    assertThat(folder.resolve("out.png.json")).hasContent("{}");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesASignedImageAlone(boolean beforeThePicture) throws IOException {
    byte[] signed = signed(beforeThePicture);
    bedrock.enqueue(Answer.image(signed, 12, "SUCCESS"));
    Run run = run("a person", "-o", "out.png");

    assertPrinted(run, "out.png\n");
    assertThat(out()).hasBinaryContent(signed);
    Found found = RecipeReader.read(out(), false);
    assertThat(found.sidecar()).isEqualTo(folder.resolve("out.png.json"));
    assertThat(found.recipe().seed()).isEqualTo(12);
  }

  /** With a caBX chunk of five bytes. */
  private static byte[] signed(boolean beforeThePicture) {
    byte[] chunk = {0, 0, 0, 5, 'c', 'a', 'B', 'X', 1, 2, 3, 4, 5, 0, 0, 0, 0};
    CRC32 crc = new CRC32();
    crc.update(chunk, 4, 9);
    for (int i = 0; i < 4; i++) {
      chunk[13 + i] = (byte) (crc.getValue() >> 24 - 8 * i);
    }
    int at = beforeThePicture ? 33 : PICTURE.length - 12;
    var signed = new ByteArrayOutputStream();
    signed.write(PICTURE, 0, at);
    signed.writeBytes(chunk);
    signed.write(PICTURE, at, PICTURE.length - at);
    return signed.toByteArray();
  }

  @Test
  void isInAJpegThatKeepsItsPicture() throws IOException {
    bedrock.close();
    bedrock = dev.sdxlgen.mock.MockBedrock.start();
    Run run = run("a person", "-m", "core", "-s", "7", "-o", "out.jpg", "-q");

    assertPrinted(run, "out.jpg\n");
    Path jpeg = folder.resolve("out.jpg");
    assertThat(RecipeReader.read(jpeg, false).recipe().seed()).isEqualTo(7);
    assertThat(ImageIO.read(jpeg.toFile()).getWidth()).isPositive();
    assertThat(tree()).containsExactly("out.jpg");
  }

  @Test
  void givesTheSameFileForTheSameSeedAndTime() throws IOException {
    for (String name : new String[] {"1.png", "2.png"}) {
      program().with("SOURCE_DATE_EPOCH", "5").run("a person", "-s", "7", "-o", name);
    }
    assertThat(folder.resolve("1.png")).hasSameBinaryContentAs(folder.resolve("2.png"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-1", "253402300800", "1.5"})
  void refusesATimeThatIsNone(String time) throws IOException {
    Run run = program().with("SOURCE_DATE_EPOCH", time).run("a person", "-o", "out.png");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("sdxl-gen: SOURCE_DATE_EPOCH ");
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).isEmpty();
  }

  @Test
  void refusesOptionsThatSayDifferentThings() throws IOException {
    assertRefused(
        run("a person", "-o", "out.png", "--sidecar", "--no-metadata"),
        2,
        "sdxl-gen: --sidecar and --no-metadata say different things\n  Leave one of them out\n");
    assertRefused(
        run("a person", "-o", "-", "--sidecar"),
        2,
        "sdxl-gen: --sidecar has no place beside stdout\n  Leave one of them out\n");
  }

  @Test
  void holdsNoAccountAndNoEndpoint() throws IOException {
    run(
        "a person",
        "-m",
        "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/abc123",
        "--family",
        "sdxl",
        "-o",
        "out.png");

    assertThat(new String(Files.readAllBytes(out()), UTF_8))
        .doesNotContain("111122223333", "127.0.0.1", folder.toString(), "AKIDEXAMPLE");
    assertThat(recipe().modelId()).isEqualTo("arn:aws:bedrock:us-west-2::provisioned-model/abc123");
  }
}
