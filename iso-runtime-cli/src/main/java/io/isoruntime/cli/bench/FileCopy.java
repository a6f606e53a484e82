package io.isoruntime.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What artifacts are compared with: a plain copy of a file of that size. */
final class FileCopy implements Contender {
  private @Nullable Path directory;

  @Override
  public String name() {
    return "fileCopy";
  }

  @Override
  public String title() {
    return "a plain copy of such a file";
  }

  @Override
  public long time() throws AbsentException {
    try {
      if (directory == null) {
        directory = Files.createTempDirectory("iso-bench");
        byte[] content = new byte[Traffic.ARTIFACT_BYTES];
        new Random(1).nextBytes(content);
        Files.write(directory.resolve("source"), content);
      }
      Path source = directory.resolve("source");
      Path target = directory.resolve("target");
      long begin = System.nanoTime();
      Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
      return System.nanoTime() - begin;
    } catch (IOException e) {
      throw new AbsentException("the temporary directory can't be written: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    if (directory == null) {
      return;
    }
    try {
      Files.deleteIfExists(directory.resolve("source"));
      Files.deleteIfExists(directory.resolve("target"));
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // what is left is a temporary file
    }
  }
}
