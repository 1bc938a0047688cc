package dev.sdxlgen.request.model;

import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.ImageInput;
import dev.sdxlgen.request.OutputFormat;
import dev.sdxlgen.request.Sampling;
import dev.sdxlgen.request.WeightedPrompt;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What a request can ask for, and not every model takes. */
public enum Parameter {
  /** A prompt weight other than 1.0 and -1.0. */
  WEIGHTS(null, "a weight"),
  CFG_SCALE("--cfg-scale"),
  STEPS("--steps"),
  SAMPLER("--sampler"),
  STYLE_PRESET("--style-preset"),
  CLIP_GUIDANCE_PRESET("--clip-guidance-preset"),
  /** One side of the picture without the other. */
  WIDTH_ALONE("--width", "--width alone"),
  /** One side of the picture without the other. */
  HEIGHT_ALONE("--height", "--height alone"),
  EXTRAS("--extras"),
  INIT_IMAGE("--init-image"),
  IMAGE_STRENGTH("--image-strength"),
  STEP_SCHEDULE_START("--step-schedule-start"),
  STEP_SCHEDULE_END("--step-schedule-end"),
  MASK_IMAGE("--mask-image"),
  MASK_SOURCE("--mask-source"),
  /** A picture that comes as a JPEG. */
  JPEG("--output-format", "--output-format jpeg");

  private final String option;
  private final String label;

  Parameter(String option) {
    this(option, option);
  }

  Parameter(String option, String label) {
    this.option = option;
    this.label = label;
  }

  /** The option that gives it; null for what is a part of another one's value. */
  public String option() {
    return option;
  }

  /** What a message calls it. */
  public String label() {
    return label;
  }

  /** Whether a request asks for it. */
  public boolean isIn(GenerationRequest request) {
    Sampling sampling = request.sampling();
    ImageInput image = request.image();
    return switch (this) {
      case WEIGHTS -> hasWeights(request);
      case CFG_SCALE -> sampling.cfgScale() != null;
      case STEPS -> sampling.steps() != null;
      case SAMPLER -> sampling.sampler() != null;
      case STYLE_PRESET -> sampling.stylePreset() != null;
      case CLIP_GUIDANCE_PRESET -> sampling.clipGuidancePreset() != null;
      case WIDTH_ALONE ->
          request.dimensions().width() != null && request.dimensions().height() == null;
      case HEIGHT_ALONE ->
          request.dimensions().height() != null && request.dimensions().width() == null;
      case EXTRAS -> request.extras() != null;
      case INIT_IMAGE -> image.init() != null;
      case IMAGE_STRENGTH -> image.strength() != null;
      case STEP_SCHEDULE_START -> image.scheduleStart() != null;
      case STEP_SCHEDULE_END -> image.scheduleEnd() != null;
      case MASK_IMAGE -> image.mask() != null;
      case MASK_SOURCE -> image.maskSource() != null;
      case JPEG -> request.outputFormat() == OutputFormat.JPEG;
    };
  }

  /** The same request without it. */
  GenerationRequest leftOutOf(GenerationRequest request) {
    Sampling s = request.sampling();
    ImageInput i = request.image();
    return switch (this) {
      case WEIGHTS -> request.with(unweighted(request), s, i, request.extras());
      case CFG_SCALE -> sampling(request, null, s.steps(), s.sampler(), s.stylePreset());
      case STEPS -> sampling(request, s.cfgScale(), null, s.sampler(), s.stylePreset());
      case SAMPLER -> sampling(request, s.cfgScale(), s.steps(), null, s.stylePreset());
      case STYLE_PRESET -> sampling(request, s.cfgScale(), s.steps(), s.sampler(), null);
      case CLIP_GUIDANCE_PRESET ->
          request.with(
              request.prompts(),
              new Sampling(s.cfgScale(), s.seed(), s.steps(), s.sampler(), s.stylePreset(), null),
              i,
              request.extras());
      case WIDTH_ALONE, HEIGHT_ALONE -> request.withDimensions(Dimensions.DEFAULT);
      case EXTRAS -> request.with(request.prompts(), s, i, null);
      // What says how an image is used means nothing without one.
      case INIT_IMAGE -> request.with(request.prompts(), s, ImageInput.NONE, request.extras());
      case IMAGE_STRENGTH -> image(request, null, i.scheduleStart(), i.scheduleEnd(), true);
      case STEP_SCHEDULE_START -> image(request, i.strength(), null, i.scheduleEnd(), true);
      case STEP_SCHEDULE_END -> image(request, i.strength(), i.scheduleStart(), null, true);
      case MASK_IMAGE, MASK_SOURCE ->
          image(request, i.strength(), i.scheduleStart(), i.scheduleEnd(), false);
      // The name of the file says it too: it can't be left out.
      case JPEG -> request;
    };
  }

  private static boolean hasWeights(GenerationRequest request) {
    for (WeightedPrompt prompt : request.prompts()) {
      if (prompt.isWeighted()) {
        return true;
      }
    }
    return false;
  }

  private static List<WeightedPrompt> unweighted(GenerationRequest request) {
    List<WeightedPrompt> prompts = new ArrayList<>();
    for (WeightedPrompt prompt : request.prompts()) {
      String weight = prompt.isNegative() ? WeightedPrompt.NEGATIVE : WeightedPrompt.POSITIVE;
      prompts.add(new WeightedPrompt(prompt.text(), weight));
    }
    return prompts;
  }

  private static GenerationRequest sampling(
      GenerationRequest request, BigDecimal cfgScale, Long steps, String sampler, String style) {
    Sampling old = request.sampling();
    return request.with(
        request.prompts(),
        new Sampling(cfgScale, old.seed(), steps, sampler, style, old.clipGuidancePreset()),
        request.image(),
        request.extras());
  }

  private static GenerationRequest image(
      GenerationRequest request,
      BigDecimal strength,
      BigDecimal start,
      BigDecimal end,
      boolean mask) {
    ImageInput old = request.image();
    ImageInput image =
        new ImageInput(
            old.init(),
            strength,
            start,
            end,
            mask ? old.mask() : null,
            mask ? old.maskSource() : null);
    return request.with(
        request.prompts(),
        request.sampling(),
        image.equals(ImageInput.NONE) ? ImageInput.NONE : image,
        request.extras());
  }
}
