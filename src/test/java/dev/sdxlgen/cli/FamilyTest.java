package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.png.PngEncoder;
import dev.sdxlgen.cli.Program.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One vocabulary for all families: the body that goes out, to the byte, and what doesn't. */
class FamilyTest extends EndToEnd {

  private static final byte[] PNG = PngEncoder.encode(64, 64, new byte[64 * 64 * 3]);
  private static final byte[] JPEG = HexFormat.of().parseHex("ffd8ffc0000b080040004001011100ffd9");
  private static final byte[] WEBP =
      HexFormat.of().parseHex("524946461a00000057454250565038580a000000000000003f00003f0000");

  @BeforeEach
  void files() throws IOException {
    Files.write(folder.resolve("init.png"), PNG);
    Files.write(folder.resolve("init.jpg"), JPEG);
    Files.write(folder.resolve("init.webp"), WEBP);
    Files.write(folder.resolve("lies.png"), JPEG);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private Run dryRun(String args) {
    return run(Words.of(args + " --dry-run"));
  }

  // ---- bodies

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          sd3.5-large | {"prompt":"a person"}
          core        | {"prompt":"a person"}
          ultra       | {"prompt":"a person"}
          stability.sd3-large-v1:0 | {"prompt":"a person"}
          sdxl        | {"text_prompts":[{"text":"a person"}]}
          stability.stable-diffusion-xl-v0 | {"text_prompts":[{"text":"a person"}]}
          """)
  void sendsNoMoreThanAPrompt(String model, String body) {
    assertPrinted(dryRun("'a person' -m " + model), body + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          sd3.5-large -s 4294967294 --size 1344x756 --output-format jpeg | "aspect_ratio":"16:9","output_format":"jpeg","seed":4294967294
          core -s 4294967295 --aspect-ratio 21:9 --output-format png | "aspect_ratio":"21:9","output_format":"png","seed":4294967295
          ultra -s 0 --aspect-ratio 1:1 -o out.jpeg | "aspect_ratio":"1:1","output_format":"jpeg","seed":0
          stability.sd3-large-v1:0 -s 4294967295 --size 640x960 -o out.JPG | "aspect_ratio":"2:3","output_format":"jpeg","seed":4294967295
          """)
  void sendsStableImageAllThatItTakes(String options, String rest) {
    assertPrinted(
        dryRun("'a person' -p 'a beach' -n hat -n sad -m " + options),
        "{\"prompt\":\"a person, a beach\",\"negative_prompt\":\"hat, sad\"," + rest + "}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nova-canvas | "width":1344,"height":768,"cfgScale":6.50,"seed":858993459
          titan --size 1152x896 --cfg-scale 1.1 -s 2147483646 | "width":1152,"height":896,"cfgScale":1.1,"seed":2147483646
          amazon.titan-image-generator-v1 --size 512x512 -s 0 | "width":512,"height":512,"cfgScale":6.50,"seed":0
          """)
  void sendsAmazonAllThatItTakes(String options, String config) {
    assertPrinted(
        dryRun(
            "'a person' -p 'a beach' -n hat -n sad --size 1344x768 --cfg-scale 6.50 -s 858993459 -m "
                + options),
        "{\"taskType\":\"TEXT_IMAGE\",\"textToImageParams\":{\"text\":\"a person, a beach\","
            + "\"negativeText\":\"hat, sad\"},\"imageGenerationConfig\":{"
            + config
            + "}}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nova-canvas", "titan"})
  void drawsASeedForAmazonAndSendsNothingElseUnasked(String model) {
    Run run = dryRun("'a person' -m " + model);

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .matches(
            "\\{\"taskType\":\"TEXT_IMAGE\",\"textToImageParams\":\\{\"text\":\"a person\"},"
                + "\"imageGenerationConfig\":\\{\"seed\":\\d+}}\n");
  }

  @Test
  void sendsWeightsOfOneWithoutThem() {
    assertPrinted(
        dryRun("'a person::1' -n 'hat::1.0' -m core"),
        "{\"prompt\":\"a person\",\"negative_prompt\":\"hat\"}\n");
  }

  // ---- sizes

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          sd3.5-large | --size 1024x1024     | "aspect_ratio":"1:1"  | -
          sd3.5-large | --size 1344x768      | "aspect_ratio":"16:9" | 1344x768 becomes the aspect ratio 16:9, the nearest that there is
          ultra       | --size 1536x640      | "aspect_ratio":"21:9" | 1536x640 becomes the aspect ratio 21:9, the nearest that there is
          core        | -W 832 -H 1216       | "aspect_ratio":"2:3"  | 832x1216 becomes the aspect ratio 2:3, the nearest that there is
          core        | --size 1x1           | "aspect_ratio":"1:1"  | -
          core        | --size 1000x9        | "aspect_ratio":"21:9" | 1000x9 becomes the aspect ratio 21:9, the nearest that there is
          core        | --aspect-ratio 32:18 | "aspect_ratio":"16:9" | -
          core        | --aspect-ratio 7:5   | "aspect_ratio":"3:2"  | --aspect-ratio 7:5 becomes the aspect ratio 3:2, the nearest that there is
          core        | --aspect-ratio 9:21  | "aspect_ratio":"9:21" | -
          core        | --aspect-ratio 4:3   | "aspect_ratio":"5:4"  | --aspect-ratio 4:3 becomes the aspect ratio 5:4, the nearest that there is
          """)
  void makesAnAspectRatioOfASize(String model, String options, String field, String note) {
    Run run = dryRun("'a person' -m " + model + " " + options);

    assertThat(run.err()).isEqualTo(note == null ? "" : "sdxl-gen: " + note + "\n");
    assertThat(run.out()).isEqualTo("{\"prompt\":\"a person\"," + field + "}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          sdxl        | 1:1     | 1024 | 1024 | -
          sdxl        | 7:4     | 1344 | 768  | -
          sdxl        | 16:9    | 1344 | 768  | becomes 1344x768, the nearest size there is
          sdxl        | 9:16    | 768  | 1344 | becomes 768x1344, the nearest size there is
          sdxl        | 99:1    | 1536 | 640  | becomes 1536x640, the nearest size there is
          stability.stable-diffusion-xl-v0 | 16:9 | 1344 | 768 | becomes 1344x768, the nearest size there is
          nova-canvas | 1:1     | 1024 | 1024 | -
          nova-canvas | 16:9    | 1280 | 720  | -
          nova-canvas | 9:16    | 720  | 1280 | -
          nova-canvas | 21:9    | 1568 | 672  | -
          nova-canvas | 4:1     | 2048 | 512  | -
          nova-canvas | 1:4     | 512  | 2048 | -
          nova-canvas | 1000:999 | 1024 | 1024 | becomes 1024x1024, the nearest size there is
          nova-canvas | 5:1     | 2048 | 512  | becomes 2048x512, the nearest size there is
          nova-canvas | 1:99999 | 512  | 2048 | becomes 512x2048, the nearest size there is
          titan       | 1:1     | 1024 | 1024 | -
          titan       | 16:9    | 1152 | 640  | becomes 1152x640, the nearest size there is
          titan       | 9:21    | 640  | 1408 | becomes 640x1408, the nearest size there is
          """)
  void makesASizeOfAnAspectRatio(String model, String ratio, int width, int height, String note) {
    Run run = dryRun("'a person' -s 7 -m " + model + " --aspect-ratio " + ratio);

    assertThat(run.err())
        .isEqualTo(note == null ? "" : "sdxl-gen: --aspect-ratio " + ratio + " " + note + "\n");
    assertThat(run.out()).contains("\"width\":" + width + ",\"height\":" + height);
  }

  @Test
  void saysWhatASizeBecameBeforeTheCallAndNotWithQuiet() {
    assertThat(run("a person", "-m", "core", "--size", "1344x768", "-o", "a.png").err())
        .isEqualTo("sdxl-gen: 1344x768 becomes the aspect ratio 16:9, the nearest that there is\n");
    assertPrinted(
        run("a person", "-m", "core", "--size", "1344x768", "-o", "b.png", "-q"), "b.png\n");
  }

  // ---- what a family doesn't have

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --sampler DDIM              | --sampler              | sd3.5-large ultra core nova-canvas titan | sdxl
          --cfg-scale 7               | --cfg-scale            | sd3.5-large ultra core | sdxl, nova-canvas, titan
          --steps 30                  | --steps                | sd3.5-large ultra core nova-canvas titan | sdxl
          --style-preset anime        | --style-preset         | sd3.5-large ultra core nova-canvas titan | sdxl
          --clip-guidance-preset NONE | --clip-guidance-preset | sd3.5-large ultra core nova-canvas titan | sdxl
          -W 1024                     | --width alone          | sd3.5-large ultra core nova-canvas titan | sdxl
          -H 1024                     | --height alone         | sd3.5-large ultra core nova-canvas titan | sdxl
          --extras {}                 | --extras               | sd3.5-large ultra core nova-canvas titan | sdxl
          --init-image init.png       | --init-image           | core nova-canvas titan | sdxl, sd3.5-large, ultra
          --image-strength 0.5        | --image-strength       | core nova-canvas titan | sdxl, sd3.5-large, ultra
          --step-schedule-start 0.5   | --step-schedule-start  | sd3.5-large ultra core nova-canvas titan | sdxl
          --step-schedule-end 0.5     | --step-schedule-end    | sd3.5-large ultra core nova-canvas titan | sdxl
          --mask-image init.png       | --mask-image           | sd3.5-large ultra core nova-canvas titan | sdxl
          --mask-source alpha         | --mask-source          | sd3.5-large ultra core nova-canvas titan | sdxl
          --output-format jpeg        | --output-format jpeg   | sdxl nova-canvas titan | sd3.5-large, core, ultra
          -n hat::0.5                 | a weight               | sd3.5-large ultra core nova-canvas titan | sdxl
          -p beach::1.3               | a weight               | sd3.5-large ultra core nova-canvas titan | sdxl
          """)
  void refusesWhatTheFamilyHasNothingOf(String options, String what, String models, String takers)
      throws IOException {
    for (String model : models.split(" ")) {
      String id = dev.sdxlgen.request.model.Model.of(model).id();
      assertFailed(
          run(Words.of("'a person' -m " + model + " " + options)),
          2,
          "sdxl-gen: "
              + what
              + " is not something "
              + id
              + " takes\n  Models that do: "
              + takers
              + "\n");
    }
    assertThat(bedrock.requests()).isEmpty();
  }

  // ---- limits

  @ParameterizedTest
  @CsvSource({
    "sd3.5-large, 10000",
    "core,        10000",
    "ultra,       10000",
    "nova-canvas, 1024",
    "titan,       512",
  })
  void takesPromptsUpToTheirLengthAllTogether(String model, int most) {
    String half = "🎩".repeat(most / 2 - 2);
    String id = dev.sdxlgen.request.model.Model.of(model).id();

    for (String option : new String[] {"-p", "-n"}) {
      String[] first = option.equals("-n") ? new String[] {"x", "-n", half} : new String[] {half};
      String what = option.equals("-n") ? "the negative prompt" : "the prompt";
      assertThat(run(with(first, option, half + "xx", "-m", model, "--dry-run")).exitCode())
          .isZero();
      assertFailed(
          run(with(first, option, half + "xxx", "-m", model, "--dry-run")),
          2,
          "sdxl-gen: "
              + what
              + " has "
              + (most + 1)
              + " characters\n  "
              + id
              + " takes at most "
              + most
              + "\n");
    }
  }

  private static String[] with(String[] first, String... more) {
    return java.util.stream.Stream.of(first, more)
        .flatMap(java.util.Arrays::stream)
        .toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sd3.5-large | -s 4294967295 | --seed 4294967295 is out of range for stability.sd3-5-large-v1:0 | Allowed: 0 to 4294967294
          stability.sd3-large-v1:0 | -s 4294967296 | --seed 4294967296 is out of range for stability.sd3-large-v1:0 | Allowed: 0 to 4294967295
          core | -s 4294967296 | --seed 4294967296 is out of range for stability.stable-image-core-v1:1 | Allowed: 0 to 4294967295
          ultra | -s -1 | --seed -1 is out of range for stability.stable-image-ultra-v1:1 | Allowed: 0 to 4294967295
          nova-canvas | -s 858993460 | --seed 858993460 is out of range for amazon.nova-canvas-v1:0 | Allowed: 0 to 858993459
          titan | -s 2147483647 | --seed 2147483647 is out of range for amazon.titan-image-generator-v2:0 | Allowed: 0 to 2147483646
          titan | -s -1 | --seed -1 is out of range for amazon.titan-image-generator-v2:0 | Allowed: 0 to 2147483646
          nova-canvas | --cfg-scale 1.09 | --cfg-scale 1.09 is out of range for amazon.nova-canvas-v1:0 | Allowed: 1.1 to 10
          titan | --cfg-scale 10.1 | --cfg-scale 10.1 is out of range for amazon.titan-image-generator-v2:0 | Allowed: 1.1 to 10
          core | --size 0x9 | 0x9 is not a size | For example: --size 1344x768
          ultra | --size 1024x1024 --aspect-ratio 1:1 | --aspect-ratio comes together with a size | Give one of them
          sdxl | --size 1024x1024 --aspect-ratio 1:1 | --aspect-ratio comes together with a size | Give one of them
          titan | --size 1024x1024 --aspect-ratio 1:1 | --aspect-ratio comes together with a size | Give one of them
          sdxl | --aspect-ratio 16x9 | --aspect-ratio takes WIDTH:HEIGHT, not '16x9' | For example: 16:9
          sdxl | --aspect-ratio 0:9 | --aspect-ratio takes WIDTH:HEIGHT, not '0:9' | For example: 16:9
          sdxl | --aspect-ratio 16:-9 | --aspect-ratio takes WIDTH:HEIGHT, not '16:-9' | For example: 16:9
          sdxl | --aspect-ratio '' | --aspect-ratio takes WIDTH:HEIGHT, not '' | For example: 16:9
          sdxl | --aspect-ratio 1:99999999999999999999 | --aspect-ratio takes WIDTH:HEIGHT, not '1:99999999999999999999' | For example: 16:9
          """)
  void refusesWhatIsPastALimit(String model, String options, String message, String advice)
      throws IOException {
    assertFailed(
        run(Words.of("'a person' -o out.png -m " + model + " " + options)),
        2,
        "sdxl-gen: " + message + "\n  " + advice + "\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "320x320",
        "336x320",
        "4096x1024",
        "1024x4096",
        "2048x2048",
        "320x1280",
        "1280x320"
      })
  void takesNovasSizesUpToTheirEdges(String size) {
    assertThat(dryRun("'a person' -m nova-canvas --size " + size).exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "304x320, 320x320",
    "320x304, 320x320",
    "321x320, 320x320",
    "4112x1024, 4096x1024",
    "1024x4112, 1024x4096",
    "1000x1000, 1008x1008",
    "2064x2048,",
    "320x1296,",
    "1296x320,",
    "0x0, 320x320",
    "-16x320, 320x320",
    "9223372036854775792x320,"
  })
  void refusesOtherSizesForNova(String size, String nearest) {
    assertFailed(
        dryRun("'a person' -m nova-canvas --size " + size),
        2,
        "sdxl-gen: "
            + size
            + " is not a size of amazon.nova-canvas-v1:0\n  "
            + (nearest == null ? "" : "Nearest: " + nearest + ". ")
            + "Width and height are multiples of 16 from 320 to 4096, one at most 4 times the"
            + " other, together at most 4194304 pixels\n");
  }

  @ParameterizedTest
  @CsvSource({"1024x1040, 1024x1024", "1344x768, 1152x640", "640x1536, 640x1408", "0x9, 640x1408"})
  void refusesOtherSizesForTitanWithTheNearest(String size, String nearest) {
    assertFailed(
        dryRun("'a person' -m titan --size " + size),
        2,
        "sdxl-gen: "
            + size
            + " is not a size of amazon.titan-image-generator-v2:0\n  Nearest: "
            + nearest
            + ". Sizes: 1024x1024, 768x768, 512x512, 768x1152, 384x576, 1152x768, 576x384,"
            + " 768x1280, 384x640, 1280x768, 640x384, 896x1152, 448x576, 1152x896, 576x448,"
            + " 768x1408, 384x704, 1408x768, 704x384, 640x1408, 320x704, 1408x640, 704x320,"
            + " 1152x640, 1173x640\n");
  }

  // ---- init images

  @ParameterizedTest
  @CsvSource({"init.png", "init.jpg", "init.webp", "lies.png"})
  void sendsTheBytesOfTheFileAndTheStrengthTheOtherWayRound(String name) throws IOException {
    String image = base64(Files.readAllBytes(folder.resolve(name)));

    assertPrinted(
        dryRun("'a person' -m sd3.5-large --init-image " + name),
        "{\"prompt\":\"a person\",\"mode\":\"image-to-image\",\"image\":\""
            + image
            + "\",\"strength\":0.65}\n");
    assertPrinted(
        dryRun("'a person' -m ultra -n hat -s 7 --image-strength 0.8 --init-image " + name),
        "{\"prompt\":\"a person\",\"negative_prompt\":\"hat\",\"image\":\""
            + image
            + "\",\"strength\":0.2,\"seed\":7}\n");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "0.35, 0.65", "1.0, 0.0", "0.50, 0.50", "1e-7, 0.9999999"})
  void countsTheStrengthFromTheOtherEnd(String given, String sent) {
    assertThat(dryRun("'a person' -m ultra --init-image init.png --image-strength " + given).out())
        .endsWith("\"strength\":" + sent + "}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          sdxl --init-image init.webp | --init-image is a WebP, which stability.stable-diffusion-xl doesn't take | It takes PNG, JPEG
          ultra --init-image init.png --image-strength 1.01 | --image-strength 1.01 is out of range for stability.stable-image-ultra-v1:1 | Allowed: 0 to 1
          ultra --init-image init.png --image-strength -0.1 | --image-strength -0.1 is out of range for stability.stable-image-ultra-v1:1 | Allowed: 0 to 1
          ultra --image-strength 0.5 | --image-strength wants an image | Name it with --init-image FILE
          ultra --init-image init.png --size 64x64 | a size doesn't go with --init-image | The image that is given has one: 64x64
          ultra --init-image init.png --aspect-ratio 1:1 | --aspect-ratio doesn't go with --init-image | The image that is given has one: 64x64
          sdxl --init-image init.png --aspect-ratio 1:1 | --aspect-ratio doesn't go with --init-image | The image that is given has one: 64x64
          """)
  void refusesAnImageThatDoesNotFit(String options, String message, String advice) {
    assertFailed(
        run(Words.of("'a person' -o out.png -m " + options)),
        2,
        "sdxl-gen: " + message + "\n  " + advice + "\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  // ---- formats

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sdxl -o x.jpg | -o x.jpg would be a JPEG, and stability.stable-diffusion-xl makes PNGs | Models that make JPEGs: sd3.5-large, core, ultra
          titan -o a/x.JPEG | -o a/x.JPEG would be a JPEG, and amazon.titan-image-generator-v2:0 makes PNGs | Models that make JPEGs: sd3.5-large, core, ultra
          core -o x.jpg --output-format png | -o x.jpg and --output-format png say different things | Leave one of them out
          core -o x.png --output-format jpeg | -o x.png and --output-format jpeg say different things | Leave one of them out
          core -o x.png --output-format JPG | -o x.png and --output-format JPG say different things | Leave one of them out
          core -o x.webp | -o x.webp: no model makes that format | They make PNG; sd3.5-large, core and ultra make JPEG too
          core --output-format webp | --output-format webp is not an image format of Bedrock's models | Formats: png, jpeg
          core --output-format '' | --output-format '' is not an image format of Bedrock's models | Formats: png, jpeg
          """)
  void refusesAFormatThatTheFileWouldNotHave(String options, String message, String advice) {
    assertFailed(
        run(Words.of("'a person' -m " + options)),
        2,
        "sdxl-gen: " + message + "\n  " + advice + "\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--output-format jpeg,          a-person-7.jpg,     jpeg",
    "--output-format png,           a-person-7.png,     png",
    "--output-format jpg -o sub/,   sub/a-person-7.jpg, jpeg",
    "--output-format jpeg -o photo, photo,              jpeg",
    "-o x.jpg,                      x.jpg,              jpeg",
    "-o x.jfif,                     x.jfif,             jpeg",
  })
  void savesTheFormatThatTheOptionOrTheNameAsksFor(String options, String file, String sent) {
    assertThat(run(Words.of("'a person' -q -s 7 -m core " + options)).out()).isEqualTo(file + "\n");
    assertThat(bodies())
        .containsExactly("{\"prompt\":\"a person\",\"output_format\":\"" + sent + "\",\"seed\":7}");
    assertThat(folder.resolve(file)).exists();
  }

  @Test
  void savesARealJpegToTheByte() throws IOException {
    assertPrinted(
        Program.in(folder).run(Words.of("'a person' --mock -q -m core -o x.jpg")), "x.jpg\n");
    assertThat(Files.readAllBytes(folder.resolve("x.jpg"))).startsWith(0xff, 0xd8, 0xff);
  }

  // ---- which family it is

  @Test
  void saysThatAnArnWasTakenForSdxlAndRepeatsItWhenBedrockRefuses() {
    String arn = "arn:aws:sagemaker:us-west-2:111122223333:endpoint/painter";
    bedrock.enqueue(
        dev.sdxlgen.mock.Answer.error(400, "ValidationException", "Malformed input request"));

    assertFailed(
        run("a person", "-m", arn, "-o", "out.png"),
        2,
        "sdxl-gen: "
            + arn
            + " doesn't tell what it speaks and is taken as sdxl. --family"
            + " sdxl|stable-image|amazon says otherwise\n"
            + "sdxl-gen: Bedrock refuses the request: Malformed input request\n"
            + "  --dry-run shows the request that was sent\n  "
            + arn
            + " was taken as sdxl: --family sdxl|stable-image|amazon says otherwise\n");
  }

  @Test
  void guessesTheShortNameThatWasMeant() {
    assertThat(dryRun("'a person' -m sd3.5-lrage").err())
        .isEqualTo(
            "sdxl-gen: sd3.5-lrage doesn't tell what it speaks and is taken as sdxl. Did you mean"
                + " sd3.5-large? --family sdxl|stable-image|amazon says otherwise\n");
  }

  @Test
  void speaksTheFamilyThatIsNamed() {
    assertPrinted(
        dryRun("'a person' -n hat -m arn:aws:sagemaker:x:1:endpoint/p --family stable-image"),
        "{\"prompt\":\"a person\",\"negative_prompt\":\"hat\"}\n");
    assertPrinted(
        dryRun("'a person' -s 7 -m arn:aws:sagemaker:x:1:endpoint/p --family amazon"),
        "{\"taskType\":\"TEXT_IMAGE\",\"textToImageParams\":{\"text\":\"a person\"},"
            + "\"imageGenerationConfig\":{\"seed\":7}}\n");
    assertPrinted(
        dryRun("'a person' -m arn:aws:sagemaker:x:1:endpoint/p --family sdxl"),
        "{\"text_prompts\":[{\"text\":\"a person\"}]}\n");
  }
}
