package dev.sdxlgen.request.model;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.json.JsonWriter;
import dev.sdxlgen.request.GenerationRequest;
import java.util.List;
import java.util.Set;

/** A wire format that models share: what it takes, and how that is written. */
public sealed interface ModelFamily permits SdxlFamily, StableImageFamily, AmazonFamily {

  /** The family's name, as {@code --family} takes it. */
  String name();

  /** What it takes of that which not every model does. */
  Set<Parameter> takes();

  /**
   * Looks whether the family takes what is asked.
   *
   * @throws InvalidRequest when it doesn't, with what it does take
   */
  void check(GenerationRequest request);

  /** Writes the body of a request that {@link #check} found right. */
  void write(GenerationRequest request, JsonWriter json);

  /** What of a request is written otherwise than it was given, a line each; mostly none. */
  default List<String> notes(GenerationRequest request) {
    return List.of();
  }

  /** How many pictures one call can make. */
  default int mostImages() {
    return 1;
  }

  /** The largest seed; the smallest is 0. */
  long mostSeed();

  /**
   * Whether the model draws a seed of its own for this one. One that never does makes the same
   * picture each time unless it is given a seed.
   *
   * @param seed null when there is none
   */
  default boolean isRandom(Long seed) {
    return seed == null || seed == 0;
  }

  /** Whether a request without a seed gets a random picture. */
  default boolean drawsSeeds() {
    return true;
  }
}
