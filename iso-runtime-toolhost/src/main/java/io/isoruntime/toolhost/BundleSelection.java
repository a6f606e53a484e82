package io.isoruntime.toolhost;

import io.isoruntime.supervisor.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a bundle that one tool host loads.
 *
 * @param name the package's name
 * @param path its directory
 * @param modules those that are loaded, or empty for all
 * @param without those of them that another tool host loads
 */
record BundleSelection(String name, Path path, List<String> modules, List<String> without) {

  Map<String, @Nullable Object> json(String directory) {
    return Json.object("name", name, "path", directory, "modules", modules, "without", without);
  }
}
