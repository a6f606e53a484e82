package io.isoruntime.toolhost;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What can be told of a bundle without Python. */
final class BundleDirectory {
  private BundleDirectory() {}

  static void require(Path directory) {
    if (!Files.isDirectory(directory) || !Files.isReadable(directory)) {
      throw invalid(
          "The bundle " + directory + " is no directory that can be read.",
          "Name a directory of Python modules that this user may read.");
    }
  }

  /** The package's name: the directory's, with underscores for what no Python name has. */
  static String name(Path directory) {
    @Nullable Path last = directory.getFileName();
    return last == null ? "" : last.toString().replace('-', '_');
  }

  static IsoException invalid(String cause, String remedy) {
    return new Problem(
            ErrorCode.TOOL_BUNDLE_INVALID, cause, "No tool was made of any bundle.", remedy)
        .toException();
  }
}
