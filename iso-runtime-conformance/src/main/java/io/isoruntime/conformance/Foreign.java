package io.isoruntime.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A file of the host that no program may get.
 *
 * @param directory where it is, alone
 * @param text what is in it, found nowhere else
 */
record Foreign(Path directory, String text) {
  private static final String NAME = "secret.txt";

  /** In a directory of its own. */
  static Foreign on(Stage stage) throws IOException {
    Foreign foreign = new Foreign(stage.temporaryDirectory(), "a secret, " + UUID.randomUUID());
    Files.writeString(foreign.file(), foreign.text());
    return foreign;
  }

  Path file() {
    return directory.resolve(NAME);
  }
}
