package io.isoruntime;

import java.nio.file.Path;

/**
 * A file that the program left in its output directory, new or changed by this execution. Its
 * content was made by untrusted code.
 *
 * @param path relative to the workspace's {@code out/files}, with {@code /}
 * @param size in bytes
 * @param sha256 lower-case hexadecimal
 * @param file where it is on the host
 */
public record Artifact(String path, long size, String sha256, Path file) {}
