package dev.sdxlgen.gallery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A real browser without a window, driven through its DevTools protocol. */
final class Chromium implements AutoCloseable {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final Map<String, Tab> tabs = new ConcurrentHashMap<>();

  /** The browser on the PATH, if there is one. */
  static Optional<Path> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String name : NAMES) {
      for (String folder : path.split(File.pathSeparator)) {
        Path program = Path.of(folder).resolve(name);
        if (Files.isExecutable(program)) {
          return Optional.of(program);
        }
      }
    }
    return Optional.empty();
  }

  static Chromium start(Path program) throws IOException {
    Path profile = Files.createTempDirectory("chromium");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--lang=en-US",
                "--no-first-run",
                "--disable-background-networking",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    var err = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8));
    var said = new StringBuilder();
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      if (line.startsWith("DevTools listening on ")) {
        drain(err);
        return new Chromium(process, profile, URI.create(line.substring(line.indexOf("ws://"))));
      }
      said.append(line).append('\n');
    }
    throw new IOException(program + " did not start:\n" + said);
  }

  /** What it says later is nobody's business, but it must be able to say it. */
  private static void drain(BufferedReader err) {
    var thread =
        new Thread(
            () -> {
              try {
                err.transferTo(Writer.nullWriter());
              } catch (IOException e) {
                // The browser has ended.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private Chromium(Process process, Path profile, URI devTools) {
    this.process = process;
    this.profile = profile;
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(devTools, new Listener())
            .join();
  }

  /** A new tab of that size, in CSS pixels. */
  Tab open(String url, int width, int height) {
    String target =
        call(null, "Target.createTarget", object("url", "about:blank")).get("targetId").asText();
    ObjectNode attach = object("targetId", target).put("flatten", true);
    String session = call(null, "Target.attachToTarget", attach).get("sessionId").asText();
    var tab = new Tab(this, session, target);
    tabs.put(session, tab);
    tab.start(url, width, height);
    return tab;
  }

  /** What the browser answers to a command; {@code session} is null for the browser itself. */
  JsonNode call(String session, String method, ObjectNode parameters) {
    int number = numbers.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", number).put("method", method);
    message.set("params", parameters);
    if (session != null) {
      message.put("sessionId", session);
    }
    var answer = new CompletableFuture<JsonNode>();
    waiting.put(number, answer);
    synchronized (socket) {
      socket.sendText(message.toString(), true).join();
    }
    try {
      JsonNode came = answer.get(30, TimeUnit.SECONDS);
      if (came.has("error")) {
        throw new AssertionError(method + ": " + came.get("error"));
      }
      return came.get("result");
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(method + " was not answered: " + parameters, e);
    }
  }

  void forget(Tab tab) {
    tabs.values().remove(tab);
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static ObjectNode object(String name, String value) {
    return JSON.createObjectNode().put(name, value);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (Stream<Path> files = Files.walk(profile)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Listener implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        receive(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void receive(String message) {
      try {
        JsonNode json = JSON.readTree(message);
        if (json.has("id")) {
          waiting.remove(json.get("id").asInt()).complete(json);
        } else if (json.has("sessionId") && tabs.containsKey(json.get("sessionId").asText())) {
          tabs.get(json.get("sessionId").asText())
              .happened(json.get("method").asText(), json.get("params"));
        }
      } catch (IOException e) {
        throw new AssertionError(message, e);
      }
    }
  }
}
