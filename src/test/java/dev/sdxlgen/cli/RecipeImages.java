package dev.sdxlgen.cli;

import dev.sdxlgen.artifact.png.TextChunk;
import dev.sdxlgen.artifact.recipe.Recipe;
import dev.sdxlgen.artifact.recipe.RecipeChunks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/** Images that say how they were made, in a folder. */
final class RecipeImages {

  /** The signature and IHDR. */
  private static final int BEFORE_CHUNKS = 33;

  private RecipeImages() {}

  static Recipe recipe(String model, String body, Long seed) {
    return Recipe.of(
        "0.1.0",
        model,
        "eu-west-1",
        Instant.parse("2026-11-23T04:05:06Z"),
        body.getBytes(StandardCharsets.UTF_8),
        seed,
        "SUCCESS",
        null);
  }

  static byte[] png(Recipe recipe) {
    return with(RecipeChunks.of(recipe, 3, 2, Set.of()));
  }

  static byte[] png(String model, String body, Long seed) {
    return png(recipe(model, body, seed));
  }

  /** As AUTOMATIC1111's web UI makes it. */
  static byte[] withParameters(String text) {
    var chunk = new ByteArrayOutputStream();
    TextChunk.write(chunk, "parameters", text);
    return with(chunk.toByteArray());
  }

  private static byte[] with(byte[] chunks) {
    var png = new ByteArrayOutputStream();
    png.write(EndToEnd.PICTURE, 0, BEFORE_CHUNKS);
    png.writeBytes(chunks);
    png.write(EndToEnd.PICTURE, BEFORE_CHUNKS, EndToEnd.PICTURE.length - BEFORE_CHUNKS);
    return png.toByteArray();
  }

  static Path write(Path folder, String name, byte[] image) throws IOException {
    return Files.write(folder.resolve(name), image);
  }
}
