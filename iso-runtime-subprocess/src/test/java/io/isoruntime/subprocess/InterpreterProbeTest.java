package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterpreterProbeTest {
  @TempDir Path directory;

  private String script(String text) throws IOException {
    Path file = directory.resolve("python");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file.toString();
  }

  private static String refusal(String interpreter) {
    IsoException refusal =
        assertThrows(IsoException.class, () -> InterpreterProbe.run(interpreter));
    assertEquals(ErrorCode.INTERPRETER_UNUSABLE, refusal.problem().code());
    return refusal.problem().cause();
  }

  @Test
  void seesThroughAShimThatTalks() throws IOException {
    Interpreter found =
        InterpreterProbe.run(script("#!/bin/sh\necho shim\nexec /usr/bin/python3 \"$@\"\n"));
    assertTrue(found.executable().startsWith("/usr/bin/python3."), found.executable());
    assertEquals("/usr", found.prefix());
    assertTrue(found.code().length > 10_000);
  }

  @Test
  void namesWhatIsMissing() {
    assertTrue(refusal("/no/such/python").contains("/no/such/python"));
    assertTrue(refusal("no-such-python").contains("on the PATH"));
  }

  @Test
  void refusesWhatIsNoPython() throws IOException {
    assertTrue(refusal("/bin/true").contains("no usable"));
    assertTrue(
        refusal(script("#!/bin/sh\necho out of order >&2\nexit 3\n")).contains("out of order"));
    assertTrue(refusal(script("not a program\n")).contains("python"));
  }
}
