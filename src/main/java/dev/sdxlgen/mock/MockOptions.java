package dev.sdxlgen.mock;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a mock behaves.
 *
 * @param host the name or address to listen on
 * @param port 0 for any free one
 * @param latency how long a model call takes from its last byte to its answer's first, at least; a
 *     picture that takes longer isn't hurried
 * @param faults what goes wrong by chance, once the script is played
 * @param script the first answers, one after the other
 * @param picture the file that is answered instead of a drawn one; null to draw
 * @param seed what the dice for faults and random seeds start from; null for other ones every time
 * @param log gets a line for each request, {@code POST /model/stability.stable-diffusion-xl/invoke
 *     200 52 ms}, with the fault after it when one was played, and {@code -} for the status where
 *     nothing is answered; called by several threads; null for none
 * @param family what an id or ARN that tells no model speaks; null for SDXL by ARNs of one's own,
 *     and no other ids than those of the models
 * @param retired ids of models that have reached the end of their life, with or without an
 *     inference profile's prefix
 * @param quota beyond which calls are throttled, at once and before anything else is looked at but
 *     the authorization; the script and the faults are played to the calls that it lets through;
 *     null for none
 */
public record MockOptions(
    String host,
    int port,
    Duration latency,
    Faults faults,
    List<Fault> script,
    byte[] picture,
    Long seed,
    Consumer<String> log,
    Family family,
    Set<String> retired,
    Quota quota) {

  /**
   * Any free port of 127.0.0.1, no latency, no faults, drawn pictures, no log, nothing retired, no
   * quota.
   */
  public static final MockOptions DEFAULT =
      new MockOptions(
          "127.0.0.1",
          0,
          Duration.ZERO,
          Faults.NONE,
          List.of(),
          null,
          null,
          null,
          null,
          Set.of(),
          null);

  public MockOptions {
    if (port < 0 || port > 65535) {
      throw new InvalidRequest("port " + port + " is out of range", "Allowed: 0 to 65535");
    }
    if (latency.isNegative()) {
      throw new InvalidRequest("the latency can't be negative", "");
    }
    script = List.copyOf(script);
    retired = Set.copyOf(retired);
    picture = picture == null ? null : picture.clone();
  }

  /** The same, listening on another address. */
  public MockOptions withHost(String other) {
    return new MockOptions(
        other, port, latency, faults, script, picture, seed, log, family, retired, quota);
  }

  /** The same, on another port; 0 is any free one. */
  public MockOptions withPort(int other) {
    return new MockOptions(
        host, other, latency, faults, script, picture, seed, log, family, retired, quota);
  }

  /** The same, with answers that take this long in all. */
  public MockOptions withLatency(Duration other) {
    return new MockOptions(
        host, port, other, faults, script, picture, seed, log, family, retired, quota);
  }

  /** The same, with faults at these rates. */
  public MockOptions withFaults(Faults other) {
    return new MockOptions(
        host, port, latency, other, script, picture, seed, log, family, retired, quota);
  }

  /** The same, with these as its first answers. */
  public MockOptions withScript(List<Fault> other) {
    return new MockOptions(
        host, port, latency, faults, other, picture, seed, log, family, retired, quota);
  }

  /** The same, with these as its first answers. */
  public MockOptions withScript(Fault... other) {
    return withScript(List.of(other));
  }

  /** The same, answering this file; null draws. */
  public MockOptions withPicture(byte[] other) {
    return new MockOptions(
        host, port, latency, faults, script, other, seed, log, family, retired, quota);
  }

  /** The same, with dice that start from this. */
  public MockOptions withSeed(Long other) {
    return new MockOptions(
        host, port, latency, faults, script, picture, other, log, family, retired, quota);
  }

  /** The same, telling each request to this. */
  public MockOptions withLog(Consumer<String> other) {
    return new MockOptions(
        host, port, latency, faults, script, picture, seed, other, family, retired, quota);
  }

  /** The same, where an id or ARN that tells no model speaks as this family does. */
  public MockOptions withFamily(Family other) {
    return new MockOptions(
        host, port, latency, faults, script, picture, seed, log, other, retired, quota);
  }

  /** The same, with these models at the end of their life. */
  public MockOptions withRetired(Set<String> other) {
    return new MockOptions(
        host, port, latency, faults, script, picture, seed, log, family, other, quota);
  }

  /** The same, with these models at the end of their life. */
  public MockOptions withRetired(String... other) {
    return withRetired(Set.of(other));
  }

  /** The same, throttling the calls beyond this; null throttles none. */
  public MockOptions withQuota(Quota other) {
    return new MockOptions(
        host, port, latency, faults, script, picture, seed, log, family, retired, other);
  }
}
