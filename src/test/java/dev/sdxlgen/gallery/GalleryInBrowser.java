package dev.sdxlgen.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser, opened from disk as a user does. Whatever a test does, the page must
 * not complain on the console, open a dialog of the browser's or ask a network for anything.
 */
abstract class GalleryInBrowser {

  @TempDir static Path folder;
  static Chromium browser;
  static List<GalleryImage> images;
  static String page;

  Tab tab;

  @BeforeAll
  static void start() throws IOException {
    Optional<Path> program = Chromium.find();
    if (program.isEmpty()) {
      String message =
          "SKIPPED: the gallery in a real browser, for there is no chromium on the PATH";
      System.err.println(message);
      Assumptions.abort(message);
    }
    Path studies = Files.createDirectory(folder.resolve("studies"));
    images = Studies.make(studies);
    page = write(studies.resolve("gallery.html"), "Studies", images);
    browser = Chromium.start(program.get());
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void leavesNothingBehind() {
    if (tab != null) {
      List<String> complaints = List.copyOf(tab.complaints());
      List<String> requests = List.copyOf(tab.requests());
      tab.close();
      assertThat(complaints).isEmpty();
      assertThat(requests).allMatch(url -> url.startsWith("file:") || url.equals("about:blank"));
    }
  }

  void open(String address) {
    tab = browser.open(address, 1280, 860);
  }

  static String write(String name, String title, Iterable<GalleryImage> images) {
    try {
      return write(folder.resolve(name), title, images);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static String write(Path file, String title, Iterable<GalleryImage> images) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      GalleryPage.write(title, images, out);
    }
    return file.toUri().toString();
  }

  static HttpServer serve(Path root) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // Browsers ask every server for it, whenever they like.
    server.createContext(
        "/favicon.ico",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.createContext(
        "/",
        exchange -> {
          Path file = root.resolve(exchange.getRequestURI().getPath().substring(1));
          boolean there = Files.isRegularFile(file);
          byte[] body = there ? Files.readAllBytes(file) : new byte[] {'?'};
          exchange
              .getResponseHeaders()
              .set("Content-Type", file.toString().endsWith(".html") ? "text/html" : "image/png");
          exchange.sendResponseHeaders(there ? 200 : 404, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    return server;
  }

  String count() {
    return tab.text("document.getElementById('count').textContent");
  }

  boolean isOpen() {
    return tab.evaluate("document.querySelector('.detail').open").asBoolean();
  }

  String place() {
    return tab.text("document.querySelector('.detail nav p').textContent");
  }

  /** The position of the tile that has the focus. */
  String focused() {
    return tab.text("document.activeElement.closest('.tile')?.dataset.index");
  }

  static String texts(String elements) {
    return "[..." + elements + "].map(e => e.textContent)";
  }
}
