package dev.sdxlgen.artifact.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {

  /** Of {@code hello}, as sha256sum has it. */
  private static final String HELLO =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @Test
  void writesWhatIsKnownAndNothingElse() {
    assertThat(json(Recipes.sdxl("{\"text_prompts\":[{\"text\":\"a person\"}]}")))
        .isEqualTo(
            "{\"schema\":1,\"version\":\"0.1.0\",\"model\":\"stability.stable-diffusion-xl\","
                + "\"region\":\"us-east-1\",\"time\":\"2026-11-23T04:05:06Z\","
                + "\"request\":{\"text_prompts\":[{\"text\":\"a person\"}]},"
                + "\"seed\":4294967295,\"finish_reason\":\"SUCCESS\"}");

    assertThat(json(new Recipe("0.1.0", "m", null, Instant.EPOCH, "{}", null, null, "abc")))
        .isEqualTo(
            "{\"schema\":1,\"version\":\"0.1.0\",\"model\":\"m\",\"time\":\"1970-01-01T00:00:00Z\","
                + "\"request\":{},\"request_hash\":\"abc\"}");
  }

  @Test
  void readsWhatItWrote() throws IOException {
    Recipe recipe =
        Recipes.sdxl("{\"text_prompts\":[{\"text\":\"caf\u00e9 \uD83D\uDE00 \\\" \\n\"}]}");

    assertThat(Recipe.parse(recipe.toJson())).isEqualTo(recipe);
  }

  @Test
  void keepsKeyOrderAndNumbersAsTheyWereSent() {
    assertThat(Recipes.sdxl(" {\"b\" : 7.0, \"a\": [ -1.0, 1E+2, true, null ] } ").request())
        .isEqualTo("{\"b\":7.0,\"a\":[-1.0,1E+2,true,null]}");
  }

  @Test
  void keepsOnlyTheHashOfAPicture() {
    String hello = Base64.getEncoder().encodeToString("hello".getBytes(StandardCharsets.UTF_8));
    String body =
        """
        {"init_image":"%1$s","mask_image":"%1$s","image":"%1$s","mask_source":"MASK_IMAGE_WHITE",
        "init_image_mode":"IMAGE_STRENGTH","inPaintingParams":{"image":"%1$s","maskImage":"%1$s",
        "maskPrompt":"%1$s"},"imageVariationParams":{"images":["%1$s","%1$s"]},
        "textToImageParams":{"conditionImage":"%1$s"},"image_strength":0.5}
        """
            .formatted(hello);

    assertThat(Recipes.sdxl(body).request())
        .isEqualTo(
            """
            {"init_image":"%1$s","mask_image":"%1$s","image":"%1$s","mask_source":"MASK_IMAGE_WHITE",
            "init_image_mode":"IMAGE_STRENGTH","inPaintingParams":{"image":"%1$s","maskImage":"%1$s",
            "maskPrompt":"aGVsbG8="},"imageVariationParams":{"images":["%1$s","%1$s"]},
            "textToImageParams":{"conditionImage":"%1$s"},"image_strength":0.5}"""
                .replace("\n", "")
                .formatted("sha256:" + HELLO));
  }

  @Test
  void keepsOnlyTheHashOfWhatIsCalledAPictureAndIsNot() {
    assertThat(
            Recipes.sdxl("{\"init_image\":\"/home/me/private.png\",\"image\":\"hello\"}").request())
        .isEqualTo(
            "{\"init_image\":\"sha256:"
                + Recipes.sha256("/home/me/private.png")
                + "\",\"image\":\"sha256:"
                + HELLO
                + "\"}");
  }

  @Test
  void refusesABodyThatIsNotJson() {
    assertThatIllegalArgumentException().isThrownBy(() -> Recipes.sdxl("{\"a\":"));
    assertThatIllegalArgumentException().isThrownBy(() -> Recipes.sdxl(""));
  }

  @ParameterizedTest
  @CsvSource({
    "stability.stable-diffusion-xl-v1, stability.stable-diffusion-xl-v1, false",
    "us.stability.sd3-5-large-v1:0, us.stability.sd3-5-large-v1:0, false",
    "arn:aws:bedrock:us-east-1::foundation-model/stability.x-v1:0,"
        + " arn:aws:bedrock:us-east-1::foundation-model/stability.x-v1:0, false",
    "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc,"
        + " arn:aws:bedrock:us-east-1::provisioned-model/abc, true",
    "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us.stability.x-v1:0,"
        + " arn:aws-us-gov:bedrock:us-gov-west-1::inference-profile/us.stability.x-v1:0, true",
    "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/sdxl-123456789012-x,"
        + " arn:aws:sagemaker:eu-west-1::endpoint/sdxl--x, true",
    "arn:aws:bedrock:us-east-1:123456789012, arn:aws:bedrock:us-east-1:, true",
    "arn:aws:bedrock:us-east-1::provisioned-model/abc,"
        + " arn:aws:bedrock:us-east-1::provisioned-model/abc, true",
    "arn:aws:bedrock, arn:aws:bedrock, false"
  })
  void cutsTheAccountOutOfAnArn(String modelId, String expected, boolean cut) {
    Recipe recipe = new Recipe("0.1.0", modelId, null, Instant.EPOCH, "{}", null, null, null);

    assertThat(recipe.modelId()).isEqualTo(expected);
    assertThat(recipe.isModelCut()).isEqualTo(cut);
    assertThat(Recipe.withoutAccount(modelId)).isEqualTo(expected);
    assertThat(json(recipe)).doesNotContain("123456789012");
  }

  @Test
  void countsTimeInWholeSecondsOfYearsOfFourDigits() throws IOException {
    assertThat(at(Instant.parse("0000-01-01T00:00:00Z")).timestamp())
        .isEqualTo("0000-01-01T00:00:00Z");
    assertThat(at(Instant.parse("9999-12-31T23:59:59.999Z")).timestamp())
        .isEqualTo("9999-12-31T23:59:59Z");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at(Instant.ofEpochSecond(253402300800L)))
        .withMessage("the year 10000");
  }

  @Test
  void readsFieldsThatALaterVersionAdded() throws IOException {
    assertThat(
            parse(
                    "{\"new\":{\"a\":[1]},\"schema\":1,\"version\":\"9\",\"model\":\"m\",\"time\":"
                        + "\"2026-11-23T00:00:00Z\",\"request\":{},\"more\":1.5}")
                .toolVersion())
        .isEqualTo("9");
  }

  @Test
  void findsNoRecipeInAnotherProgramsJson() throws IOException {
    assertThat(parse("{\"title\":\"photo.jpg\",\"time\":{\"ms\":1}}".replace("time", "when")))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | the recipe isn't a JSON object",
        "'' | the recipe isn't a JSON object",
        "{ | the recipe isn't JSON",
        "{} {} | the recipe isn't JSON",
        "{\"schema\":1 | the recipe isn't JSON",
        "{\"schema\":2} | the recipe has schema 2; this sdxl-gen knows 1",
        "{\"schema\":\"1\"} | the recipe's schema isn't a whole number",
        "{\"schema\":1.0} | the recipe's schema isn't a whole number",
        "{\"schema\":1} | the recipe has no version",
        "{\"schema\":1,\"version\":\"1\"} | the recipe has no model",
        "{\"schema\":1,\"version\":\"1\",\"model\":\"m\"} | the recipe has no time",
        "{\"schema\":1,\"version\":\"1\",\"model\":\"m\",\"time\":\"now\"} | the recipe has no request",
        "{\"schema\":1,\"version\":\"1\",\"model\":\"m\",\"time\":\"now\",\"request\":{}}"
            + " | the recipe's time isn't one",
        "{\"schema\":1,\"version\":\"1\",\"model\":\"m\",\"time\":\"+12345-01-01T00:00:00Z\",\"request\":{}}"
            + " | the recipe's time isn't one",
        "{\"model\":7} | the recipe's model isn't a string",
        "{\"region\":null} | the recipe's region isn't a string",
        "{\"request\":[]} | the recipe's request isn't an object",
        "{\"request\":{\"a\": | the recipe isn't JSON",
        "{\"seed\":99999999999999999999} | the recipe's seed isn't a whole number"
      })
  void saysWhatIsWrong(String json, String message) {
    assertThatThrownBy(() -> parse(json)).isInstanceOf(IOException.class).hasMessage(message);
  }

  @Test
  void readsNeitherTooMuchNorTooDeep() {
    assertThatThrownBy(() -> Recipe.parse(new byte[Recipe.MOST_BYTES + 1]))
        .isInstanceOf(IOException.class)
        .hasMessage("the recipe is too long");
    assertThatThrownBy(() -> parse("{\"request\":{\"a\":" + "[".repeat(1_000_000)))
        .isInstanceOf(IOException.class)
        .hasMessage("the recipe isn't JSON");
  }

  private static Recipe at(Instant time) {
    return new Recipe("0.1.0", "m", null, time, "{}", null, null, null);
  }

  private static Recipe parse(String json) throws IOException {
    return Recipe.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Recipe recipe) {
    return new String(recipe.toJson(), StandardCharsets.UTF_8);
  }
}
