package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException.InvalidRequest;

/**
 * Which images are made, in which order: every prompt with every combination of the sweep as often
 * as it is repeated. Nothing is held but these numbers.
 */
public final class Plan {

  /** How many images a plan may have: beyond it, a number was mistyped. */
  private static final long MOST = 1L << 40;

  private final long combinations;
  private final long repeat;
  private final long size;
  private final Permutation order;

  /**
   * One image of a plan.
   *
   * @param item which prompt, from 0
   * @param combination which combination of the sweep, from 0
   * @param number counts the images of the prompt, from 1
   * @param repetition counts those of them that are of one combination, from 0
   */
  public record Position(int item, long combination, long number, long repetition) {}

  private Plan(long combinations, long repeat, long size, Permutation order) {
    this.combinations = combinations;
    this.repeat = repeat;
    this.size = size;
    this.order = order;
  }

  /**
   * @param items how many prompts there are
   * @param combinations how many combinations each is made with, from 1
   * @param repeat how often each of those, from 1
   * @param limit the most images of the whole plan; 0 for all
   * @param shuffleSeed decides the order; null for the file's
   * @throws InvalidRequest when that is more than anybody means
   */
  public static Plan of(int items, long combinations, long repeat, long limit, Long shuffleSeed) {
    long all;
    try {
      all = Math.multiplyExact(Math.multiplyExact(items, combinations), repeat);
    } catch (ArithmeticException e) {
      all = Long.MAX_VALUE;
    }
    if (all > MOST) {
      throw new InvalidRequest(
          "that would be more than " + MOST + " images", "Look at --sweep and --repeat");
    }
    Permutation order = shuffleSeed == null ? null : new Permutation(all, shuffleSeed);
    return new Plan(combinations, repeat, limit == 0 ? all : Math.min(limit, all), order);
  }

  /** How many images there are. */
  public long size() {
    return size;
  }

  /** Whether a prompt may have several images, whose names then carry their number. */
  public boolean isNumbered() {
    return combinations * repeat > 1;
  }

  /** The image at a place of the order. */
  public Position at(long place) {
    long index = order == null ? place : order.at(place);
    long perItem = combinations * repeat;
    long within = index % perItem;
    return new Position((int) (index / perItem), within / repeat, within + 1, within % repeat);
  }
}
