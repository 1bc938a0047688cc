package dev.sdxlgen.bedrock;

/**
 * What InvokeModel answered.
 *
 * @param body the response body, whole; not to be changed
 * @param requestId AWS's name for the call, for its support; null when there is none
 */
public record Answer(byte[] body, String requestId) {}
