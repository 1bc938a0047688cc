package dev.sdxlgen.mock;

/**
 * The colours of a painting, each 0xRRGGBB.
 *
 * @param zenith the sky at the top
 * @param sky the sky halfway down
 * @param horizon the sky where it meets the hills, and the mist between them
 * @param sun the disc, and the lettering
 * @param ribbons the three lights in the sky
 * @param far the hills at the horizon
 * @param near the hills in front, always dark: the lettering stands on them
 * @param starlight how bright the stars are, 0 (none, by day) to 256
 */
record Palette(
    int zenith, int sky, int horizon, int sun, int[] ribbons, int far, int near, int starlight) {

  private static final Palette[] ALL = {
    // aurora
    palette(
        0x070B1F, 0x12305A, 0x4C8FA0, 0xF2FBF4, 0x2EE6A8, 0x5FE3FF, 0x9A6BFF, 0x2F6078, 0x050A18,
        256),
    // dusk
    palette(
        0x241046, 0x7A2D7E, 0xFF9A76, 0xFFE9C4, 0xFF5E8A, 0xFFB36B, 0x8E6BFF, 0xA64B7C, 0x170A2A,
        140),
    // dawn
    palette(
        0x8FB7E3, 0xF1CFD6, 0xFFE8C4, 0xFFFAEE, 0xF79DB4, 0xA9BCFF, 0xFFCE93, 0xB7A3C8, 0x2C2A4D,
        0),
    // ember
    palette(
        0x12060B, 0x58121F, 0xF06A33, 0xFFE1AE, 0xFF6B3D, 0xFFC15E, 0xD02F55, 0x8A2A26, 0x100406,
        160),
    // lagoon
    palette(
        0x03202F, 0x0A6074, 0x8FDFC4, 0xF8FFF2, 0x19B8B0, 0xBDF5D8, 0x4E8FE0, 0x2F8288, 0x02161F,
        120),
    // orchid
    palette(
        0x190F3F, 0x5E2C8C, 0xF8A9C8, 0xFFF1F4, 0xFF6FC0, 0x7FA8FF, 0xFFC0A6, 0x8E4A98, 0x120A2B,
        170),
    // meadow
    palette(
        0x5FA8B8, 0xBFE0C8, 0xFBF3C6, 0xFFFDF0, 0x7FD8A4, 0xF8E08A, 0x7CC4E8, 0x86B79A, 0x123331,
        0),
    // midnight
    palette(
        0x04050F, 0x1A1B4B, 0x5660B8, 0xEEF1FF, 0x6C7BFF, 0xC08BFF, 0x46D5E8, 0x3A3F86, 0x04050D,
        256),
    // saffron
    palette(
        0x23304F, 0x9A6A6E, 0xF7C873, 0xFFF4D6, 0xF29F5B, 0xFFE0A0, 0xC7607A, 0x9C6B68, 0x161A2C,
        60),
  };

  /** One of nine, with a tint of another. */
  static Palette pick(Dice dice) {
    Palette one = ALL[dice.below(ALL.length)];
    Palette other = ALL[dice.below(ALL.length)];
    int tint = dice.below(72);
    int[] lights = new int[3];
    int turn = dice.below(3);
    for (int i = 0; i < 3; i++) {
      lights[i] = blend(one.ribbons[(i + turn) % 3], other.ribbons[i], tint);
    }
    return new Palette(
        blend(one.zenith, other.zenith, tint),
        blend(one.sky, other.sky, tint),
        blend(one.horizon, other.horizon, tint),
        one.sun,
        lights,
        blend(one.far, other.far, tint),
        one.near,
        one.starlight);
  }

  /** {@code from} at a share of 0, {@code to} at 256. */
  static int blend(int from, int to, int share) {
    int red = (from >> 16) + (((to >> 16) - (from >> 16)) * share >> 8);
    int green = (from >> 8 & 255) + (((to >> 8 & 255) - (from >> 8 & 255)) * share >> 8);
    int blue = (from & 255) + (((to & 255) - (from & 255)) * share >> 8);
    return red << 16 | green << 8 | blue;
  }

  private static Palette palette(
      int zenith,
      int sky,
      int horizon,
      int sun,
      int r1,
      int r2,
      int r3,
      int far,
      int near,
      int starlight) {
    return new Palette(zenith, sky, horizon, sun, new int[] {r1, r2, r3}, far, near, starlight);
  }
}
