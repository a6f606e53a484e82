package io.isoruntime;

import java.util.Locale;

/** A resource of which a program can have too much. */
public enum Limit {
  /** Memory of all processes together. */
  MEMORY,
  /** Number of processes and threads. */
  PIDS,
  /** CPU time of all processes together. */
  CPU,
  /** Bytes or inodes of the sandbox's files. */
  STORAGE,
  /** Bytes written to stdout or stderr; the middle was dropped. */
  OUTPUT,
  /** Number or bytes of artifacts; the excess was rejected. */
  ARTIFACTS,
  /** Size of a single file. */
  FILE_SIZE;

  /** The name in JSON and on the command line, such as {@code file_size}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
