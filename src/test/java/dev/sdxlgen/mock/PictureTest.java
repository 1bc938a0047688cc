package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.png.PngEncoder;
import dev.sdxlgen.mock.Caller.Reply;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The picture that comes with an answer. */
class PictureTest {

  private static final String PERSON = "\"text_prompts\":[{\"text\":\"a person\"}]";

  private static MockBedrock mock;

  @BeforeAll
  static void start() {
    mock = MockBedrock.start();
  }

  @AfterAll
  static void stop() {
    mock.close();
  }

  @ParameterizedTest
  @CsvSource({
    "'',1024x1024",
    "',\"width\":1152',1152x896",
    "',\"height\":1536',640x1536",
    "',\"width\":1344,\"height\":768',1344x768"
  })
  void hasTheSizeThatWasAskedFor(String fields, String size) {
    assertThat(Caller.invoke(mock, "{" + PERSON + fields + "}").size()).isEqualTo(size);
  }

  @Test
  void isAsLargeAsTheImageItStartsFrom() {
    String image = base64(PngEncoder.encode(48, 32, new byte[3 * 48 * 32]));

    assertThat(Caller.invoke(mock, "{" + PERSON + ",\"init_image\":\"" + image + "\"}").size())
        .isEqualTo("48x32");
  }

  @Test
  void isOfTheUsualSizeWhenTheImageItStartsFromIsNoPngOrTooLarge() {
    String huge = base64(PngEncoder.encode(2049, 1, new byte[3 * 2049]));
    String flat = base64(PngEncoder.encode(1, 2049, new byte[3 * 2049]));

    for (String image : new String[] {"AAAA", huge, flat, "iVBORw0KGgoAAAANSUhEUgAAAAAAAAAAAAAA"}) {
      assertThat(Caller.invoke(mock, "{" + PERSON + ",\"init_image\":\"" + image + "\"}").size())
          .isEqualTo("1024x1024");
    }
  }

  @Test
  void isTheSameForTheSameRequest() {
    String body = "{" + PERSON + ",\"seed\":7}";

    Reply one = Caller.invoke(mock, body);
    Reply other = Caller.invoke(mock, body);

    assertThat(one.seed()).isEqualTo(7);
    assertThat(one.artifact().path("finishReason").asText()).isEqualTo("SUCCESS");
    assertThat(other.image()).isEqualTo(one.image());
  }

  @Test
  void isTheSameForADefaultThatIsSpelledOut() {
    String spelledOut =
        "{\"seed\":7,\"cfg_scale\":7.0,\"steps\":30,\"samples\":1,\"width\":1024,"
            + "\"text_prompts\":[{\"weight\":1.0,\"text\":\"a person\"}]}";

    assertThat(Caller.invoke(mock, spelledOut).image())
        .isEqualTo(Caller.invoke(mock, "{" + PERSON + ",\"seed\":7}").image());
  }

  @Test
  void isAnotherOneWhenAnythingChanges() throws Exception {
    Map<Long, String> seen = new HashMap<>();
    for (String fields :
        new String[] {
          PERSON,
          "\"text_prompts\":[{\"text\":\"a Person\"}]",
          "\"text_prompts\":[{\"text\":\"a person\",\"weight\":1.1}]",
          "\"text_prompts\":[{\"text\":\"a person\"},{\"text\":\"hat\"}]",
          "\"text_prompts\":[{\"text\":\"a person\"},{\"text\":\"hat\",\"weight\":-1.0}]",
          "\"text_prompts\":[{\"text\":\"hat\",\"weight\":-1.0},{\"text\":\"a person\"}]",
          PERSON + ",\"cfg_scale\":8",
          PERSON + ",\"steps\":31",
          PERSON + ",\"sampler\":\"DDIM\"",
          PERSON + ",\"sampler\":\"DDPM\"",
          PERSON + ",\"style_preset\":\"anime\"",
          PERSON + ",\"clip_guidance_preset\":\"SLOW\"",
          PERSON + ",\"extras\":{}",
          PERSON + ",\"extras\":{\"a\":1}",
          PERSON + ",\"extras\":{\"a\":2}",
          PERSON + ",\"extras\":{\"a\":\"2\"}",
          PERSON + ",\"extras\":{\"a\":[2]}",
          PERSON + ",\"extras\":{\"a\":null}",
          PERSON + ",\"init_image\":\"AAAA\"",
          PERSON + ",\"init_image\":\"AAAB\"",
          PERSON + ",\"init_image\":\"AAAA\",\"image_strength\":0.4",
        }) {
      ImageOrder order = SdxlFormat.V1.read(("{" + fields + "}").getBytes(StandardCharsets.UTF_8));
      assertThat(seen.put(order.likeness(), fields)).as(fields).isNull();
    }
  }

