package dev.sdxlgen.generate;

import dev.sdxlgen.SdxlGenException;
import java.util.List;

/**
 * What one call made.
 *
 * @param images those that are there, at least one
 * @param missing what keeps the others from being so; null when none is missing
 */
public record Generated(List<GeneratedImage> images, SdxlGenException missing) {

  public Generated {
    images = List.copyOf(images);
  }
}
