package dev.sdxlgen.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** A moto server as a child process, where Python has moto. */
public final class Moto implements AutoCloseable {

  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)");

  private final Process process;
  private final URI endpoint;

  private Moto(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Starts it on a free port; the tests are skipped, loudly, where there is none. */
  public static Moto start() throws IOException {
    Process process;
    try {
      process =
          new ProcessBuilder("python3", "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw skipped("there is no python3");
    }
    var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line; (line = lines.readLine()) != null; ) {
      Matcher address = ADDRESS.matcher(line);
      if (address.find()) {
        // It tells of every request: that has to go somewhere.
        Thread reader = new Thread(() -> lines.lines().forEach(told -> {}), "moto");
        reader.setDaemon(true);
        reader.start();
        return new Moto(process, URI.create(address.group()));
      }
      said.append(line).append('\n');
    }
    if (said.indexOf("No module named") >= 0) {
      throw skipped("python3 has no moto (pip install 'moto[s3,server]')");
    }
    throw new AssertionError("moto doesn't start:\n" + said);
  }

  private static RuntimeException skipped(String why) {
    String message = "SKIPPED: S3 against moto, for " + why;
    System.err.println(message);
    Assumptions.abort(message);
    return new IllegalStateException(message);
  }

  public URI endpoint() {
    return endpoint;
  }

  public void makeBucket(String name) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.resolve("/" + name))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      int status = HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new IOException("moto answered " + status);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
