package dev.sdxlgen.artifact.recipe;

import static dev.sdxlgen.artifact.png.Chunks.chunk;
import static dev.sdxlgen.artifact.png.Chunks.concat;
import static dev.sdxlgen.artifact.png.Chunks.file;
import static dev.sdxlgen.artifact.png.Chunks.ihdr;
import static dev.sdxlgen.artifact.png.Chunks.picture;
import static dev.sdxlgen.artifact.png.Chunks.png;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.png.PngSplicer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecipeChunksTest {

  private static final Recipe RECIPE =
      Recipes.sdxl("{\"text_prompts\":[{\"text\":\"caf\u00e9\"}],\"seed\":4294967295}");

  private static final byte[] JSON =
      chunk(
          "iTXt",
          latin1(
              "sdxl-gen\0\0\0\0\0{\"schema\":1,\"version\":\"0.1.0\","
                  + "\"model\":\"stability.stable-diffusion-xl\",\"region\":\"us-east-1\","
                  + "\"time\":\"2026-11-23T04:05:06Z\",\"request\":"
                  + "{\"text_prompts\":[{\"text\":\"café\"}],\"seed\":4294967295},"
                  + "\"seed\":4294967295,\"finish_reason\":\"SUCCESS\"}"));

  private static final byte[] TEXT =
      chunk(
          "tEXt",
          "parameters\0café\nSteps: 30, Seed: 4294967295, Size: 2x3,"
              + " Model: stability.stable-diffusion-xl, Version: sdxl-gen 0.1.0");

  private static final byte[] XMP =
      chunk(
          "iTXt",
          latin1(
              """
              XML:com.adobe.xmp\0\0\0\0\0<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
              <x:xmpmeta xmlns:x="adobe:ns:meta/">
              <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
              <rdf:Description rdf:about=""
               xmlns:xmp="http://ns.adobe.com/xap/1.0/"
               xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
               xmp:CreatorTool="sdxl-gen 0.1.0"
               xmp:CreateDate="2026-11-23T04:05:06Z"
               Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>
              </rdf:RDF>
              </x:xmpmeta>
              <?xpacket end="w"?>"""));

  @Test
  void writesThreeChunks() {
    assertThat(RecipeChunks.of(RECIPE, 2, 3, Set.of())).isEqualTo(concat(JSON, TEXT, XMP));
  }

  @Test
  void writesTextThatIsNotLatinAsInternationalText() {
    Recipe recipe = Recipes.of("m", "{\"prompt\":\"\uD83D\uDE00\"}", 1L);

    assertThat(latin1(RecipeChunks.of(recipe, 2, 3, Set.of())))
        .contains("iTXtparameters\0\0\0\0\0" + latin1(utf8("\uD83D\uDE00\nSeed: 1, ")));
  }

  @Test
  void addsNoSecondTextUnderAKeywordThatIsThere() {
    assertThat(RecipeChunks.of(RECIPE, 2, 3, Set.of("parameters", "other")))
        .isEqualTo(concat(JSON, XMP));
    assertThat(RecipeChunks.of(RECIPE, 2, 3, Set.of("XML:com.adobe.xmp")))
        .isEqualTo(concat(JSON, TEXT));
    assertThat(RecipeChunks.of(RECIPE, 2, 3, Set.of("parameters", "XML:com.adobe.xmp", "sdxl-gen")))
        .isEqualTo(JSON);
  }

  /** Also where the PNG came with such chunks of its own. */
  @Test
  void givesTheModelsBytesBackExactly() throws IOException {
    byte[] gamma = chunk("gAMA", "1234");
    byte[] parameters = chunk("tEXt", "parameters\0a\nSteps: 1, Seed: 2, Size: 1x1");
    byte[] xmp = chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0<x/>");
    byte[] late = file(ihdr(2, 3), chunk("IDAT", "1"), JSON, TEXT, XMP, chunk("IEND", ""));
    List<byte[]> pngs =
        List.of(
            png(),
            png(gamma),
            png(parameters),
            png(xmp),
            png(xmp, parameters, gamma),
            png(JSON),
            png(JSON, TEXT, XMP),
            png(JSON, gamma, TEXT, XMP),
            png(TEXT, JSON),
            png(chunk("tEXt", "sdxl-gen")),
            png(chunk("abCd", "sdxl-gen\0private")),
            concat(png(), "trailing".getBytes()),
            Arrays.copyOf(png(), 33 + 8),
            Arrays.copyOf(png(gamma), 33 + 16 + 20),
            late);
    for (byte[] png : pngs) {
      for (int size : new int[] {1, 2, 3, 7, 64, 1000}) {
        byte[] spliced = spliced(png, size);

        assertThat(spliced.length).isGreaterThan(png.length);
        assertThat(RecipeChunks.strip(spliced)).isEqualTo(png);
      }
    }
  }

  @Test
  void leavesAloneWhatHoldsNoChunksOfOurs() {
    byte[] cut = Arrays.copyOf(png(JSON), 100);
    byte[] noPicture = file(ihdr(2, 3), JSON, chunk("IEND", ""));
    byte[] broken = concat(file(ihdr(2, 3), JSON), new byte[] {-1, 0, 0, 0}, picture());
    for (byte[] file :
        List.of(
            png(),
            png(chunk("tEXt", "parameters\0a")),
            cut,
            noPicture,
            broken,
            new byte[0],
            "plain text".getBytes())) {
      assertThat(RecipeChunks.strip(file)).isEqualTo(file);
    }
  }

  /** As an image editor may order them: what isn't ours stays. */
  @Test
  void leavesChunksThatCameBetween() {
    byte[] other = chunk("tEXt", "Comment\0nice");

    assertThat(RecipeChunks.strip(png(JSON, other, TEXT))).isEqualTo(png(other, TEXT));
  }

  private static byte[] spliced(byte[] png, int size) throws IOException {
    var sink = new ByteArrayOutputStream();
    var splicer =
        new PngSplicer(
            sink, (width, height, there) -> RecipeChunks.of(RECIPE, width, height, there));
    for (int i = 0; i < png.length; i += size) {
      splicer.write(png, i, Math.min(size, png.length - i));
    }
    assertThat(splicer.finish()).isEqualTo(PngSplicer.Outcome.SPLICED);
    return sink.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** A text's UTF-8, a character a byte. */
  private static String latin1(String text) {
    return latin1(utf8(text));
  }
}
