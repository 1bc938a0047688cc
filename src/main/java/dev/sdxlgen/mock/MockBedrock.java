package dev.sdxlgen.mock;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A Bedrock double on loopback, over real HTTP/1.1: it checks bodies as Bedrock does, answers with
 * a picture that follows from the request alone, and breaks on demand. Any AWS SDK speaks to it
 * when its endpoint is set and its credentials are made up.
 *
 * <p>{@code GET /_mock/requests} gives the recorded bodies as a JSON array, {@code DELETE} forgets
 * them. The latest 10,000 requests are kept, and at most 100 MB of bodies.
 */
public final class MockBedrock implements AutoCloseable {

  private final HttpServer server;
  private final BedrockHandler handler;
  private final URI endpoint;

  private MockBedrock(HttpServer server, BedrockHandler handler, URI endpoint) {
    this.server = server;
    this.handler = handler;
    this.endpoint = endpoint;
  }

  /** A mock on any free port of 127.0.0.1, on which nothing goes wrong. */
  public static MockBedrock start() {
    return start(MockOptions.DEFAULT);
  }

  /**
   * A mock that listens when this returns.
   *
   * @throws InvalidRequest when the host isn't known or the port is taken
   */
  public static MockBedrock start(MockOptions options) {
    return start(options, System::nanoTime);
  }

  /**
   * The same.
   *
   * @param nanoTime what the quota's refilling goes by
   */
  static MockBedrock start(MockOptions options, LongSupplier nanoTime) {
    var handler = new BedrockHandler(options, nanoTime);
    String host = options.host();
    try {
      InetAddress address = InetAddress.getByName(host);
      var server = new HttpServer(new InetSocketAddress(address, options.port()), handler);
      String name = address.isAnyLocalAddress() ? "127.0.0.1" : host;
      if (name.indexOf(':') >= 0 && !name.startsWith("[")) {
        name = "[" + name + "]";
      }
      URI endpoint = URI.create("http://" + name + ":" + server.port());
      return new MockBedrock(server, handler, endpoint);
    } catch (UnknownHostException e) {
      throw new InvalidRequest(
          "--host " + host + " is not a host that this machine knows",
          "Usually: --host 127.0.0.1, or 0.0.0.0 to be reached from outside");
    } catch (BindException e) {
      throw new InvalidRequest(
          "can't listen on port " + options.port() + " of " + host + ": " + e.getMessage(),
          "--port 0 takes any free port; ports below 1024 need permission");
    } catch (IOException e) {
      throw new InvalidRequest("can't listen on " + host + ": " + e.getMessage(), "");
    }
  }

  /** Where clients find it: {@code http://127.0.0.1:PORT}. */
  public URI endpoint() {
    return endpoint;
  }

  /** The model calls so far, in the order they arrived; of very many, the latest. */
  public List<RecordedRequest> requests() {
    return handler.requests();
  }

  /** Sets the next model call's answer, or the one after those that are set already. */
  public void enqueue(Answer answer) {
    handler.enqueue(answer);
  }

  /** Stops listening and cuts every connection, also those that wait for an answer. */
  @Override
  public void close() {
    server.close();
  }
}
