package io.isoruntime;

/**
 * Something in the output directory that was not taken.
 *
 * @param path as the sandbox names it, escaped where not plain text
 * @param reason in plain words
 */
public record RejectedArtifact(String path, String reason) {}
