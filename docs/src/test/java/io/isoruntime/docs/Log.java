package io.isoruntime.docs;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What is logged: slf4j-simple writes to whatever {@code System.err} is at that moment. */
final class Log {
  private Log() {}

  /** Something that logs. */
  interface Task {
    void run() throws Exception;
  }

  /** All that is logged, by any thread, while this runs. */
  static String of(Task task) throws Exception {
    PrintStream usual = System.err;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (PrintStream captured = new PrintStream(text, true, StandardCharsets.UTF_8)) {
      System.setErr(captured);
      try {
        task.run();
      } finally {
        System.setErr(usual);
      }
    }
    return text.toString(StandardCharsets.UTF_8);
  }
}
