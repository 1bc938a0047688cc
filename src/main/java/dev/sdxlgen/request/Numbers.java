package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.math.BigDecimal;

/** Reads the numbers a user types, keeping them as typed: 7 stays 7, and 7.0 stays 7.0. */
public final class Numbers {

  /** Digits beyond this, before or after the point, are a mistake and not a parameter. */
  private static final int MOST_DIGITS = 40;

  private Numbers() {}

  /**
   * A decimal number.
   *
   * @param name what the number is for, as the user named it ({@code --cfg-scale})
   * @throws InvalidRequest when {@code text} is no finite number
   */
  public static BigDecimal decimal(String name, String text) {
    try {
      BigDecimal number = new BigDecimal(text.strip());
      if (Math.abs((long) number.scale()) > MOST_DIGITS || number.precision() > MOST_DIGITS) {
        throw new InvalidRequest(name + " " + text + " has too many digits", "");
      }
      return number;
    } catch (NumberFormatException e) {
      throw new InvalidRequest(name + " takes a number, not '" + text + "'", "");
    }
  }

  /**
   * A whole number.
   *
   * @throws InvalidRequest when {@code text} is none
   */
  public static long whole(String name, String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new InvalidRequest(name + " takes a whole number, not '" + text + "'", "");
    }
  }

  /**
   * A whole number within a range.
   *
   * @throws InvalidRequest when {@code text} is no whole number, or outside
   */
  public static long whole(String name, String text, long least, long most) {
    long number = whole(name, text);
    if (number < least || number > most) {
      throw new InvalidRequest(
          name + " " + number + " is out of range", "Allowed: " + least + " to " + most);
    }
    return number;
  }
}
