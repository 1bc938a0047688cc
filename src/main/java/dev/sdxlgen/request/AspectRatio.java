package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/**
 * A picture's shape.
 *
 * @param width its width in units of its own, from 1
 * @param height its height in the same
 */
public record AspectRatio(long width, long height) {

  private static final long MOST = 100_000;

  /**
   * Reads {@code 16:9}.
   *
   * @throws InvalidRequest when it isn't two whole numbers with a colon between them
   */
  public static AspectRatio parse(String text) {
    int colon = text.indexOf(':');
    try {
      if (colon > 0) {
        long width = Long.parseLong(text.substring(0, colon).strip());
        long height = Long.parseLong(text.substring(colon + 1).strip());
        if (width > 0 && height > 0 && width < MOST && height < MOST) {
          return new AspectRatio(width, height);
        }
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new InvalidRequest(
        "--aspect-ratio takes WIDTH:HEIGHT, not '" + text + "'", "For example: 16:9");
  }

  /**
   * The nearest to this shape.
   *
   * @param shape one's width by height
   */
  public <T> T nearest(Collection<T> all, ToDoubleFunction<T> shape) {
    T nearest = null;
    double least = Double.POSITIVE_INFINITY;
    for (T one : all) {
      double distance = Math.abs(Math.log(value() / shape.applyAsDouble(one)));
      if (distance < least) {
        least = distance;
        nearest = one;
      }
    }
    return nearest;
  }

  /** Whether a size has just this shape. */
  public boolean isExactly(Dimensions size) {
    return !size.isDefault() && isExactly(new AspectRatio(size.width(), size.height()));
  }

  /** Whether it is the same shape, be it written otherwise: 32:18 is 16:9. */
  public boolean isExactly(AspectRatio other) {
    // A quotient of the same two numbers is rounded alike; a product would overflow.
    return value() == other.value();
  }

  /** Width by height as one number. */
  public double value() {
    return (double) width / height;
  }

  @Override
  public String toString() {
    return width + ":" + height;
  }
}
