package dev.sdxlgen.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sdxlgen.gallery.GalleryImage.Prompt;
import dev.sdxlgen.mock.MockBedrock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Images of the mock's, made as somebody would who tries things out, and what is known of them. */
final class Studies {

  static final String MODEL = "stability.stable-diffusion-xl-v0";
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final URI mock;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<GalleryImage> images = new ArrayList<>();

  private Studies(Path folder, URI mock) {
    this.folder = folder;
    this.mock = mock;
  }

  /**
   * A lighthouse in four seeds by three values of cfg scale (one is missing, one was made twice), a
   * fox in five styles, and two dozen others, no two of which differ in just one parameter.
   */
  static List<GalleryImage> make(Path folder) {
    try (MockBedrock mock = MockBedrock.start()) {
      var studies = new Studies(folder, mock.endpoint());
      studies.makeAll();
      return studies.images;
    }
  }

  private void makeAll() {
    for (long seed = 11; seed <= 14; seed++) {
      for (String cfg : List.of("4", "7", "10")) {
        if (seed != 13 || !cfg.equals("10")) {
          lighthouse("", seed, cfg);
        }
      }
    }
    lighthouse("-2", 12, "7");
    for (String style : List.of("anime", "cinematic", "line-art", "origami", "pixel-art")) {
      make(
          "foxes/fox-" + style + ".png",
          512,
          512,
          77,
          Map.of("style_preset", style),
          "K_EULER",
          "7",
          positive("a fox asleep in deep snow"),
          negative("hat"));
    }
    String[] places = {
      "a harbour before the storm, fishing boats, gulls", "tea house above the clouds",
      "night train crossing a viaduct, lit windows", "the last orchard on Mars",
      "a library with a river running through it", "winter market, steam and lanterns",
      "a person in a yellow raincoat, seen from behind",
          "abandoned greenhouse, ferns, morning light",
      "desert observatory under the Milky Way", "a heron in the reeds, woodblock print",
      "rooftops of an old town after rain", "café at the end of the pier",
    };
    int[][] sizes = {{768, 512}, {512, 512}, {512, 768}, {832, 512}, {512, 640}, {896, 384}};
    String[] samplers = {"K_DPMPP_2M", "K_EULER_ANCESTRAL", "DDIM"};
    String[] styles = {"photographic", "cinematic", "fantasy-art"};
    for (int i = 0; i < 24; i++) {
      int[] size = sizes[i * 5 % 6];
      String prompt = places[i % 12];
      List<Prompt> prompts = new ArrayList<>(List.of(positive(prompt)));
      if (i % 2 == 0) {
        prompts.add(negative("blurry"));
      }
      if (i % 3 == 0) {
        prompts.add(new Prompt("crowds", new BigDecimal("-0.5")));
      }
      Map<String, String> style = i % 4 == 0 ? Map.of() : Map.of("style_preset", styles[i % 3]);
      make(
          "places/%02d %s.png".formatted(i, prompt.split(",")[0]),
          size[0],
          size[1],
          4_000_000_000L - i * 97_531_357L,
          style,
          samplers[i % 3],
          String.valueOf(5 + i % 5),
          prompts.toArray(new Prompt[0]));
    }
  }

  private void lighthouse(String suffix, long seed, String cfg) {
    make(
        "lighthouse/lighthouse-" + seed + "-" + cfg + suffix + ".png",
        512,
        512,
        seed,
        Map.of(),
        "K_EULER",
        cfg,
        positive("a lighthouse at dusk, oil painting, thick brushstrokes"),
        negative("hat"),
        negative("people"));
  }

  private void make(
      String path,
      int width,
      int height,
      long seed,
      Map<String, String> style,
      String sampler,
      String cfg,
      Prompt... prompts) {
    ObjectNode body = JSON.createObjectNode();
    for (Prompt prompt : prompts) {
      body.withArray("text_prompts")
          .addObject()
          .put("text", prompt.text())
          .put("weight", prompt.weight());
    }
    body.put("cfg_scale", new BigDecimal(cfg))
        .put("seed", seed)
        .put("sampler", sampler)
        .put("width", width)
        .put("height", height);
    style.forEach(body::put);
    byte[] png = invoke(body);
    try {
      Path file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("cfg scale", cfg);
    parameters.put("steps", "30");
    parameters.put(GalleryImage.SAMPLER, sampler);
    if (!style.isEmpty()) {
      parameters.put(GalleryImage.STYLE, style.get("style_preset"));
    }
    var command = new StringBuilder("sdxl-gen -m " + MODEL + " '" + prompts[0].text() + "'");
    for (int i = 1; i < prompts.length; i++) {
      command.append(" -n '").append(prompts[i].text()).append('\'');
    }
    command
        .append(" --cfg-scale ")
        .append(cfg)
        .append(" --seed ")
        .append(seed)
        .append(" --sampler ")
        .append(sampler);
    style.forEach((name, value) -> command.append(" --style-preset ").append(value));
    command.append(" --size ").append(width).append('x').append(height);
    images.add(
        new GalleryImage(
            path,
            width,
            height,
            png.length,
            NOON.plusSeconds(images.size() * 61L),
            MODEL,
            "sdxl",
            List.of(prompts),
            seed,
            parameters,
            command.toString(),
            null));
  }

  private byte[] invoke(ObjectNode body) {
    try {
      var answer =
          client.send(
              HttpRequest.newBuilder(mock.resolve("/model/" + MODEL + "/invoke"))
                  .header("Authorization", "Bearer made-up")
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                  .build(),
              BodyHandlers.ofByteArray());
      JsonNode json = JSON.readTree(answer.body());
      if (answer.statusCode() != 200) {
        throw new AssertionError(json);
      }
      return Base64.getDecoder().decode(json.get("artifacts").get(0).get("base64").asText());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static Prompt positive(String text) {
    return new Prompt(text, new BigDecimal("1.0"));
  }

  static Prompt negative(String text) {
    return new Prompt(text, new BigDecimal("-1.0"));
  }
}
