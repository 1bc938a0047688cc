package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException.InvalidRequest;

/** Reads how fast calls may be made, as a user types it: {@code 60/min}. */
public final class Rate {

  /** No quota of Bedrock's is anywhere near: a calls-a-second beyond it is a typing error. */
  private static final double MOST = 10_000;

  private Rate() {}

  /** Calls a second, as {@code --rate} takes them. */
  public static double perSecond(String typed) {
    return perSecond("--rate", typed);
  }

  /**
   * Calls a second.
   *
   * @param option where it was given, for the message
   * @param typed a number above 0, then {@code /s}, {@code /min} or {@code /h}
   * @throws InvalidRequest when it is anything else
   */
  public static double perSecond(String option, String typed) {
    int slash = typed.indexOf('/');
    double seconds =
        switch (slash < 0 ? "" : typed.substring(slash + 1).strip()) {
          case "s", "sec", "second" -> 1;
          case "m", "min", "minute" -> 60;
          case "h", "hour" -> 3600;
          default -> throw refusal(option, typed);
        };
    double number;
    try {
      number = Double.parseDouble(typed.substring(0, slash).strip());
    } catch (NumberFormatException e) {
      throw refusal(option, typed);
    }
    double rate = number / seconds;
    if (!(number > 0) || rate > MOST) {
      throw refusal(option, typed);
    }
    return rate;
  }

  private static InvalidRequest refusal(String option, String typed) {
    return new InvalidRequest(
        option + " takes calls per time, not '" + typed + "'",
        "For example: 60/min, 2/s or 1000/h");
  }
}
