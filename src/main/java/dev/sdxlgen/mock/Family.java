package dev.sdxlgen.mock;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.NameList;
import java.util.List;

/** A wire format that several models speak. */
public enum Family {
  /** {@code text_prompts} in, {@code artifacts} out. */
  SDXL("sdxl", SdxlFormat.V1),
  /** {@code prompt} in; {@code seeds}, {@code finish_reasons} and {@code images} out. */
  STABLE_IMAGE("stable-image", StableImageFormat.SD3_5),
  /** {@code taskType} in; {@code images} and {@code error} out. */
  AMAZON("amazon", AmazonFormat.NOVA_CANVAS);

  private final String wireName;
  private final WireFormat format;

  Family(String wireName, WireFormat format) {
    this.wireName = wireName;
    this.format = format;
  }

  /** The format of a model that tells no more than its family. */
  WireFormat format() {
    return format;
  }

  /**
   * Reads one, in any case.
   *
   * @param option where it was given, for the message
   * @throws InvalidRequest when there is no such family, with the nearest one and the whole list
   */
  public static Family parse(String option, String text) {
    List<String> names = List.of(SDXL.wireName, STABLE_IMAGE.wireName, AMAZON.wireName);
    String name = new NameList(option, "a family", "Families", names).wireName(text, "the mock");
    return values()[names.indexOf(name)];
  }
}
