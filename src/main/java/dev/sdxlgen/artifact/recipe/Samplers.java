package dev.sdxlgen.artifact.recipe;

import java.util.Locale;

/**
 * The names of the denoising algorithms: AUTOMATIC1111's, and those of SDXL on the wire. Where the
 * former come from: stable-diffusion-webui, modules/sd_samplers_kdiffusion.py.
 */
public final class Samplers {

  /** On the wire, then in the web UI, then the alias it takes. */
  private static final String[][] NAMES = {
    {"K_EULER_ANCESTRAL", "Euler a", "k_euler_a"},
    {"K_EULER", "Euler", "k_euler"},
    {"K_LMS", "LMS", "k_lms"},
    {"K_HEUN", "Heun", "k_heun"},
    {"K_DPM_2", "DPM2", "k_dpm_2"},
    {"K_DPM_2_ANCESTRAL", "DPM2 a", "k_dpm_2_a"},
    {"K_DPMPP_2S_ANCESTRAL", "DPM++ 2S a", "k_dpmpp_2s_a"},
    {"K_DPMPP_2M", "DPM++ 2M", "k_dpmpp_2m"},
    {"K_DPMPP_SDE", "DPM++ SDE", "k_dpmpp_sde"},
    {"DDIM", "DDIM", "ddim"},
    {"DDPM", "DDPM", "ddpm"},
  };

  /** The web UI's older names hold the noise schedule, which no Bedrock model lets one choose. */
  private static final String[] SCHEDULES = {" karras", "_ka"};

  private Samplers() {}

  /**
   * The sampler on the wire.
   *
   * @param name of the web UI or of the wire, in any case; with or without {@code Karras}
   * @return null when it has none
   */
  public static String toWire(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (String schedule : SCHEDULES) {
      if (lower.endsWith(schedule)) {
        lower = lower.substring(0, lower.length() - schedule.length());
        break;
      }
    }
    for (String[] names : NAMES) {
      for (String known : names) {
        if (known.toLowerCase(Locale.ROOT).equals(lower)) {
          return names[0];
        }
      }
    }
    return null;
  }
}
