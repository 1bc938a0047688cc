package dev.sdxlgen.request.model;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.NameList;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A model to call, and the wire format it speaks.
 *
 * @param id a model id, an inference profile or an ARN, as it goes into the call
 * @param family the wire format
 * @param recognised whether the id tells its family; else it was taken as SDXL
 */
public record Model(String id, ModelFamily family, boolean recognised) {

  /** A short name for a model that is often used. Adding a model is one line here. */
  private record Alias(String name, String id) {}

  private static final List<Alias> ALIASES =
      List.of(
          new Alias("sdxl", "stability.stable-diffusion-xl"),
          new Alias("sd3.5-large", "stability.sd3-5-large-v1:0"),
          new Alias("core", "stability.stable-image-core-v1:1"),
          new Alias("ultra", "stability.stable-image-ultra-v1:1"),
          new Alias("nova-canvas", "amazon.nova-canvas-v1:0"),
          new Alias("titan", "amazon.titan-image-generator-v2:0"));

  /** A part of an id that tells the wire format; the first that fits counts. */
  private record Shape(String part, Wire wire) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape("stability.stable-diffusion-xl-v0", Wire.SDXL_V0),
          new Shape("stability.stable-diffusion-xl", Wire.SDXL),
          new Shape("stability.sd3-5", Wire.SD3_5),
          new Shape("stability.sd3", Wire.SD3),
          new Shape("stability.stable-image-core", Wire.CORE),
          new Shape("stability.stable-image-ultra", Wire.ULTRA),
          new Shape("amazon.nova-canvas", Wire.NOVA),
          new Shape("amazon.titan-image-generator", Wire.TITAN));

  /** What a shape stands for. The families themselves are loaded only when one is asked for. */
  private enum Wire {
    SDXL_V0,
    SDXL,
    SD3_5,
    SD3,
    CORE,
    ULTRA,
    NOVA,
    TITAN;

    ModelFamily family() {
      return switch (this) {
        case SDXL_V0 -> SdxlFamily.V0;
        case SDXL -> SdxlFamily.V1;
        case SD3_5 -> StableImageFamily.SD3_5;
        case SD3 -> StableImageFamily.SD3;
        case CORE -> StableImageFamily.CORE;
        case ULTRA -> StableImageFamily.ULTRA;
        case NOVA -> AmazonFamily.NOVA;
        case TITAN -> AmazonFamily.TITAN;
      };
    }
  }

  private static final NameList FAMILIES =
      new NameList("--family", "a family", "Families", List.of("sdxl", "stable-image", "amazon"));

  /**
   * @param typed an alias, a model id, an inference profile or an ARN
   */
  public static Model of(String typed) {
    return of(typed, null);
  }

  /**
   * @param typed an alias, a model id, an inference profile or an ARN
   * @param familyName the wire format to speak, whatever the id tells; null goes by the id
   * @throws InvalidRequest when there is no such family
   */
  public static Model of(String typed, String familyName) {
    String id = typed;
    for (Alias alias : ALIASES) {
      if (alias.name().equalsIgnoreCase(typed)) {
        id = alias.id();
      }
    }
    ModelFamily told = told(id);
    if (familyName != null) {
      String name = FAMILIES.wireName(familyName, "Bedrock");
      ModelFamily asked = told != null && told.name().equals(name) ? told : byName(name);
      return new Model(id, asked, true);
    }
    return told == null ? new Model(id, SdxlFamily.V1, false) : new Model(id, told, true);
  }

  /** The short name, or the id of a model that has none. */
  public String alias() {
    for (Alias alias : ALIASES) {
      if (alias.id().equals(id)) {
        return alias.name();
      }
    }
    return id;
  }

  /** The short names there are, the default first. */
  public static List<String> aliases() {
    List<String> names = new ArrayList<>();
    for (Alias alias : ALIASES) {
      names.add(alias.name());
    }
    return names;
  }

  /** The short names of the models that take a parameter. */
  public static List<String> takers(Parameter parameter) {
    List<String> names = new ArrayList<>();
    for (Alias alias : ALIASES) {
      if (of(alias.id()).family().takes().contains(parameter)) {
        names.add(alias.name());
      }
    }
    return names;
  }

  private static ModelFamily told(String id) {
    String lower = id.toLowerCase(Locale.ROOT);
    for (Shape shape : SHAPES) {
      if (lower.contains(shape.part())) {
        return shape.wire().family();
      }
    }
    return null;
  }

  private static ModelFamily byName(String name) {
    return switch (name) {
      case "stable-image" -> StableImageFamily.SD3_5;
      case "amazon" -> AmazonFamily.NOVA;
      default -> SdxlFamily.V1;
    };
  }
}
