package dev.sdxlgen.artifact.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sdxlgen.artifact.png.Chunks;
import dev.sdxlgen.artifact.png.PngSplicer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In every build runs the files it knows; {@code JAZZER_FUZZ=1 mvn test -Djazzer.hooks=true
 * -Dtest=RecipeReaderFuzzTest#readsAnyFile} looks for others.
 */
class RecipeReaderFuzzTest {

  private static final Recipe RECIPE = Recipes.sdxl("{\"text_prompts\":[{\"text\":\"a\"}]}");

  static Stream<byte[]> files() {
    byte[] ours = RecipeChunks.of(RECIPE, 2, 3, Set.of());
    byte[] signed = Chunks.chunk("caBX", "signed");
    byte[] jpeg = Jpegs.jpeg();
    return Stream.of(
        Chunks.png(),
        Chunks.png(ours),
        Chunks.png(signed),
        Chunks.png(
            Chunks.deflated(
                "zTXt", "parameters\0\0", "a\nSteps: 1, Seed: 2, Size: 3x4".getBytes())),
        Chunks.png(Chunks.deflated("iTXt", "sdxl-gen\0\1\0\0\0", RECIPE.toJson())),
        Chunks.png(Chunks.deflated("zTXt", "bomb\0\0", new byte[8 << 20])),
        Chunks.png(Chunks.claiming(Integer.MAX_VALUE, "tEXt", new byte[9])),
        Chunks.concat(Chunks.png(ours), signed),
        jpeg,
        JpegRecipe.add(jpeg, RECIPE),
        Jpegs.jpeg(Jpegs.segment(0xeb, "JP\0\1")),
        "text".getBytes());
  }

  /** A file is read, or said to be broken: nothing else comes of it. */
  @MethodSource("files")
  @FuzzTest
  void readsAnyFile(byte[] file) {
    try {
      RecipeReader.Found found = RecipeReader.read(new ByteArrayInputStream(file), true);
      assertThat(found.header()).isNotNull();
      assertThat(found.sha256()).isEqualTo(Recipes.sha256(file));
      found.ingredients();
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("(it|the recipe)\\b.*");
    }
  }

  @MethodSource("files")
  @FuzzTest
  void splicesIntoAnyFileAndTakesOutAgain(byte[] file) throws IOException {
    var sink = new ByteArrayOutputStream();
    var splicer =
        new PngSplicer(
            sink, (width, height, there) -> RecipeChunks.of(RECIPE, width, height, there));
    int half = file.length / 2;
    splicer.write(file, 0, half);
    splicer.write(file, half, file.length - half);
    boolean spliced = splicer.finish().name().startsWith("SPLICED");

    byte[] written = sink.toByteArray();
    assertThat(spliced ? RecipeChunks.strip(written) : written).isEqualTo(file);
  }

  @MethodSource("files")
  @FuzzTest
  void addsToAnyJpeg(byte[] file) throws IOException {
    byte[] added = JpegRecipe.add(file, RECIPE);
    if (added != null) {
      assertThat(RecipeReader.read(new ByteArrayInputStream(added), false).recipe())
          .isEqualTo(RECIPE);
    }
  }
}
