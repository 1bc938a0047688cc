package dev.sdxlgen.request.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the models beside their wire formats: prices, lifecycles, regions, each with its
 * source and its date. Read when somebody asks; not on the way of one image.
 */
public final class ModelTable {

  private final JsonNode root;
  private final List<Entry> entries = new ArrayList<>();

  private ModelTable(JsonNode root) {
    this.root = root;
    for (JsonNode model : root.get("models")) {
      entries.add(new Entry(model));
    }
  }

  /** The table that this version was built with. */
  public static ModelTable read() {
    try (InputStream in = ModelTable.class.getResourceAsStream("/dev/sdxlgen/models.json")) {
      return new ModelTable(new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The day on which the sources were looked at, as {@code 2026-11-24}. */
  public String date() {
    return root.get("date").asText();
  }

  /** The models, the default first. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /**
   * The model of an alias or an id, with or without an inference profile's prefix; null if none.
   */
  public Entry find(String model) {
    for (Entry entry : entries) {
      if (entry.isNamed(model)) {
        return entry;
      }
    }
    return null;
  }

  /**
   * The active model that is nearest to one which can't be called.
   *
   * @param model what can't be called
   * @param region where it can't be
   * @return null when the table has none
   */
  public Entry instead(Model model, String region) {
    Entry same = find(model.id());
    boolean elsewhere = same != null && !same.regions().contains(region);
    boolean newer = same != null && !same.id().equals(withoutPrefix(model.id()));
    if (same != null && same.isActive() && (elsewhere || newer)) {
      return same;
    }
    for (Entry entry : entries) {
      if (entry != same && entry.isActive()) {
        return entry;
      }
    }
    return null;
  }

  /** Without an ARN's beginning and an inference profile's {@code us.}. */
  private static String withoutPrefix(String id) {
    String name = id.substring(id.lastIndexOf('/') + 1);
    for (String maker : List.of("stability.", "amazon.")) {
      int at = name.indexOf("." + maker);
      if (at > 0) {
        return name.substring(at + 1);
      }
    }
    return name;
  }

  /** A model, as the table has it. */
  public static final class Entry {

    private final JsonNode json;

    private Entry(JsonNode json) {
      this.json = json;
    }

    /** Everything that is known of it. */
    public JsonNode json() {
      return json;
    }

    /** The short name that {@code -m} takes; empty when it has none. */
    public String alias() {
      return json.get("alias").asText();
    }

    /** The model id. */
    public String id() {
      return json.get("id").asText();
    }

    /** Whether it could be called by everybody when it was looked at. */
    public boolean isActive() {
      return json.at("/lifecycle/status").asText().equals("active");
    }

    /** The day of which that is known; empty when it isn't. */
    public String activeAsOf() {
      return json.at("/lifecycle/as_of").asText("");
    }

    /** The regions that have it; empty when that isn't known. */
    public List<String> regions() {
      List<String> regions = new ArrayList<>();
      for (JsonNode region : json.at("/regions/ids")) {
        regions.add(region.asText());
      }
      return regions;
    }

    private boolean isNamed(String model) {
      String name = withoutPrefix(model);
      boolean isAlias = !alias().isEmpty() && alias().equalsIgnoreCase(name);
      if (isAlias || id().equals(name)) {
        return true;
      }
      for (JsonNode also : json.get("also")) {
        if (also.asText().equals(name)) {
          return true;
        }
      }
      return false;
    }
  }
}
