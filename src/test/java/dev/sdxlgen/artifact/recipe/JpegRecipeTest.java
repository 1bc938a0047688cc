package dev.sdxlgen.artifact.recipe;

import static dev.sdxlgen.artifact.recipe.Jpegs.jpeg;
import static dev.sdxlgen.artifact.recipe.Jpegs.segment;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JpegRecipeTest {

  private static final Recipe RECIPE =
      Recipes.of(
          "stability.sd3-5-large-v1:0",
          "{\"prompt\":\"a <b> & \\\"c\\\" caf\u00e9 \uD83D\uDE00 \uFFFF \\n\",\"output_format\":\"jpeg\"}",
          7L);

  @Test
  void isReadBack() throws IOException {
    RecipeReader.Found found = read(JpegRecipe.add(jpeg(), RECIPE));

    // What XML can't say is escaped in the JSON.
    assertThat(found.recipe().request()).contains("\\\"c\\\" caf\u00e9 \uD83D\uDE00 \uFFFF \\n");
    assertThat(found.recipe()).isEqualTo(RECIPE);
    assertThat(found.parameters().settings())
        .containsEntry("Seed", "7")
        .containsEntry("Size", "5x4");
    assertThat(found.parameters().prompt()).startsWith("a <b> & \"c\" café \uD83D\uDE00");
  }

  @Test
  void isReadBackWhereAllIsAscii() throws IOException {
    Recipe recipe = Recipes.of("m", "{\"prompt\":\"a\"}", 7L);

    RecipeReader.Found found = read(JpegRecipe.add(jpeg(), recipe));

    assertThat(found.recipe()).isEqualTo(recipe);
    assertThat(found.parameters().prompt()).isEqualTo("a");
  }

  /** Two segments are new; behind and before them nothing has changed. */
  @Test
  void leavesEveryOtherByteAsItIs() throws IOException {
    for (byte[] jpeg :
        new byte[][] {jpeg(), jpeg(segment(0xfe, "a comment")), jpeg(segment(0xed, "Photoshop"))}) {
      assertThat(Jpegs.without(JpegRecipe.add(jpeg, RECIPE), 0xe1)).isEqualTo(jpeg);
    }
  }

  @Test
  void leavesASignedFileAlone() {
    assertThat(JpegRecipe.add(jpeg(segment(0xeb, "JP\0\1\0\0\0\1jumb")), RECIPE)).isNull();
  }

  @Test
  void leavesAFileWithMetadataOfItsOwnAlone() {
    assertThat(JpegRecipe.add(jpeg(segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x/>")), RECIPE))
        .isNull();
    assertThat(JpegRecipe.add(jpeg(segment(0xe1, "Exif\0\0II*\0")), RECIPE)).isNull();
  }

  @Test
  void leavesAloneWhatIsNoJpegOrBroken() {
    assertThat(JpegRecipe.add(new byte[0], RECIPE)).isNull();
    assertThat(JpegRecipe.add("plain text".getBytes(), RECIPE)).isNull();
    assertThat(JpegRecipe.add(Arrays.copyOf(jpeg(), 40), RECIPE)).isNull();
  }

  @Test
  void goesElsewhereWhenItDoesNotFit() {
    Recipe xmp = Recipes.of("m", "{\"a\":\"" + "x".repeat(65_000) + "\"}", 1L);
    Recipe comment = Recipes.of("m", "{\"prompt\":\"" + "x".repeat(40_000) + "\"}", 1L);

    assertThat(JpegRecipe.add(jpeg(), xmp)).isNull();
    assertThat(JpegRecipe.add(jpeg(), comment)).isNull();
  }

  /** The longest prompts there are, in a script that takes three bytes a character. */
  @Test
  void fitsThePromptsThatModelsTake() throws IOException {
    Recipe recipe = Recipes.of("m", "{\"prompt\":\"" + "あ".repeat(20_000) + "\"}", 1L);

    assertThat(read(JpegRecipe.add(jpeg(), recipe)).recipe()).isEqualTo(recipe);
  }

  private static RecipeReader.Found read(byte[] jpeg) throws IOException {
    return RecipeReader.read(new ByteArrayInputStream(jpeg), false);
  }
}
