package dev.sdxlgen.mock;

/**
 * What a valid body asks for.
 *
 * @param width in pixels
 * @param height in pixels
 * @param count how many pictures
 * @param format of their files
 * @param seed as asked; null when any will do
 * @param likeness what everything else in the body that shapes the picture comes to
 */
record ImageOrder(
    int width, int height, int count, PictureFormat format, Long seed, long likeness) {}
