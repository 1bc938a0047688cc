package dev.sdxlgen.artifact.recipe;

/**
 * Makes the recipe of an image that is arriving.
 *
 * @see Recipe
 */
@FunctionalInterface
public interface RecipeSource {

  /**
   * @param seed as the answer tells it; null when it doesn't
   * @param finishReason as the answer tells it; null when it doesn't
   */
  Recipe of(Long seed, String finishReason);
}
