package io.isoruntime.toolhost;

import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What bundles print, and tracebacks of their failures: line by line into the service's log. */
final class HostLog {
  private static final Logger LOG = LoggerFactory.getLogger("io.isoruntime.toolhost.output");
  private static final int MAX_LINE = 2_000;

  private HostLog() {}

  /** Control characters could forge lines, or change a terminal. */
  static void write(String who, byte[] text) {
    new String(text, StandardCharsets.UTF_8)
        .lines()
        .map(HostLog::printable)
        .filter(line -> !line.isBlank())
        .forEach(line -> LOG.info("{}: {}", who, line));
  }

  private static String printable(String line) {
    StringBuilder text = new StringBuilder();
    line.codePoints()
        .limit(MAX_LINE)
        .map(c -> c != '\t' && Character.isISOControl(c) ? ' ' : c)
        .forEach(text::appendCodePoint);
    return text.toString();
  }
}
