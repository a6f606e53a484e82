package io.isoruntime.supervisor.python;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A Python source of this jar. */
final class PythonResource {
  private PythonResource() {}

  static String read(String path) {
    try (InputStream in = PythonResource.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("This jar lacks " + path + ".");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
