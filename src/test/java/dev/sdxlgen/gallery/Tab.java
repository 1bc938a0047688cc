package dev.sdxlgen.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A page in the browser: what a user does to it, and what it did that it shouldn't. */
final class Tab implements AutoCloseable {

  private static final Map<String, Integer> KEYS =
      Map.of(
          "Enter",
          13,
          "Escape",
          27,
          "Tab",
          9,
          "ArrowLeft",
          37,
          "ArrowUp",
          38,
          "ArrowRight",
          39,
          "ArrowDown",
          40,
          "End",
          35,
          "Home",
          36);

  private final Chromium browser;
  private final String session;
  private final String target;
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  Tab(Chromium browser, String session, String target) {
    this.browser = browser;
    this.session = session;
    this.target = target;
  }

  void start(String url, int width, int height) {
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", Chromium.object());
    }
    resize(width, height, false);
    go(url);
  }

  /** Loads an address, and waits until the page's own script has run. */
  void go(String url) {
    call("Page.navigate", Chromium.object("url", "about:blank"));
    call("Page.navigate", Chromium.object("url", url));
    await("location.href !== 'about:blank' && document.readyState === 'complete'");
    await("document.getElementById('count') && document.getElementById('count').textContent");
  }

  void resize(int width, int height, boolean phone) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Chromium.object()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", phone));
  }

  void prefer(String feature, String value) {
    ObjectNode media = Chromium.object();
    media.putArray("features").addObject().put("name", feature).put("value", value);
    call("Emulation.setEmulatedMedia", media);
  }

  /** The value of a JavaScript expression; a promise is waited for. */
  JsonNode evaluate(String expression) {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Chromium.object("expression", expression)
                .put("awaitPromise", true)
                .put("returnByValue", true)
                .put("userGesture", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
    }
    return result.get("result").path("value");
  }

  String text(String expression) {
    return evaluate(expression).asText();
  }

  List<String> texts(String expression) {
    List<String> texts = new ArrayList<>();
    evaluate("[..." + expression + "].map(String)").forEach(node -> texts.add(node.asText()));
    return texts;
  }

  /** Waits until an expression is true, frame by frame, for at most 15 seconds. */
  void await(String condition) {
    String script =
        """
        new Promise(done => {
          const end = Date.now() + 15000;
          const look = () => {
            let met = false;
            try { met = Boolean(%s) } catch { /* not yet */ }
            if (met || Date.now() > end) done(met); else setTimeout(look, 5);
          };
          look();
        })
        """;
    for (int attempt = 0; ; attempt++) {
      try {
        if (!evaluate(script.formatted(condition)).asBoolean()) {
          throw new AssertionError("never came true: " + condition);
        }
        return;
      } catch (AssertionError e) {
        // The page was left for another while it was asked.
        boolean gone =
            e.getMessage().contains("ontext was destroyed")
                || e.getMessage().contains("navigated or closed");
        if (!gone || attempt == 5) {
          throw e;
        }
      }
    }
  }

  /** Clicks in the middle of the first element that matches, as a mouse does. */
  void click(String selector) {
    click(selector, "");
  }

  /** Waits for an element that matches and holds the text, and clicks the first. */
  void click(String selector, String text) {
    String element =
        "[...document.querySelectorAll(%s)].find(e => e.textContent.includes(%s))"
            .formatted(quoted(selector), quoted(text));
    await(element);
    JsonNode at =
        evaluate(
            """
            (() => {
              const found = %s;
              found.scrollIntoView({ block: 'nearest' });
              const box = found.getBoundingClientRect();
              return [box.left + box.width / 2, box.top + box.height / 2];
            })()
            """
                .formatted(element));
    for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          Chromium.object("type", type)
              .put("x", at.get(0).asDouble())
              .put("y", at.get(1).asDouble())
              .put("button", type.equals("mouseMoved") ? "none" : "left")
              .put("clickCount", type.equals("mouseMoved") ? 0 : 1));
    }
  }

  /** Presses keys, one after the other: names such as {@code ArrowLeft}, or characters. */
  void press(String... keys) {
    for (String key : keys) {
      ObjectNode event = Chromium.object("key", key);
      if (KEYS.containsKey(key)) {
        event.put("windowsVirtualKeyCode", KEYS.get(key)).put("code", key);
      }
      if (key.equals("Enter")) {
        event.put("text", "\r");
      } else if (key.length() == 1) {
        event.put("text", key);
      }
      call("Input.dispatchKeyEvent", event.put("type", "keyDown"));
      event.remove("text");
      call("Input.dispatchKeyEvent", event.put("type", "keyUp"));
    }
  }

  void type(String text) {
    call("Input.insertText", Chromium.object("text", text));
  }

  void screenshot(Path file) {
    String data =
        call("Page.captureScreenshot", Chromium.object("format", "png")).get("data").asText();
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, Base64.getDecoder().decode(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Console errors and warnings, exceptions, breaches of the CSP, dialogs. */
  List<String> complaints() {
    return complaints;
  }

  /** What was asked of disk or network. */
  List<String> requests() {
    return requests;
  }

  void happened(String event, JsonNode details) {
    switch (event) {
      case "Runtime.exceptionThrown", "Page.javascriptDialogOpening" ->
          complaints.add(event + " " + details);
      case "Runtime.consoleAPICalled" -> complaints.add(event + " " + details.get("args"));
      case "Log.entryAdded" ->
          complaints.add(
              details.get("entry").get("text").asText()
                  + " "
                  + details.get("entry").path("url").asText());
      case "Network.requestWillBeSent" -> requests.add(details.get("request").get("url").asText());
      default -> {}
    }
  }

  static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  JsonNode call(String method, ObjectNode parameters) {
    return browser.call(session, method, parameters);
  }

  @Override
  public void close() {
    browser.forget(this);
    browser.call(null, "Target.closeTarget", Chromium.object("targetId", target));
  }
}
