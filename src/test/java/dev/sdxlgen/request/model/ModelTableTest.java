package dev.sdxlgen.request.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.AspectRatio;
import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.ImageInput;
import dev.sdxlgen.request.OutputFormat;
import dev.sdxlgen.request.Sampling;
import dev.sdxlgen.request.SourceImage;
import dev.sdxlgen.request.WeightedPrompt;
import dev.sdxlgen.request.model.ModelTable.Entry;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the table says is what the families do, and nothing in it is without a source. */
class ModelTableTest {

  private static final ModelTable TABLE = ModelTable.read();

  // ---- names

  @Test
  void hasEveryAliasOnceTheDefaultFirst() {
    List<String> aliases = new ArrayList<>();
    for (Entry entry : TABLE.entries()) {
      if (!entry.alias().isEmpty()) {
        aliases.add(entry.alias());
      }
    }

    assertThat(aliases).containsExactlyElementsOf(Model.aliases());
    assertThat(TABLE.entries()).extracting(Entry::id).doesNotHaveDuplicates();
  }

  @TestFactory
  List<DynamicTest> everyNameTellsTheFamilyThatTheTableSays() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Entry entry : TABLE.entries()) {
      for (String name : names(entry)) {
        tests.add(
            DynamicTest.dynamicTest(
                name,
                () -> {
                  Model model = Model.of(name);
                  assertThat(model.recognised()).isTrue();
                  assertThat(model.family().name()).isEqualTo(entry.json().get("family").asText());
                  assertThat(TABLE.find(name)).isSameAs(entry);
                }));
      }
      if (!entry.alias().isEmpty()) {
        tests.add(
            DynamicTest.dynamicTest(
                entry.alias() + " is " + entry.id(),
                () -> assertThat(Model.of(entry.alias()).id()).isEqualTo(entry.id())));
      }
    }
    return tests;
  }

  private static List<String> names(Entry entry) {
    List<String> names = new ArrayList<>();
    names.add(entry.id());
    names.add("us." + entry.id());
    names.add("arn:aws:bedrock:us-west-2::foundation-model/" + entry.id());
    names.add("arn:aws:bedrock:us-west-2:111122223333:inference-profile/us." + entry.id());
    if (!entry.alias().isEmpty()) {
      names.add(entry.alias());
    }
    entry.json().get("also").forEach(also -> names.add(also.asText()));
    return names;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dall-e-3",
        "stability.stable-image-inpaint-v1:0",
        "stability.stable-diffusion-xl-v2",
        "arn:aws:sagemaker:us-west-2:111122223333:endpoint/painter"
      })
  void knowsNothingOfOtherModels(String name) {
    assertThat(TABLE.find(name)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "stability.stable-diffusion-xl, us-west-2, stability.sd3-5-large-v1:0",
    "stability.stable-diffusion-xl-v1, us-east-1, stability.sd3-5-large-v1:0",
    "amazon.nova-canvas-v1:0, us-east-1, stability.sd3-5-large-v1:0",
    "stability.sd3-large-v1:0, us-west-2, stability.sd3-5-large-v1:0",
    // Elsewhere it is there; where it is and can't be called, another one may.
    "stability.sd3-5-large-v1:0, us-east-1, stability.sd3-5-large-v1:0",
    "stability.sd3-5-large-v1:0, us-west-2, stability.stable-image-core-v1:1",
    // A newer version of the same.
    "stability.stable-image-core-v1:0, us-west-2, stability.stable-image-core-v1:1",
    "us.stability.stable-image-ultra-v1:0, us-west-2, stability.stable-image-ultra-v1:1",
    "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/a1, us-west-2, stability.sd3-5-large-v1:0"
  })
  void namesTheNearestActiveModel(String model, String region, String instead) {
    assertThat(TABLE.instead(Model.of(model), region).id()).isEqualTo(instead);
  }

  // ---- facts

  @TestFactory
  List<DynamicTest> aFactHasASourceAndADateThatIsNoLaterThanTheTables() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Entry entry : TABLE.entries()) {
      for (String name : List.of("price", "lifecycle", "regions")) {
        JsonNode fact = entry.json().get(name);
        assertThat(fact).as(entry.id() + " " + name).isNotNull();
        if (!fact.isNull()) {
          tests.add(
              DynamicTest.dynamicTest(
                  entry.id() + " " + name,
                  () -> {
                    assertThat(fact.path("source").asText()).hasSizeGreaterThan(10);
                    assertThat(fact.has("as_of")).isTrue();
                    if (!fact.get("as_of").isNull()) {
                      assertThat(fact.get("as_of").asText())
                          .matches("20\\d\\d-[01]\\d(-[0-3]\\d)?")
                          .isLessThanOrEqualTo(TABLE.date());
                    }
                  }));
        }
      }
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> aPriceIsANumberAndALifecycleOneOfThree() {
    List<DynamicTest> tests = new ArrayList<>();
    LocalDate date = LocalDate.parse(TABLE.date());
    for (Entry entry : TABLE.entries()) {
      tests.add(
          DynamicTest.dynamicTest(
              entry.id(),
              () -> {
                JsonNode price = entry.json().get("price");
                if (!price.isNull()) {
                  assertThat(price.get("usd").isNumber()).isTrue();
                  assertThat(price.get("usd").decimalValue()).isBetween(cents(1), cents(100));
                  assertThat(price.get("per").asText()).contains("image");
                }
                JsonNode lifecycle = entry.json().get("lifecycle");
                String status = lifecycle.get("status").asText();
                assertThat(status).isIn("active", "legacy", "retired");
                assertThat(entry.isActive()).isEqualTo(status.equals("active"));
                if (!lifecycle.get("end").isNull()) {
                  LocalDate end = LocalDate.parse(lifecycle.get("end").asText());
                  assertThat(status).isEqualTo(end.isAfter(date) ? "legacy" : "retired");
                }
                assertThat(entry.activeAsOf())
                    .isEqualTo(
                        lifecycle.get("as_of").isNull() ? "" : lifecycle.get("as_of").asText());
                assertThat(entry.regions())
                    .allSatisfy(region -> assertThat(region).matches("[a-z]+-[a-z]+-\\d"));
                assertThat(entry.json().at("/parameters/source").asText()).contains("user guide");
              }));
    }
    return tests;
  }

  private static BigDecimal cents(int cents) {
    return BigDecimal.valueOf(cents, 2);
  }

  // ---- parameters

  /** Every parameter of a model, by each of its options. */
  private static TreeMap<String, JsonNode> parameters(Entry entry) {
    TreeMap<String, JsonNode> parameters = new TreeMap<>();
    for (JsonNode parameter : entry.json().at("/parameters/list")) {
      for (String option : parameter.get("option").asText().split(", ")) {
        assertThat(parameters.put(option, parameter)).as(entry.id() + " " + option).isNull();
      }
    }
    return parameters;
  }

  @TestFactory
  List<DynamicTest> listsTheOptionsThatTheFamilyTakesAndNoOthers() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Entry entry : TABLE.entries()) {
      tests.add(
          DynamicTest.dynamicTest(
              entry.id(),
              () -> {
                ModelFamily family = Model.of(entry.id()).family();
                TreeSet<String> taken =
                    new TreeSet<>(List.of("PROMPT", "-p", "-n", "--seed", "--size"));
                taken.add("--aspect-ratio");
                if (family.mostImages() > 1) {
                  taken.add("--count");
                }
                for (Parameter parameter : family.takes()) {
                  if (parameter.option() != null) {
                    taken.add(parameter.option());
                  }
                }
                assertThat(parameters(entry).keySet()).isEqualTo(taken);
              }));
    }
    return tests;
  }

  /** A text such as {@code 1.1 to 10; and more}: what it begins with, tried at its ends. */
  @TestFactory
  List<DynamicTest> aRangeIsWhatTheFamilyTakesAtItsEdgesAndNotOnePastThem() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Entry entry : TABLE.entries()) {
      parameters(entry)
          .forEach(
              (option, parameter) -> {
                String[] words = parameter.get("range").asText().split("[ ;]");
                if (isNumeric(option)) {
                  BigDecimal least = new BigDecimal(words[0]);
                  BigDecimal most = new BigDecimal(words[2]);
                  assertThat(words[1]).isEqualTo("to");
                  BigDecimal step =
                      option.equals("--seed") || option.equals("--steps")
                          ? BigDecimal.ONE
                          : new BigDecimal("0.01");
                  String name = entry.id() + " " + option + " " + least + " to " + most;
                  tests.add(
                      DynamicTest.dynamicTest(
                          name,
                          () -> {
                            assertTakes(request(entry, option, least));
                            assertTakes(request(entry, option, most));
                            assertRefuses(request(entry, option, least.subtract(step)));
                            assertRefuses(request(entry, option, most.add(step)));
                          }));
                }
              });
    }
    assertThat(tests).hasSizeGreaterThan(12);
    return tests;
  }

  private static boolean isNumeric(String option) {
    return switch (option) {
      case "--seed",
          "--steps",
          "--cfg-scale",
          "--image-strength",
          "--step-schedule-start",
          "--step-schedule-end" ->
          true;
      default -> false;
    };
  }

  private static GenerationRequest request(Entry entry, String option, BigDecimal value) {
    SourceImage init = new SourceImage("--init-image", new byte[0], "PNG", 64, 64);
    return switch (option) {
      case "--seed" ->
          sampled(entry, new Sampling(null, value.longValue(), null, null, null, null));
      case "--steps" ->
          sampled(entry, new Sampling(null, null, value.longValue(), null, null, null));
      case "--cfg-scale" -> sampled(entry, new Sampling(value, null, null, null, null, null));
      case "--image-strength" -> from(entry, new ImageInput(init, value, null, null, null, null));
      case "--step-schedule-start" ->
          from(entry, new ImageInput(init, null, value, null, null, null));
      case "--step-schedule-end" ->
          from(entry, new ImageInput(init, null, null, value, null, null));
      default -> throw new IllegalArgumentException(option);
    };
  }

  /** {@code 1 to 2000 characters each, …}, {@code up to 10000 characters in all}. */
  @TestFactory
  List<DynamicTest> aTextMayBeAsLongAsTheTableSays() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Entry entry : TABLE.entries()) {
      for (String option : List.of("PROMPT", "-n")) {
        String range = parameters(entry).get(option).get("range").asText();
        tests.add(
            DynamicTest.dynamicTest(
                entry.id() + " " + option + " " + range,
                () -> {
                  int most = Integer.parseInt(range.replaceFirst("^\\D*(1 to )?(\\d+) .*", "$2"));
                  assertThat(range).contains(most + " characters");
                  boolean inAll = range.contains("in all");
                  boolean negative = option.equals("-n");
                  assertTakes(prompted(entry, negative, "x".repeat(most)));
                  assertRefuses(prompted(entry, negative, "x".repeat(most + 1)));
                  // Two are joined with a comma and a blank where it is for all of them.
                  GenerationRequest two = prompted(entry, negative, "x".repeat(most - 1), "and");
                  if (inAll) {
                    assertRefuses(two);
                  } else {
                    assertThat(range).contains("each");
                    assertTakes(two);
                  }
                }));
      }
    }
    return tests;
  }

  /** A list such as {@code DDIM, DDPM or K_LMS}. */
  @TestFactory
  List<DynamicTest> aListOfNamesIsTheFamilys() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Entry entry : TABLE.entries()) {
      parameters(entry)
          .forEach(
              (option, parameter) -> {
                List<String> known =
                    switch (option) {
                      case "--sampler" -> SdxlFamily.SAMPLERS.names();
                      case "--style-preset" -> SdxlFamily.STYLE_PRESETS.names();
                      case "--clip-guidance-preset" -> SdxlFamily.CLIP_GUIDANCE_PRESETS.names();
                      case "--mask-source" -> List.of("white", "black", "alpha");
                      case "--output-format" -> List.of("png", "jpeg");
                      default -> null;
                    };
                if (known != null) {
                  tests.add(
                      DynamicTest.dynamicTest(
                          entry.id() + " " + option,
                          () -> assertThat(listed(parameter)).isEqualTo(known)));
                }
              });
    }
    assertThat(tests).hasSizeGreaterThan(6);
    return tests;
  }

  private static List<String> listed(JsonNode parameter) {
    return List.of(parameter.get("range").asText().split(";")[0].split(", | or "));
  }

  @TestFactory
  List<DynamicTest> everySizeAndRatioOfTheTableIsTakenAndTheirNumberIsRight() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Entry entry : TABLE.entries()) {
      tests.add(
          DynamicTest.dynamicTest(
              entry.id(),
              () -> {
                String sizes = entry.json().get("sizes").asText();
                List<String> all = listed(parameters(entry).get("--size"));
                if (sizes.endsWith(" sizes")) {
                  for (String size : all) {
                    assertTakes(sized(entry, Dimensions.parse("--size", size)));
                  }
                  assertRefuses(sized(entry, new Dimensions(1000L, 1000L)));
                  assertThat(sizes).isEqualTo(all.size() + " sizes");
                } else if (sizes.endsWith(" ratios")) {
                  assertThat(all)
                      .containsExactlyElementsOf(
                          StableImageFamily.ASPECT_RATIOS.stream()
                              .map(AspectRatio::toString)
                              .toList());
                  assertThat(sizes).isEqualTo(all.size() + " ratios");
                } else {
                  assertThat(sizes).isEqualTo("320 to 4096");
                  assertThat(String.join(", ", all))
                      .isEqualTo(
                          "multiples of 16 from 320 to 4096, 1:4 to 4:1, at most 4194304 pixels");
                }
              }));
    }
    return tests;
  }

  @ParameterizedTest
  @CsvSource({
    "320, 320, true",
    "304, 320, false",
    "320, 304, false",
    "336, 320, true",
    "328, 320, false",
    "4096, 1024, true",
    "4112, 1024, false",
    "1024, 4096, true",
    "1280, 320, true",
    "1296, 320, false",
    "320, 1296, false",
    "2048, 2048, true",
    "2064, 2048, false"
  })
  void novasSizesAreWhatTheTableSays(long width, long height, boolean taken) {
    GenerationRequest request = sized(TABLE.find("nova-canvas"), new Dimensions(width, height));
    if (taken) {
      assertTakes(request);
    } else {
      assertRefuses(request);
    }
  }

  @Test
  void onlyStableImageTakesWebPAndItsTableSaysSo() {
    for (Entry entry : TABLE.entries()) {
      JsonNode parameter = parameters(entry).get("--init-image");
      if (parameter != null) {
        List<String> formats = listed(parameter);
        for (String format : List.of("PNG", "JPEG", "WebP", "GIF")) {
          GenerationRequest request =
              from(
                  entry,
                  new ImageInput(
                      new SourceImage("--init-image", new byte[0], format, 64, 64),
                      null,
                      null,
                      null,
                      null,
                      null));
          if (formats.contains(format)) {
            assertTakes(request);
          } else {
            assertRefuses(request);
          }
        }
      }
    }
  }

  // ---- defaults

  @Test
  void saysWhoDrawsASeed() {
    for (Entry entry : TABLE.entries()) {
      assertThat(parameters(entry).get("--seed").get("default").asText())
          .isEqualTo(Model.of(entry.id()).family().drawsSeeds() ? "random" : "drawn by sdxl-gen");
    }
  }

  @Test
  void saysHowManyPicturesACallMakes() {
    for (Entry entry : TABLE.entries()) {
      JsonNode count = parameters(entry).get("--count");
      if (count != null) {
        assertThat(count.get("range").asText())
            .startsWith("up to " + Model.of(entry.id()).family().mostImages() + " a call");
      }
    }
  }

  // ---- requests

  private static final WeightedPrompt PERSON =
      new WeightedPrompt("a person", WeightedPrompt.POSITIVE);

  private static GenerationRequest sampled(Entry entry, Sampling sampling) {
    return new GenerationRequest(entry.id(), List.of(PERSON), sampling, Dimensions.DEFAULT);
  }

  private static GenerationRequest sized(Entry entry, Dimensions size) {
    return new GenerationRequest(entry.id(), List.of(PERSON), Sampling.DEFAULT, size);
  }

  private static GenerationRequest prompted(Entry entry, boolean negative, String... texts) {
    List<WeightedPrompt> prompts = new ArrayList<>();
    if (negative) {
      prompts.add(PERSON);
    }
    for (String text : texts) {
      prompts.add(
          new WeightedPrompt(text, negative ? WeightedPrompt.NEGATIVE : WeightedPrompt.POSITIVE));
    }
    return new GenerationRequest(entry.id(), prompts, Sampling.DEFAULT, Dimensions.DEFAULT);
  }

  private static GenerationRequest from(Entry entry, ImageInput image) {
    return new GenerationRequest(
        Model.of(entry.id()),
        List.of(PERSON),
        Sampling.DEFAULT,
        Dimensions.DEFAULT,
        null,
        image,
        (OutputFormat) null,
        null,
        List.of(),
        1,
        null);
  }

  private static void assertTakes(GenerationRequest request) {
    assertThatCode(() -> request.family().check(request)).doesNotThrowAnyException();
  }

  private static void assertRefuses(GenerationRequest request) {
    assertThatThrownBy(() -> request.family().check(request)).isInstanceOf(InvalidRequest.class);
  }
}
