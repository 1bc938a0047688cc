package dev.sdxlgen.request;

import java.math.BigDecimal;

/**
 * How the picture is drawn from the prompts. A component that is null was not given and is not
 * sent: the model's own default holds.
 *
 * @param cfgScale how closely to follow the prompts, as typed
 * @param seed what makes a random image repeatable; 0 asks for a random one
 * @param steps how many denoising steps
 * @param sampler the denoising algorithm's name, in any case
 * @param stylePreset a style the model knows by name, in any case
 * @param clipGuidancePreset a CLIP guidance by name, in any case
 */
public record Sampling(
    BigDecimal cfgScale,
    Long seed,
    Long steps,
    String sampler,
    String stylePreset,
    String clipGuidancePreset) {

  /** Nothing given: the model decides. */
  public static final Sampling DEFAULT = new Sampling(null, null, null, null, null, null);

  /** The same but for the seed. */
  public Sampling withSeed(Long other) {
    return new Sampling(cfgScale, other, steps, sampler, stylePreset, clipGuidancePreset);
  }
}
