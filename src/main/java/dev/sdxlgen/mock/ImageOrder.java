package dev.sdxlgen.mock;

/**
 * What a valid body asks for.
 *
 * @param width in pixels
 * @param height in pixels
 * @param seed as asked; 0 when any will do
 * @param likeness what everything else in the body that shapes the picture comes to
 */
record ImageOrder(int width, int height, long seed, long likeness) {}
