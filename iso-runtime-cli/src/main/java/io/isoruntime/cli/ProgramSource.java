package io.isoruntime.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the program from a file or from standard input. */
final class ProgramSource {
  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private ProgramSource() {}

  /**
   * The program's text.
   *
   * @param file a path, or {@code -} for standard input
   * @throws UsageException if it can't be read or is no UTF-8 text
   */
  static String read(String file, InputStream standardInput) {
    byte[] bytes;
    if (file.equals("-")) {
      bytes = bytes("standard input", standardInput);
    } else {
      Path path = Path.of(file);
      if (!Files.exists(path)) {
        throw new UsageException(
            file + ": no such file. Give a Python file, or - to read the program from stdin.");
      } else if (Files.isDirectory(path)) {
        throw new UsageException(
            file + " is a directory. Give the Python file to run, such as " + file + "/main.py.");
      }
      try (InputStream in = Files.newInputStream(path)) {
        bytes = bytes(file, in);
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    return text(file, bytes);
  }

  private static byte[] bytes(String name, InputStream in) {
    // FileInputStream's own readNBytes seeks, which a pipe can't (JDK 17).
    InputStream sequential = new BufferedInputStream(in);
    try {
      byte[] bytes = sequential.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new UsageException(
            name + " is larger than 16 MiB. Put data into files and pass them with --input.");
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static UsageException unreadable(String name, IOException e) {
    return new UsageException(
        name + " can't be read (" + e + "). Check its permissions, or run as its owner.");
  }

  private static String text(String name, byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult end = decoder.decode(in, out, true);
    if (end.isError()) {
      throw new UsageException(
          name
              + " is not UTF-8 text: see byte "
              + in.position()
              + ". Save it as UTF-8 (iconv -f LATIN1 -t UTF-8).");
    }
    String text = out.flip().toString();
    // An editor's mark, which Python takes in a file but not in a string.
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }
}
