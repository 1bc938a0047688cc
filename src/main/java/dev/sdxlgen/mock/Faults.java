package dev.sdxlgen.mock;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.Numbers;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;

/**
 * How often each fault is played.
 *
 * @param rates each above 0, together at most 1; what is left is answered properly
 */
public record Faults(Map<Fault, BigDecimal> rates) {

  /** Nothing goes wrong. */
  public static final Faults NONE = new Faults(Map.of());

  private static final String RATE = "A rate is a number from 0 to 1";

  public Faults {
    rates = rates.isEmpty() ? Map.of() : new EnumMap<>(rates);
  }

  /**
   * Reads {@code throttle=0.1,reset=0.02}. Blank is none.
   *
   * @param option where it was given, for the messages
   * @throws InvalidRequest when a fault or a rate isn't one, or the rates come to more than 1
   */
  public static Faults parse(String option, String text) {
    if (text.isBlank()) {
      return NONE;
    }
    Map<Fault, BigDecimal> rates = new EnumMap<>(Fault.class);
    BigDecimal sum = BigDecimal.ZERO;
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw new InvalidRequest(
            option + " takes KIND=RATE, not '" + part.strip() + "'",
            "For example: " + option + " throttle=0.1,reset=0.02");
      }
      Fault fault = Fault.parse(option, part.substring(0, equals).strip());
      String name = option + " " + fault.wireName();
      BigDecimal rate = Numbers.decimal(name, part.substring(equals + 1), RATE);
      if (fault == Fault.OK) {
        throw new InvalidRequest(
            name + " can't be given a rate", "What the faults leave is answered properly");
      }
      if (rate.signum() < 0 || rate.compareTo(BigDecimal.ONE) > 0) {
        throw new InvalidRequest(name + " has the rate " + rate.toPlainString(), RATE);
      }
      if (rates.put(fault, rate) != null) {
        throw new InvalidRequest(name + " is given twice", "");
      }
      sum = sum.add(rate);
    }
    if (sum.compareTo(BigDecimal.ONE) > 0) {
      throw new InvalidRequest(
          option + ": the rates come to " + sum.toPlainString(), "Together they are at most 1");
    }
    return new Faults(rates);
  }

  /** The fault that a throw of the dice comes to, which is at least 0 and less than 1. */
  Fault at(double fraction) {
    double up = 0;
    for (Map.Entry<Fault, BigDecimal> rate : rates.entrySet()) {
      up += rate.getValue().doubleValue();
      if (fraction < up) {
        return rate.getKey();
      }
    }
    return Fault.OK;
  }
}
