package dev.sdxlgen.request.model;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.GenerationRequest;
import java.io.IOException;

/** A wire format that models share: what it takes, and how that is written. */
public sealed interface ModelFamily permits SdxlFamily {

  /** The family a model belongs to. An id that tells none is spoken to as SDXL. */
  static ModelFamily of(String modelId) {
    return modelId.contains("stable-diffusion-xl-v0") ? SdxlFamily.V0 : SdxlFamily.V1;
  }

  /**
   * Looks whether the family takes what is asked.
   *
   * @throws InvalidRequest when it doesn't, with what it does take
   */
  void check(GenerationRequest request);

  /** Writes the body of a request that {@link #check} found right. */
  void write(GenerationRequest request, JsonGenerator json) throws IOException;
}
