package dev.sdxlgen.artifact.recipe;

import static dev.sdxlgen.artifact.png.Chunks.chunk;
import static dev.sdxlgen.artifact.png.Chunks.concat;
import static dev.sdxlgen.artifact.png.Chunks.file;
import static dev.sdxlgen.artifact.png.Chunks.ihdr;
import static dev.sdxlgen.artifact.png.Chunks.png;
import static dev.sdxlgen.artifact.recipe.Jpegs.jpeg;
import static dev.sdxlgen.artifact.recipe.Jpegs.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sdxlgen.artifact.ImageHeader;
import dev.sdxlgen.artifact.ImageHeader.Format;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeReaderTest {

  private static final Recipe RECIPE = Recipes.sdxl("{\"text_prompts\":[{\"text\":\"a\"}]}");
  private static final String WEB_UI = "b\nSteps: 20, Seed: 5, Size: 1x2";
  private static final byte[] OURS = png(RecipeChunks.of(RECIPE, 2, 3, Set.of()));
  private static final byte[] WEB_UIS = png(chunk("tEXt", "parameters\0" + WEB_UI));

  @TempDir Path folder;

  @Test
  void findsOurs() throws IOException {
    RecipeReader.Found found = read(OURS);

    assertThat(found.header()).isEqualTo(new ImageHeader(Format.PNG, 2, 3));
    assertThat(found.recipe()).isEqualTo(RECIPE);
    assertThat(found.parameters().prompt()).isEqualTo("a");
    assertThat(found.sidecar()).isNull();
    assertThat(found.sha256()).isNull();
    assertThat(found.ingredients()).isEqualTo(Ingredients.of(RECIPE));
  }

  @Test
  void findsTheWebUis() throws IOException {
    RecipeReader.Found found = read(WEB_UIS);

    assertThat(found.recipe()).isNull();
    assertThat(found.parameters()).isEqualTo(Parameters.parse(WEB_UI));
    assertThat(found.ingredients().seed()).isEqualTo(5);
  }

  @Test
  void saysHonestlyThatThereIsNone() throws IOException {
    for (byte[] image :
        new byte[][] {png(), jpeg(), png(chunk("tEXt", "parameters\0{\"a\": 1}"))}) {
      RecipeReader.Found found = read(image);

      assertThat(found.recipe()).isNull();
      assertThat(found.parameters()).isNull();
      assertThat(found.ingredients()).isNull();
    }
    assertThat(read(jpeg()).header()).isEqualTo(new ImageHeader(Format.JPEG, 5, 4));
  }

  /** What a program wrote in the same keyword without being us. */
  @Test
  void findsTheParametersBesideAnotherProgramsJson() throws IOException {
    RecipeReader.Found found =
        read(png(chunk("tEXt", "sdxl-gen\0{\"a\":1}"), chunk("tEXt", "parameters\0" + WEB_UI)));

    assertThat(found.recipe()).isNull();
    assertThat(found.ingredients().seed()).isEqualTo(5);
  }

  @Test
  void readsTheSidecarOfAnImageThatHoldsNoRecipe() throws IOException {
    Path image = Files.write(folder.resolve("out.png"), WEB_UIS);
    Path sidecar = Files.write(folder.resolve("out.png.json"), RECIPE.toJson());

    RecipeReader.Found found = RecipeReader.read(image, false);

    assertThat(found.recipe()).isEqualTo(RECIPE);
    assertThat(found.sidecar()).isEqualTo(sidecar).isEqualTo(RecipeReader.sidecar(image));
    assertThat(found.parameters()).isEqualTo(Parameters.parse(WEB_UI));
  }

  @Test
  void believesTheImageBeforeItsSidecar() throws IOException {
    Path image = Files.write(folder.resolve("out.png"), OURS);
    Files.writeString(folder.resolve("out.png.json"), "broken");

    RecipeReader.Found found = RecipeReader.read(image, false);

    assertThat(found.recipe()).isEqualTo(RECIPE);
    assertThat(found.sidecar()).isNull();
  }

  @Test
  void leavesAnotherProgramsSidecarAlone() throws IOException {
    Path image = Files.write(folder.resolve("photo.jpg"), jpeg());
    Files.writeString(folder.resolve("photo.jpg.json"), "{\"title\": \"photo.jpg\"}");

    RecipeReader.Found found = RecipeReader.read(image, false);

    assertThat(found.recipe()).isNull();
    assertThat(found.sidecar()).isNull();
  }

  @Test
  void namesTheSidecarThatIsBroken() throws IOException {
    Path image = Files.write(folder.resolve("out.png"), png());
    Files.writeString(folder.resolve("out.png.json"), "{\"schema\":2}");

    assertThatThrownBy(() -> RecipeReader.read(image, false))
        .isInstanceOf(IOException.class)
        .hasMessage("out.png.json: the recipe has schema 2; this sdxl-gen knows 1");
  }

  @Test
  void hashesTheWholeFile() throws IOException {
    for (byte[] image :
        new byte[][] {
          OURS, jpeg(), concat(OURS, new byte[100_000]), png(chunk("abCd", "x".repeat(100_000)))
        }) {
      Path file = Files.write(folder.resolve("image"), image);

      assertThat(RecipeReader.read(file, true).sha256()).isEqualTo(Recipes.sha256(image));
      assertThat(RecipeReader.read(new ByteArrayInputStream(image), true).sha256())
          .isEqualTo(Recipes.sha256(image));
      assertThat(RecipeReader.read(file, false).sha256()).isNull();
    }
  }

  @Test
  void saysHowAFileIsBroken() {
    assertBroken("it is neither a PNG nor a JPEG", new byte[0]);
    assertBroken("it is neither a PNG nor a JPEG", "{}".getBytes());
    assertBroken("it isn't a PNG", "\u0089PNG not".getBytes(StandardCharsets.ISO_8859_1));
    assertBroken("it is a PNG that was cut off", Arrays.copyOf(OURS, OURS.length - 1));
    assertBroken("it isn't a JPEG", new byte[] {-1, 0});
    assertBroken("it is a JPEG that was cut off", new byte[] {-1, (byte) 0xd8, -1, -1});
    assertBroken("it is a JPEG that was cut off", jpegOf(0xff, 0xe1, 0xff, 0xff, 1));
    assertBroken("it is a JPEG with a broken segment", jpegOf(0xff, 0xfe, 0, 2, 0));
    assertBroken("it is a JPEG without a frame", jpegOf(0xff, 0xfe, 0, 1, 0));
    assertBroken("it is a JPEG without a frame", jpegOf(0xff, 0xd9, 0, 2));
    assertBroken("it is a JPEG without a frame", jpegOf(0xff, 0xda, 0, 2));
    assertBroken(
        "it is a JPEG without a frame", jpegOf(0xff, 0xc0, 0, 7, 8, 0, 0, 0, 1, 0xff, 0xda, 0, 2));
    assertBroken("it is a JPEG with a broken frame", jpegOf(0xff, 0xc0, 0, 3, 8));
    assertBroken("the recipe isn't JSON", png(chunk("iTXt", "sdxl-gen\0\0\0\0\0broken")));
    assertBroken(
        "the recipe has no version", png(chunk("iTXt", "sdxl-gen\0\0\0\0\0{\"schema\":1}")));
  }

  @Test
  void readsAFileOfTwoGigabytesWithoutReadingItAll() throws IOException {
    Path image = folder.resolve("large.png");
    byte[] start = file(ihdr(2, 3), RecipeChunks.of(RECIPE, 2, 3, Set.of()));
    byte[] idat = chunk("IDAT", "");
    idat[0] = 0x7f;
    Files.write(image, concat(start, Arrays.copyOf(idat, 8)));
    try (var channel =
        java.nio.channels.FileChannel.open(image, java.nio.file.StandardOpenOption.WRITE)) {
      channel.position(start.length + 8 + 0x7f000000L + 4);
      channel.write(java.nio.ByteBuffer.wrap(chunk("IEND", "")));
    }

    assertThat(RecipeReader.read(image, false).recipe()).isEqualTo(RECIPE);
  }

  /** Written by us, and rewritten by somebody who likes attributes. */
  @Test
  void readsAPacketInEitherForm() {
    String json = new String(RECIPE.toJson(), StandardCharsets.UTF_8);
    String packet =
        "<r xmlns:s='https://sdxlgen.dev/ns/1.0/' s:Recipe='"
            + json.replace("'", "&apos;")
            + "'></r>";

    assertThat(Xmp.recipe(packet)).isEqualTo(RECIPE.toJson());
    assertThat(Xmp.recipe(Xmp.packet(RECIPE, true))).isEqualTo(RECIPE.toJson());
    assertThat(Xmp.recipe(Xmp.packet(RECIPE, false))).isNull();
    assertThat(Xmp.recipe("not XML")).isNull();
    assertThat(Xmp.recipe("")).isNull();
  }

  @Test
  void readsNothingThatAPacketPointsTo() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    String billion = "<!ENTITY a \"lol\">";
    for (char c = 'b'; c < 'm'; c++) {
      billion += "<!ENTITY " + c + " \"" + ("&" + (char) (c - 1) + ";").repeat(10) + "\">";
    }
    for (String declared : new String[] {"<!ENTITY l SYSTEM '" + secret.toUri() + "'>", billion}) {
      byte[] json =
          Xmp.recipe(
              "<!DOCTYPE r ["
                  + declared
                  + "]><r xmlns:s='https://sdxlgen.dev/ns/1.0/'><s:Recipe>&l;</s:Recipe></r>");

      assertThat(json == null ? "" : new String(json, StandardCharsets.UTF_8)).isEmpty();
    }
  }

  @Test
  void readsCommentsOfEveryKindAndOrder() throws IOException {
    assertThat(comment("ASCII\0\0\0", WEB_UI.getBytes(), true)).isEqualTo(5L);
    assertThat(comment("\0\0\0\0\0\0\0\0", WEB_UI.getBytes(), false)).isEqualTo(5L);
    assertThat(comment("UNICODE\0", WEB_UI.getBytes(StandardCharsets.UTF_16BE), true))
        .isEqualTo(5L);
    // As the web UI writes it, and as others do.
    assertThat(comment("UNICODE\0", WEB_UI.getBytes(StandardCharsets.UTF_16BE), false))
        .isEqualTo(5L);
    assertThat(comment("UNICODE\0", WEB_UI.getBytes(StandardCharsets.UTF_16LE), false))
        .isEqualTo(5L);
    assertThat(comment("JIS\0\0\0\0\0", WEB_UI.getBytes(), true)).isNull();
    assertThat(comment("ASCII", new byte[0], true)).isNull();
  }

  /** Offsets and lengths that point outside, or at each other. */
  @Test
  void findsNoCommentInBrokenExif() throws IOException {
    byte[] exif = exif("ASCII\0\0\0", WEB_UI.getBytes(), true);
    for (int length = 6; length < exif.length; length++) {
      assertThat(read(jpeg(segment(0xe1, Arrays.copyOf(exif, length)))).parameters()).isNull();
    }
    for (int i = 6; i < 50; i++) {
      for (int value : new int[] {0, 0x7f, 0x80, 0xff}) {
        byte[] broken = exif.clone();
        broken[i] = (byte) value;
        assertThat(read(jpeg(segment(0xe1, broken))).header().width()).isEqualTo(5);
      }
    }
  }

  private static Long comment(String code, byte[] text, boolean bigEndian) throws IOException {
    Parameters found = read(jpeg(segment(0xe1, exif(code, text, bigEndian)))).parameters();
    return found == null ? null : Long.valueOf(found.settings().get("Seed"));
  }

  private static byte[] exif(String code, byte[] text, boolean bigEndian) {
    byte[] comment = concat(code.getBytes(StandardCharsets.ISO_8859_1), text);
    var tiff =
        java.nio.ByteBuffer.allocate(44 + comment.length)
            .order(bigEndian ? java.nio.ByteOrder.BIG_ENDIAN : java.nio.ByteOrder.LITTLE_ENDIAN);
    tiff.putShort((short) (bigEndian ? 0x4d4d : 0x4949)).putShort((short) 42).putInt(8);
    tiff.putShort((short) 1).putShort((short) 0x8769).putShort((short) 4).putInt(1).putInt(26);
    tiff.putInt(0);
    tiff.putShort((short) 1).putShort((short) 0x9286).putShort((short) 7);
    tiff.putInt(comment.length).putInt(44).putInt(0).put(comment);
    return concat("Exif\0\0".getBytes(), tiff.array());
  }

  private static byte[] jpegOf(int... bytes) {
    byte[] jpeg = new byte[2 + bytes.length];
    jpeg[0] = -1;
    jpeg[1] = (byte) 0xd8;
    for (int i = 0; i < bytes.length; i++) {
      jpeg[2 + i] = (byte) bytes[i];
    }
    return jpeg;
  }

  private static RecipeReader.Found read(byte[] image) throws IOException {
    return RecipeReader.read(new ByteArrayInputStream(image), false);
  }

  private static void assertBroken(String message, byte[] file) {
    assertThatThrownBy(() -> read(file)).isInstanceOf(IOException.class).hasMessage(message);
  }
}
