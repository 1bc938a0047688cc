package dev.sdxlgen.request;

import java.math.BigDecimal;

/**
 * What the picture starts from. A component that is null was not given and is not sent.
 *
 * @param init the picture to start from
 * @param strength how much of it is kept: near 1 all, near 0 nothing, as SDXL's image_strength has
 *     it
 * @param scheduleStart where in the steps its influence begins, 0 to 1
 * @param scheduleEnd where in the steps it ends, 0 to 1
 * @param mask which parts of it are drawn anew, of the same size
 * @param maskSource what in the mask says so, in any case
 */
public record ImageInput(
    SourceImage init,
    BigDecimal strength,
    BigDecimal scheduleStart,
    BigDecimal scheduleEnd,
    SourceImage mask,
    String maskSource) {

  /** No picture: the prompts alone. */
  public static final ImageInput NONE = new ImageInput(null, null, null, null, null, null);
}
