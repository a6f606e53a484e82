package io.isoruntime.subprocess;

import io.isoruntime.supervisor.spi.Consumption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The cgroup of one sandbox's program: one directory on v2, one for each controller on v1. Reads
 * what is in force, never what was asked for. Thread-safe.
 */
abstract class Cgroup {
  /** The directories, in which cgroup.procs has the program's processes. */
  abstract List<Path> directories();

  abstract OptionalLong memoryLimit();

  abstract OptionalLong processLimit();

  abstract OptionalLong milliCpus();

  abstract Consumption consumption();

  /** The process ids in it, as this process sees them. */
  final List<Long> processes() {
    try {
      return Files.readAllLines(directories().get(0).resolve("cgroup.procs")).stream()
          .map(Long::valueOf)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Kills what is in it; asked again and again until it is empty, since forks race with it. */
  final void kill() {
    for (long pid : processes()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** Whether nothing of it is left, after trying to remove what is. */
  final boolean remove() {
    boolean gone = true;
    for (Path directory : directories()) {
      try {
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        gone = false; // EBUSY: a process is still in it
      }
    }
    return gone;
  }

  /** A number in a file; empty for the kernel's "max", for -1, and where there is no such file. */
  static OptionalLong number(Path file) {
    try {
      String text = Files.readString(file).strip();
      long value = text.equals("max") ? -1 : Long.parseLong(text);
      return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The number behind a key in a file of lines such as {@code oom_kill 0}; 0 where absent. */
  static long keyed(Path file, String key) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(key + " ")) {
          return Long.parseLong(line.substring(key.length() + 1).strip());
        }
      }
    } catch (IOException | NumberFormatException e) {
      // a sandbox that is gone has used nothing more
    }
    return 0;
  }
}
