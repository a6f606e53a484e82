package io.isoruntime.toolhost;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/** An interpreter that a {@link Placement} started. Thread-safe. */
public interface HostProcess {

  /** Its standard input. */
  OutputStream input();

  /** Its standard output. */
  InputStream output();

  /** What it calls one of the bundles' directories. */
  String nameOf(Path bundle);

  /** The tail of what it wrote to its standard error, for messages; may be empty. */
  String lastWords();

  /**
   * Ends it with everything that it started: gives it a moment after the end of its standard input,
   * then kills it. Waits for it. Idempotent.
   */
  void end();
}
