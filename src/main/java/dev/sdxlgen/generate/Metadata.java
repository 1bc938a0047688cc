package dev.sdxlgen.generate;

import dev.sdxlgen.artifact.PendingImage;
import dev.sdxlgen.artifact.recipe.Recipe;
import dev.sdxlgen.artifact.recipe.RecipeSource;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.RequestBuilder;
import java.time.Instant;

/**
 * What an image is to tell of how it was made.
 *
 * @param toolVersion this program's
 * @param time what to give as the time; null for the time it is
 * @param embed whether there is a recipe at all; else the file is what the model sent
 * @param sidecar whether the recipe is written beside the image in any case
 * @param requestHash what a batch knows the request by; null outside of one
 */
public record Metadata(
    String toolVersion, Instant time, boolean embed, boolean sidecar, String requestHash) {

  /** The file is what the model sent. */
  public static final Metadata NONE = new Metadata(null, null, false, false, null);

  /** The same for a request that a batch knows by its hash. */
  public Metadata withRequestHash(String hash) {
    return new Metadata(toolVersion, time, embed, sidecar, hash);
  }

  /** Has an image tell how it was made, as far as it should. */
  void describe(PendingImage image, GenerationRequest request, byte[] body, String region) {
    if (!embed) {
      return;
    }
    RecipeSource recipes =
        new RecipeSource() {
          @Override
          public Recipe of(Long seed, String finishReason) {
            return recipe(request, body, region, seed, finishReason);
          }
        };
    image.describe(recipes, sidecar);
  }

  private Recipe recipe(
      GenerationRequest request, byte[] body, String region, Long seed, String finishReason) {
    // Where the answer doesn't tell, the seed that was sent is the one that was used.
    Long used = seed != null || request.hasRandomSeed() ? seed : request.sampling().seed();
    // Where the model drew it, the recipe's request is the one that makes the image again.
    boolean drawn = used != null && request.hasRandomSeed();
    byte[] again = drawn ? RequestBuilder.unchecked(request.withSeed(used)) : body;
    return Recipe.of(
        toolVersion,
        request.modelId(),
        region,
        time == null ? Instant.now() : time,
        again,
        used,
        finishReason,
        requestHash);
  }
}
