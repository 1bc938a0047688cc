package dev.sdxlgen.store;

/**
 * How an upload ended.
 *
 * @param created whether what is there is what was sent; else another had taken the name, and
 *     nothing was replaced
 * @param bytes of the file that was sent
 * @param sha256 of it, in lower-case hexadecimal digits
 */
public record Upload(boolean created, long bytes, String sha256) {}
