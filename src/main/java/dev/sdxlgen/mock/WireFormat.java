package dev.sdxlgen.mock;

/** How one family of models is spoken to: its bodies, and its answers. */
interface WireFormat {

  /**
   * What the body asks for.
   *
   * @throws Refusal when the model wouldn't take it
   */
  ImageOrder read(byte[] body) throws Refusal;

  /** The largest seed: a random one is from 1 to this. */
  long mostSeed();

  /**
   * The answer's body, in parts.
   *
   * @param base64 the picture
   * @param finishReason {@code SUCCESS}, {@code ERROR} or {@code CONTENT_FILTERED}
   */
  byte[][] answer(byte[] base64, long seed, String finishReason);
}
