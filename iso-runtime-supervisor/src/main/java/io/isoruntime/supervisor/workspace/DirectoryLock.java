package io.isoruntime.supervisor.workspace;

import io.isoruntime.ErrorCode;
import io.isoruntime.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other runtimes out of a workspace's directory, of this process and of others; the kernel
 * takes it back when the process dies.
 */
final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  static DirectoryLock of(WorkspaceLayout layout) {
    try {
      FileChannel channel =
          FileChannel.open(
              layout.root().resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new Problem(
                ErrorCode.WORKSPACE_BUSY,
                "Another runtime has the workspace " + layout.root() + " open.",
                "It was not opened.",
                "Close it there, or use another workspace.")
            .toException();
      }
      return new DirectoryLock(channel);
    } catch (IOException e) {
      throw layout.unusable("can't be locked", e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another runtime of this process
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the descriptor, whatever closing it says.
    }
  }
}
