package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.value;
import static dev.sdxlgen.cli.Option.option;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.AspectRatio;
import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.Extras;
import dev.sdxlgen.request.Numbers;
import dev.sdxlgen.request.Param;
import dev.sdxlgen.request.Sampling;
import dev.sdxlgen.request.model.SdxlFamily;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** How the picture is drawn, and how large. */
final class SamplingOptions {

  private SamplingOptions() {}

  static void addTo(Options command) {
    command
        .add(option("NUMBER", "How closely to follow the prompts, 0 to 35.", "--cfg-scale"))
        .add(option("N", "How many denoising steps, 10 to 50.", "--steps"))
        .add(
            option("N", "What makes an image again, 0 to 4294967295; 0 is random.", "-s", "--seed"))
        .add(option("NAME", SdxlFamily.SAMPLERS.sentence(), "--sampler"))
        .add(option("NAME", SdxlFamily.STYLE_PRESETS.sentence(), "--style-preset"))
        .add(option("NAME", SdxlFamily.CLIP_GUIDANCE_PRESETS.sentence(), "--clip-guidance-preset"))
        .add(option("PIXELS", "The image's width; alone it is sent alone.", "-W", "--width"))
        .add(option("PIXELS", "The image's height.", "-H", "--height"))
        .add(
            option(
                "WxH",
                "Both: 1024x1024, 1152x896, 1216x832, 1344x768, 1536x640, 640x1536, 768x1344,"
                    + " 832x1216 or 896x1152.",
                "--size"))
        .add(option("W:H", "Its shape instead, 16:9 say: the model's nearest.", "--aspect-ratio"))
        .add(option("JSON", "An object of further parameters, passed through.", "--extras"))
        .add(
            Option.repeatable(
                "KEY=VALUE",
                "Put any field into the body, a.b=1 a nested one; repeatable.",
                "--param"));
  }

  /**
   * @throws InvalidRequest when it isn't a ratio
   */
  static AspectRatio readAspectRatio(ParseResult parsed) {
    String typed = value(parsed, "--aspect-ratio");
    return typed == null ? null : AspectRatio.parse(typed);
  }

  /**
   * @throws InvalidRequest when one isn't KEY=VALUE
   */
  static List<Param> readParams(ParseResult parsed) {
    String[] typed = CommandLineParser.values(parsed, "--param");
    if (typed.length == 0) {
      return List.of();
    }
    List<Param> params = new ArrayList<>();
    for (String param : typed) {
      params.add(Param.parse(param));
    }
    return params;
  }

  /**
   * @throws InvalidRequest when it isn't a JSON object
   */
  static String readExtras(ParseResult parsed) {
    String typed = value(parsed, "--extras");
    return typed == null ? null : Extras.parse(typed);
  }

  /**
   * @throws InvalidRequest when a number isn't one
   */
  static Sampling read(ParseResult parsed) {
    String cfgScale = value(parsed, "--cfg-scale");
    return new Sampling(
        cfgScale == null ? null : Numbers.decimal("--cfg-scale", cfgScale),
        whole(parsed, "--seed"),
        whole(parsed, "--steps"),
        value(parsed, "--sampler"),
        value(parsed, "--style-preset"),
        value(parsed, "--clip-guidance-preset"));
  }

  /**
   * @throws InvalidRequest when a number isn't one, or the size is given twice
   */
  static Dimensions readDimensions(ParseResult parsed) {
    Long width = whole(parsed, "--width");
    Long height = whole(parsed, "--height");
    String size = value(parsed, "--size");
    if (size == null) {
      return new Dimensions(width, height);
    }
    if (width != null || height != null) {
      throw new InvalidRequest(
          "--size comes together with " + (width != null ? "--width" : "--height"),
          "--size WxH says both");
    }
    return Dimensions.parse("--size", size);
  }

  private static Long whole(ParseResult parsed, String option) {
    String typed = value(parsed, option);
    return typed == null ? null : Long.valueOf(Numbers.whole(option, typed));
  }
}
