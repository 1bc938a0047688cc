package dev.sdxlgen.request;

/**
 * A picture that goes to the model with the request.
 *
 * @param bytes the file as it is; sent as base64, not to be changed
 * @param width in pixels
 * @param height in pixels
 */
public record SourceImage(byte[] bytes, int width, int height) {}
