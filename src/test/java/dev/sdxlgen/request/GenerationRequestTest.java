package dev.sdxlgen.request;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.request.model.SdxlFamily;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationRequestTest {

  private static final WeightedPrompt PERSON = WeightedPrompt.positive("PROMPT", "a person");

  @Test
  void refusesNoPrompt() {
    assertRefused(
        () -> new GenerationRequest("m", List.of(), Sampling.DEFAULT, Dimensions.DEFAULT),
        "there is no prompt",
        "Say what the image should show: sdxl-gen \"a person\" -n hat");
  }

  @Test
  void doesNotChangeWhenTheListItWasMadeFromDoes() {
    var prompts = new ArrayList<>(List.of(PERSON));
    var request = new GenerationRequest("m", prompts, Sampling.DEFAULT, Dimensions.DEFAULT);

    prompts.clear();

    assertThat(request.prompts()).containsExactly(PERSON);
  }

  @Test
  void changesTheSeedAlone() {
    var sampling = new Sampling(new BigDecimal("7.0"), 1L, 20L, "DDIM", "anime", "NONE");
    var request =
        new GenerationRequest("m", List.of(PERSON), sampling, new Dimensions(1024L, null));

    assertThat(request.withSeed(2L))
        .isEqualTo(
            new GenerationRequest(
                "m",
                List.of(PERSON),
                new Sampling(new BigDecimal("7.0"), 2L, 20L, "DDIM", "anime", "NONE"),
                new Dimensions(1024L, null)));
    assertThat(request.withSeed(null).sampling().seed()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stability.stable-diffusion-xl",
        "stability.stable-diffusion-xl-v1",
        "arn:aws:sagemaker:us-east-1:123456789012:endpoint/sdxl",
        "anything"
      })
  void speaksSdxlToAModelOfNoKnownFamily(String model) {
    var request =
        new GenerationRequest(model, List.of(PERSON), Sampling.DEFAULT, Dimensions.DEFAULT);

    assertThat(request.family()).isSameAs(SdxlFamily.V1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stability.stable-diffusion-xl-v0",
        "arn:aws:bedrock:us-east-1::foundation-model/stability.stable-diffusion-xl-v0"
      })
  void tellsTheFirstSdxlByItsId(String model) {
    var request =
        new GenerationRequest(model, List.of(PERSON), Sampling.DEFAULT, Dimensions.DEFAULT);

    assertThat(request.family()).isSameAs(SdxlFamily.V0);
  }
}
