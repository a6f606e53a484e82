package io.isoruntime.toolhost;

import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tool host's Python program, as it travels to an interpreter. */
final class HostSources {
  private static final String DIRECTORY = "iso_toolhost/";

  private HostSources() {}

  /**
   * The interpreter's arguments. Isolated: neither PYTHON* variables nor a user's own site-packages
   * change what bundles are imported with.
   */
  static List<String> arguments() {
    return List.of("-I", "-X", "utf8", "-c", read("boot.py"));
  }

  /** What it reads first: the modules by name, in order of dependency. */
  static byte[] program() {
    Map<String, String> modules = new LinkedHashMap<>();
    read("MODULES")
        .lines()
        .filter(name -> !name.isBlank() && !name.startsWith("#"))
        .forEach(name -> modules.put(name, read(name + ".py")));
    return Json.bytes(modules);
  }

  private static String read(String name) {
    try (InputStream in = HostSources.class.getResourceAsStream(DIRECTORY + name)) {
      if (in == null) {
        throw new IllegalStateException("This jar lacks " + DIRECTORY + name + ".");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
