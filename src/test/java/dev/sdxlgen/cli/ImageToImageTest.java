package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.png.PngEncoder;
import dev.sdxlgen.cli.Program.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageToImageTest extends EndToEnd {

  private static final byte[] INIT = PngEncoder.encode(64, 64, new byte[64 * 64 * 3]);
  private static final byte[] MASK = PngEncoder.encode(64, 64, new byte[64 * 64 * 3]);
  private static final byte[] JPEG = HexFormat.of().parseHex("ffd8ffc0000b080040004001011100ffd9");
  private static final String INIT_BASE64 = Base64.getEncoder().encodeToString(INIT);
  private static final String MASK_BASE64 = Base64.getEncoder().encodeToString(MASK);
  private static final String PROMPTS = "{\"text_prompts\":[{\"text\":\"a person\"}]";

  @BeforeEach
  void files() throws IOException {
    Files.write(folder.resolve("init.png"), INIT);
    Files.write(folder.resolve("mask.png"), MASK);
    Files.write(folder.resolve("small.png"), PngEncoder.encode(8, 16, new byte[8 * 16 * 3]));
    Files.writeString(folder.resolve("words.png"), "not an image");
    Files.write(folder.resolve("empty.png"), new byte[0]);
    Files.write(folder.resolve("init.jpg"), JPEG);
    Files.createDirectory(folder.resolve("sub"));
  }

  @Test
  void sendsTheFileToTheByteAndNothingThatWasNotGiven() {
    assertPrinted(run("a person", "--init-image", "init.png", "-o", "out.png"), "out.png\n");
    assertThat(bodies()).containsExactly(PROMPTS + ",\"init_image\":\"" + INIT_BASE64 + "\"}");
  }

  @Test
  void sendsEveryParameterInTheNotebooksOrderWithTheImageBehind() {
    Run run =
        run(
            "a person",
            "--init-image",
            "init.png",
            "--image-strength",
            "0.50",
            "--extras",
            "{ \"a\" : 7.0 }",
            "--steps",
            "30",
            "-o",
            "out.png");

    assertPrinted(run, "out.png\n");
    assertThat(bodies())
        .containsExactly(
            PROMPTS
                + ",\"steps\":30,\"extras\":{\"a\":7.0},\"init_image\":\""
                + INIT_BASE64
                + "\",\"init_image_mode\":\"IMAGE_STRENGTH\",\"image_strength\":0.50}");
  }

  @Test
  void sendsAStepScheduleAsItsMode() {
    run(
        "a person",
        "--init-image",
        "init.png",
        "--step-schedule-start",
        "0",
        "--step-schedule-end",
        "1",
        "-o",
        "out.png");

    assertThat(bodies())
        .containsExactly(
            PROMPTS
                + ",\"init_image\":\""
                + INIT_BASE64
                + "\",\"init_image_mode\":\"STEP_SCHEDULE\",\"step_schedule_start\":0,"
                + "\"step_schedule_end\":1}");
  }

  @ParameterizedTest
  @CsvSource({
    "white, MASK_IMAGE_WHITE",
    "BLACK, MASK_IMAGE_BLACK",
    "mask_image_black, MASK_IMAGE_BLACK",
    ", MASK_IMAGE_WHITE"
  })
  void sendsAMaskWithItsSource(String typed, String wire) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "a person",
                "--init-image",
                "init.png",
                "--mask-image",
                "mask.png",
                "-o",
                "out.png"));
    if (typed != null) {
      args.addAll(List.of("--mask-source", typed));
    }

    assertPrinted(run(args.toArray(new String[0])), "out.png\n");
    assertThat(bodies())
        .containsExactly(
            PROMPTS
                + ",\"init_image\":\""
                + INIT_BASE64
                + "\",\"mask_source\":\""
                + wire
                + "\",\"mask_image\":\""
                + MASK_BASE64
                + "\"}");
  }

  @Test
  void takesTheMaskFromTheImagesOwnTransparency() {
    assertPrinted(
        run("a person", "--init-image", "init.png", "--mask-source", "alpha", "-o", "out.png"),
        "out.png\n");
    assertThat(bodies())
        .containsExactly(
            PROMPTS
                + ",\"init_image\":\""
                + INIT_BASE64
                + "\",\"mask_source\":\"INIT_IMAGE_ALPHA\"}");
  }

  @Test
  void readsTheImageFromStdin() {
    Run run = program().stdin(INIT).run("a person", "--init-image", "-", "-o", "out.png");

    assertPrinted(run, "out.png\n");
    assertThat(bodies()).containsExactly(PROMPTS + ",\"init_image\":\"" + INIT_BASE64 + "\"}");
  }

  @Test
  void showsTheCallWithoutTheImageInIt() {
    Run run = run("a person", "-vv", "--init-image", "init.png", "-o", "out.png");

    assertThat(run.err())
        .startsWith(
            "POST /model/stability.stable-diffusion-xl/invoke "
                + PROMPTS
                + ",\"init_image\":\"…\"}\n")
        .doesNotContain(INIT_BASE64);
  }

  @Test
  void printsTheWholeBodyWithoutSendingIt() {
    assertPrinted(
        run("a person", "--init-image", "init.png", "--dry-run"),
        PROMPTS + ",\"init_image\":\"" + INIT_BASE64 + "\"}\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          --init-image words.png | --init-image words.png can't be used: it is neither a PNG nor a JPEG | Wanted is a PNG, a JPEG or, for sd3.5-large and ultra, a WebP; its name doesn't matter
          --init-image empty.png | --init-image empty.png can't be used: it ends within its header | Wanted is a PNG, a JPEG or, for sd3.5-large and ultra, a WebP; its name doesn't matter
          --init-image sub | --init-image sub is a folder |
          --init-image gone.png | --init-image gone.png isn't there |
          --image-strength 0.5 | --image-strength wants an image | Name it with --init-image FILE
          --step-schedule-start 0.5 | --step-schedule-… wants an image | Name it with --init-image FILE
          --mask-image mask.png | a mask wants an image | Name it with --init-image FILE
          --mask-source alpha | a mask wants an image | Name it with --init-image FILE
          --init-image init.png --mask-image small.png | the mask is 8x16 and its image 64x64 | They must have the same size
          --init-image init.png --mask-source white | --mask-source white wants a --mask-image | --mask-source alpha takes the mask from the image itself
          --init-image init.png --mask-image mask.png --mask-source alpha | --mask-source alpha takes the mask from the image itself, and here is a --mask-image | Mask sources with a mask: white, black
          --init-image init.png --mask-image mask.png --mask-source grey | --mask-source grey is not a mask source of stability.stable-diffusion-xl | Mask sources: white, black, alpha
          --init-image init.png --mask-image mask.png --mask-source whit | --mask-source whit is not a mask source of stability.stable-diffusion-xl | Did you mean white? Mask sources: white, black, alpha
          --init-image init.jpg --mask-source alpha | --mask-source alpha draws anew what is transparent, and a JPEG never is | Give a PNG, or a --mask-image
          --init-image= | --init-image is empty | Name a file, or - for stdin
          --mask-image= --init-image init.png | --mask-image is empty | Name a file, or - for stdin
          --init-image init.png --mask-image mask.png --image-strength 0.5 | --image-strength doesn't go with a mask | The mask says what is kept
          --init-image init.png --mask-image mask.png --step-schedule-end 0.5 | --step-schedule-… doesn't go with a mask | The mask says what is kept
          --init-image init.png --image-strength 0.5 --step-schedule-end 0.5 | --image-strength and --step-schedule-… say the same thing in two ways | Give one of them
          --init-image init.png --image-strength 1.01 | --image-strength 1.01 is out of range for stability.stable-diffusion-xl | Allowed: 0 to 1
          --init-image init.png --image-strength -0.01 | --image-strength -0.01 is out of range for stability.stable-diffusion-xl | Allowed: 0 to 1
          --init-image init.png --image-strength x | --image-strength takes a number, not 'x' | For example: 0.35
          --init-image init.png --step-schedule-start 2 | --step-schedule-start 2 is out of range for stability.stable-diffusion-xl | Allowed: 0 to 1
          --init-image init.png -W 1024 | a size doesn't go with --init-image | The image that is given has one: 64x64
          --init-image - --mask-image - | --init-image and --mask-image both want stdin | Name a file for one of them
          --init-image - --prompt-file - | the prompt and an image both want stdin | Name a file for one of them
          --extras [1] | --extras takes a JSON object, not '[1]' | For example: --extras '{"a":1}'
          --extras {} {} | --extras takes a JSON object, not '{} {}' | For example: --extras '{"a":1}'
          --extras {"a" | --extras takes a JSON object, not '{"a"' | For example: --extras '{"a":1}'
          """)
  void refusesBeforeAnythingIsSent(String options, String message, String advice)
      throws IOException {
    List<String> args = new ArrayList<>();
    if (!options.contains("--prompt-file")) {
      args.add("a person");
    }
    args.addAll(List.of("-o", "out.png"));
    if (options.startsWith("--extras")) {
      args.addAll(List.of(options.split(" ", 2)));
    } else {
      args.addAll(List.of(options.split(" ")));
    }

    assertFailed(
        run(args.toArray(new String[0])),
        2,
        "sdxl-gen: " + message + "\n" + (advice == null ? "" : "  " + advice + "\n"));
    assertThat(bedrock.requests()).isEmpty();
    assertThat(folder.resolve("out.png")).doesNotExist();
  }

  @Test
  void refusesABodyThatIsLargerThanBedrockTakes() throws IOException {
    byte[] large = new byte[18_750_000];
    System.arraycopy(INIT, 0, large, 0, INIT.length);
    Files.write(folder.resolve("large.png"), large);

    assertFailed(
        run("a person", "--init-image", "large.png", "-o", "out.png"),
        2,
        "sdxl-gen: the request has 25000054 bytes\n  Bedrock takes at most 25000000\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void tellsOfSuchABodyOnceBeforeCredentialsAreLookedFor() throws IOException {
    byte[] large = new byte[18_750_000];
    System.arraycopy(INIT, 0, large, 0, INIT.length);
    Files.write(folder.resolve("large.png"), large);

    assertFailed(
        Program.in(folder).run("a person", "--init-image", "large.png", "-o", "out.png", "--json"),
        2,
        "sdxl-gen: the request has 25000054 bytes\n  Bedrock takes at most 25000000\n");
  }

  @Test
  void refusesAFileThatCouldNeverBeSent() {
    Run run =
        program().stdin(new byte[25_000_001]).run("a person", "--init-image", "-", "-o", "x.png");

    assertFailed(
        run,
        2,
        "sdxl-gen: --init-image - is larger than 25 MB\n"
            + "  Bedrock takes at most 25000000 bytes in a request\n");
  }

  @Test
  void startsFromWhatTheMockMade() throws IOException {
    Program mock = Program.in(folder);
    assertThat(mock.run("a person", "--mock", "-q", "-s", "7", "-o", "first.png").exitCode())
        .isZero();

    Run run =
        mock.run(
            "a person",
            "-n",
            "hat",
            "--mock",
            "-q",
            "--init-image",
            "first.png",
            "-o",
            "second.png");

    assertPrinted(run, "second.png\n");
    assertThat(new String(Files.readAllBytes(folder.resolve("second.png")), UTF_8))
        .isNotEqualTo(new String(Files.readAllBytes(folder.resolve("first.png")), UTF_8));
  }
}
