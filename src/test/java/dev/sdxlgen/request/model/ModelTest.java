package dev.sdxlgen.request.model;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {

  @ParameterizedTest
  @CsvSource({
    "sdxl,        stability.stable-diffusion-xl",
    "sd3.5-large, stability.sd3-5-large-v1:0",
    "core,        stability.stable-image-core-v1:1",
    "ultra,       stability.stable-image-ultra-v1:1",
    "nova-canvas, amazon.nova-canvas-v1:0",
    "titan,       amazon.titan-image-generator-v2:0",
    "SDXL,        stability.stable-diffusion-xl",
    "Nova-Canvas, amazon.nova-canvas-v1:0",
  })
  void knowsShortNamesInAnyCase(String alias, String id) {
    Model model = Model.of(alias);

    assertThat(model.id()).isEqualTo(id);
    assertThat(model.recognised()).isTrue();
    assertThat(model.alias()).isEqualToIgnoringCase(alias);
  }

  @Test
  void listsTheShortNamesWithTheDefaultFirst() {
    assertThat(Model.aliases())
        .containsExactly("sdxl", "sd3.5-large", "core", "ultra", "nova-canvas", "titan");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "us.%s",
        "eu.%s",
        "global.%s",
        "arn:aws:bedrock:us-west-2::foundation-model/%s",
        "arn:aws:bedrock:us-west-2:111122223333:inference-profile/us.%s",
        "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/%s",
      })
  void tellsTheFamilyByTheShapeOfTheId(String around) {
    assertFamily(around.formatted("stability.stable-diffusion-xl"), SdxlFamily.V1);
    assertFamily(around.formatted("stability.stable-diffusion-xl-v0"), SdxlFamily.V0);
    assertFamily(around.formatted("stability.stable-diffusion-xl-v0:0"), SdxlFamily.V0);
    assertFamily(around.formatted("stability.stable-diffusion-xl-v1"), SdxlFamily.V1);
    assertFamily(around.formatted("stability.stable-diffusion-xl-v1:0"), SdxlFamily.V1);
    assertFamily(around.formatted("stability.sd3-large-v1:0"), StableImageFamily.SD3);
    assertFamily(around.formatted("stability.sd3-5-large-v1:0"), StableImageFamily.SD3_5);
    assertFamily(around.formatted("stability.sd3-5-large-v2:0"), StableImageFamily.SD3_5);
    assertFamily(around.formatted("stability.stable-image-core-v1:0"), StableImageFamily.CORE);
    assertFamily(around.formatted("stability.stable-image-core-v1:1"), StableImageFamily.CORE);
    assertFamily(around.formatted("stability.stable-image-ultra-v0"), StableImageFamily.ULTRA);
    assertFamily(around.formatted("stability.stable-image-ultra-v1:1"), StableImageFamily.ULTRA);
    assertFamily(around.formatted("amazon.nova-canvas-v1:0"), AmazonFamily.NOVA);
    assertFamily(around.formatted("amazon.titan-image-generator-v1"), AmazonFamily.TITAN);
    assertFamily(around.formatted("amazon.titan-image-generator-v2:0"), AmazonFamily.TITAN);
  }

  private static void assertFamily(String id, ModelFamily family) {
    assertThat(Model.of(id)).isEqualTo(new Model(id, family, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:sagemaker:us-west-2:111122223333:endpoint/painter",
        "arn:aws:bedrock:us-west-2:111122223333:application-inference-profile/a1b2c3d4e5f6",
        "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/a1b2c3d4e5f6",
        "stability.stable-image-inpaint-v1:0",
        "stability.stable-diffusion-2",
        "painter",
      })
  void takesAnIdThatTellsNoFamilyForSdxlUnlessOneIsNamed(String id) {
    assertThat(Model.of(id)).isEqualTo(new Model(id, SdxlFamily.V1, false));
    assertThat(Model.of(id, "sdxl")).isEqualTo(new Model(id, SdxlFamily.V1, true));
    assertThat(Model.of(id, "stable-image"))
        .isEqualTo(new Model(id, StableImageFamily.SD3_5, true));
    assertThat(Model.of(id, "AMAZON")).isEqualTo(new Model(id, AmazonFamily.NOVA, true));
  }

  @Test
  void goesByTheNamedFamilyWhateverTheIdTells() {
    assertThat(Model.of("core", "amazon"))
        .isEqualTo(new Model("stability.stable-image-core-v1:1", AmazonFamily.NOVA, true));
  }

  @Test
  void keepsTheModelsOwnLimitsWhenTheNamedFamilyIsItsOwn() {
    assertThat(Model.of("titan", "amazon").family()).isSameAs(AmazonFamily.TITAN);
    assertThat(Model.of("core", "stable-image").family()).isSameAs(StableImageFamily.CORE);
    assertThat(Model.of("stability.stable-diffusion-xl-v0", "sdxl").family())
        .isSameAs(SdxlFamily.V0);
  }

  @Test
  void refusesAFamilyThatIsNoneWithTheNearest() {
    assertRefused(
        () -> Model.of("painter", "stabel-image"),
        "--family stabel-image is not a family of Bedrock",
        "Did you mean stable-image? Families: sdxl, stable-image, amazon");
  }
}
