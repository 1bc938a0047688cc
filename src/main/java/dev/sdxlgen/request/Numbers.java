package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Reads the numbers a user types, keeping them as typed: 7 stays 7, and 7.0 stays 7.0. What JSON
 * has no way to say as typed ({@code +7}, {@code 007}, {@code .5}) and what carries an exponent
 * ({@code 1e1}) stands for the same number written out: 7, 7, 0.5, 10.
 */
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
    return decimal(name, text, "For example: 7 or 7.5");
  }

  /**
   * A decimal number.
   *
   * @param advice what to say of it when {@code text} is none
   * @throws InvalidRequest when {@code text} is no finite number
   */
  public static BigDecimal decimal(String name, String text, String advice) {
    BigDecimal number;
    try {
      number = new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      throw new InvalidRequest(name + " takes a number, not '" + text + "'", advice);
    }
    if (Math.abs((long) number.scale()) > MOST_DIGITS || number.precision() > MOST_DIGITS) {
      throw new InvalidRequest(
          name + " " + text + " has too many digits",
          "At most " + MOST_DIGITS + ", before and after the point");
    }
    return number;
  }

  /**
   * A whole number whose range the model family knows.
   *
   * @throws InvalidRequest when {@code text} is none, or beyond 64 bits
   */
  public static long whole(String name, String text) {
    BigInteger number = integer(name, text, "For example: 42");
    if (number.bitLength() >= Long.SIZE) {
      throw new InvalidRequest(name + " " + number + " is out of range", "At most 18 digits");
    }
    return number.longValue();
  }

  /**
   * A whole number within a range.
   *
   * @throws InvalidRequest when {@code text} is no whole number, or outside
   */
  public static long whole(String name, String text, long least, long most) {
    String allowed = "Allowed: " + least + " to " + most;
    BigInteger number = integer(name, text, allowed);
    if (number.compareTo(BigInteger.valueOf(least)) < 0
        || number.compareTo(BigInteger.valueOf(most)) > 0) {
      throw new InvalidRequest(name + " " + number + " is out of range", allowed);
    }
    return number.longValue();
  }

  private static BigInteger integer(String name, String text, String advice) {
    try {
      return new BigInteger(text.strip());
    } catch (NumberFormatException e) {
      throw new InvalidRequest(name + " takes a whole number, not '" + text + "'", advice);
    }
  }
}
