package io.isoruntime.supervisor.local;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Mount;
import io.isoruntime.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * Refuses to show what can be talked to rather than read: a socket or FIFO works through a
 * read-only mount just as well, and so does a device.
 */
public final class MountCheck {
  private static final long MAX_ENTRIES = 100_000;

  private MountCheck() {}

  /**
   * Looks through the whole tree.
   *
   * @throws IsoException if it holds anything but plain files, or can't be read
   */
  public static void require(Mount mount) {
    long seen = 0;
    try (Stream<Path> tree = Files.walk(mount.source())) {
      for (Path path : (Iterable<Path>) tree::iterator) {
        if (++seen > MAX_ENTRIES) {
          throw refused(mount, "it has more than " + MAX_ENTRIES + " entries to be checked");
        }
        BasicFileAttributes attributes =
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isOther()) {
          throw refused(mount, path + " is a socket, FIFO or device");
        }
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw refused(mount, "it can't be read: " + e.getMessage());
    }
  }

  private static IsoException refused(Mount mount, String why) {
    return new Problem(
            ErrorCode.MOUNT_REFUSED,
            "The mount of " + mount.source() + " is refused, since " + why + ".",
            "No code was run.",
            "Mount a directory that holds plain files only.")
        .toException();
  }
}