  @Test
  void isAnotherOneForAnotherSeedOrSize() {
    byte[] seven = Caller.invoke(mock, "{" + PERSON + ",\"seed\":7}").image();

    assertThat(Caller.invoke(mock, "{" + PERSON + ",\"seed\":8}").image()).isNotEqualTo(seven);
    assertThat(Caller.invoke(mock, "{" + PERSON + ",\"seed\":7,\"width\":640}").image())
        .isNotEqualTo(seven);
  }

  @Test
  void tellsTheSeedItPickedSoThatItCanBeMadeAgain() {
    Reply random = Caller.invoke(mock, "{" + PERSON + "}");
    Reply zero = Caller.invoke(mock, "{" + PERSON + ",\"seed\":0}");

    assertThat(random.seed()).isBetween(1L, 4294967295L).isNotEqualTo(zero.seed());
    assertThat(Caller.invoke(mock, "{" + PERSON + ",\"seed\":" + random.seed() + "}").image())
        .isEqualTo(random.image());
  }

  @Test
  void comesWithTheSameRandomSeedsFromTheSameSeedOfTheMock() {
    MockOptions seeded = MockOptions.DEFAULT.withSeed(5L).withPicture(new byte[] {1});
    try (MockBedrock one = MockBedrock.start(seeded);
        MockBedrock other = MockBedrock.start(seeded)) {
      Caller.send(Caller.request(other, "/_mock/requests"));

      assertThat(Caller.invoke(one, "{" + PERSON + "}").seed())
          .isEqualTo(Caller.invoke(other, "{" + PERSON + "}").seed());
    }
  }

  @Test
  void isTheFileThatWasGiven() {
    byte[] file = {1, 2, 3, 4};
    try (MockBedrock given = MockBedrock.start(MockOptions.DEFAULT.withPicture(file))) {
      assertThat(Caller.invoke(given, "{" + PERSON + "}").image()).isEqualTo(file);
    }
  }

  @Test
  void isBlurredWhenItIsFiltered() {
    String body = "{" + PERSON + ",\"seed\":7}";
    BufferedImage sharp = Caller.invoke(mock, body).picture();
    mock.enqueue(Answer.of(Fault.FILTERED));

    Reply filtered = Caller.invoke(mock, body);

    assertThat(filtered.status()).isEqualTo(200);
    assertThat(filtered.artifact().path("finishReason").asText()).isEqualTo("CONTENT_FILTERED");
    assertThat(filtered.seed()).isEqualTo(7);
    assertThat(filtered.size()).isEqualTo("1024x1024");
    assertThat(steepest(filtered.picture())).isLessThan(12);
    assertThat(steepest(sharp)).isGreaterThan(60);
  }

  @Test
  void blursThePictureThatIsSmallerThanItsReach() {
    byte[] rgb = {0, 0, 0, 90, 90, 90};

    Blur.apply(rgb, 2, 1);

    assertThat(rgb).containsOnly(45);
  }

  /**
   * Pixels are the same on every JDK and machine. Whoever changes how pictures are painted changes
   * this number; nobody else may.
   */
  @Test
  void isPaintedTheSameEverywhere() {
    var sum = new CRC32();
    for (long likeness = 1; likeness <= 20; likeness++) {
      sum.update(Painting.rgb(160, 120, likeness));
    }

    assertThat(sum.getValue()).isEqualTo(2894271921L);
  }

  @Test
  void hasTheWordInTheMiddleOfItsFoot() {
    BufferedImage picture = Caller.invoke(mock, "{" + PERSON + ",\"seed\":7}").picture();

    // Across the letters' middle: M's four strokes, O's two sides, C's one and K's three.
    assertThat(strokes(picture, (int) (1024 * 0.925))).isEqualTo(10);
    assertThat(strokes(picture, (int) (1024 * 0.925) + 60)).isZero();
  }

  @Test
  void fitsTheSmallestSize() {
    assertThat(Painting.rgb(1, 1, 1)).hasSize(3);
    assertThat(Painting.rgb(64, 64, 1)).hasSize(3 * 64 * 64);
    assertThat(Painting.rgb(64, 2048, 1)).hasSize(3 * 64 * 2048);
  }

  /** How often a row becomes bright. */
  private static int strokes(BufferedImage picture, int y) {
    int strokes = 0;
    boolean bright = false;
    for (int x = 0; x < picture.getWidth(); x++) {
      boolean now = (picture.getRGB(x, y) >> 8 & 255) > 150;
      strokes += now && !bright ? 1 : 0;
      bright = now;
    }
    return strokes;
  }

  /** The largest step in green from one pixel to the next. */
  private static int steepest(BufferedImage picture) {
    int steepest = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 1; x < picture.getWidth(); x++) {
        int step = (picture.getRGB(x, y) >> 8 & 255) - (picture.getRGB(x - 1, y) >> 8 & 255);
        steepest = Math.max(steepest, Math.abs(step));
      }
    }
    return steepest;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
