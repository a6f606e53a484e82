package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramSourceTest {
  private static final InputStream NOTHING = InputStream.nullInputStream();

  @TempDir Path directory;

  private String read(byte... bytes) throws IOException {
    Path file = Files.write(directory.resolve("main.py"), bytes);
    return ProgramSource.read(file.toString(), NOTHING);
  }

  private static String refusal(String file, InputStream standardInput) {
    return assertThrows(UsageException.class, () -> ProgramSource.read(file, standardInput))
        .getMessage();
  }

  @Test
  void readsAFile() throws IOException {
    assertEquals("print('é')\r\n", read("print('é')\r\n".getBytes(StandardCharsets.UTF_8)));
    assertEquals("", read());
  }

  @Test
  void readsStandardInput() {
    assertEquals("pass", ProgramSource.read("-", Iso.text("pass")));
  }

  @Test
  void dropsAnEditorsByteOrderMark() throws IOException {
    assertEquals("x = 1", read("\ufeffx = 1".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void saysWhichByteIsNotUtf8() {
    assertEquals(
        "- is not UTF-8 text: see byte 3. Save it as UTF-8 (iconv -f LATIN1 -t UTF-8).",
        refusal("-", new ByteArrayInputStream(new byte[] {'a', 'b', 'c', (byte) 0xe9, 'd'})));
  }

  @Test
  void refusesHalfACharacterAtTheEnd() {
    assertEquals(
        "- is not UTF-8 text: see byte 1. Save it as UTF-8 (iconv -f LATIN1 -t UTF-8).",
        refusal("-", new ByteArrayInputStream(new byte[] {'a', (byte) 0xc3})));
  }

  @Test
  void refusesWhatIsNoFile() {
    Path absent = directory.resolve("absent.py");
    assertEquals(
        absent + ": no such file. Give a Python file, or - to read the program from stdin.",
        refusal(absent.toString(), NOTHING));
    assertEquals(
        directory
            + " is a directory. Give the Python file to run, such as "
            + directory
            + "/main.py.",
        refusal(directory.toString(), NOTHING));
  }

  @Test
  void refusesAnEndlessStream() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return '#';
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            java.util.Arrays.fill(into, offset, offset + length, (byte) '#');
            return length;
          }
        };
    assertEquals(
        "standard input is larger than 16 MiB. Put data into files and pass them with --input.",
        refusal("-", endless));
  }

  @Test
  void saysWhyAStreamCannotBeRead() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Bad file descriptor");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            return read();
          }
        };
    assertEquals(
        "standard input can't be read (java.io.IOException: Bad file descriptor). Check its"
            + " permissions, or run as its owner.",
        refusal("-", broken));
  }
}
