package dev.sdxlgen.artifact.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplersTest {

  @ParameterizedTest
  @CsvSource({
    "Euler a, K_EULER_ANCESTRAL",
    "Euler, K_EULER",
    "LMS, K_LMS",
    "LMS Karras, K_LMS",
    "Heun, K_HEUN",
    "DPM2, K_DPM_2",
    "DPM2 Karras, K_DPM_2",
    "DPM2 a, K_DPM_2_ANCESTRAL",
    "DPM2 a Karras, K_DPM_2_ANCESTRAL",
    "DPM++ 2S a, K_DPMPP_2S_ANCESTRAL",
    "DPM++ 2S a Karras, K_DPMPP_2S_ANCESTRAL",
    "DPM++ 2M, K_DPMPP_2M",
    "DPM++ 2M Karras, K_DPMPP_2M",
    "DPM++ SDE, K_DPMPP_SDE",
    "DPM++ SDE Karras, K_DPMPP_SDE",
    "DDIM, DDIM",
    "DDPM, DDPM",
    "k_euler_a, K_EULER_ANCESTRAL",
    "k_dpmpp_2m_ka, K_DPMPP_2M",
    "K_DPM_2_ANCESTRAL, K_DPM_2_ANCESTRAL",
    "euler A, K_EULER_ANCESTRAL"
  })
  void knowsTheWebUisSamplers(String name, String wire) {
    assertThat(Samplers.toWire(name)).isEqualTo(wire);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "UniPC",
        "PLMS",
        "LCM",
        "DPM fast",
        "DPM adaptive",
        "DPM++ 2M SDE Karras",
        "Karras"
      })
  void knowsNoOthers(String name) {
    assertThat(Samplers.toWire(name)).isNull();
  }
}
