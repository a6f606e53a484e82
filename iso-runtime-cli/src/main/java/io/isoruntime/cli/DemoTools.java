package io.isoruntime.cli;

import io.isoruntime.Tool;
import io.isoruntime.ToolException;
import io.isoruntime.ToolHint;
import io.isoruntime.ToolRegistry;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The tools of {@code --tools demo}, with which the way of a call can be tried from outside. */
final class DemoTools {
  private static final int MAX_BLOB = 8 * 1024 * 1024;
  private static final double MAX_SLEEP_SECONDS = 3600;

  private DemoTools() {}

  record Echo(@Nullable Object value) {}

  /** As large as Python's. */
  record Add(BigInteger a, BigInteger b) {}

  record Sleep(double seconds) {}

  record Fail(String message) {}

  record Blob(int size) {}

  @SuppressWarnings("NullAway") // no class literal is a Class<@Nullable O>
  static ToolRegistry registry() {
    return ToolRegistry.of(
        Tool.of("echo", Echo.class, Object.class, DemoTools::echo)
            .describedAs("Return the value.")
            .hinted(ToolHint.READ_ONLY, ToolHint.IDEMPOTENT),
        Tool.of("add", Add.class, BigInteger.class, DemoTools::add)
            .describedAs("Return the sum of two integers.")
            .hinted(ToolHint.READ_ONLY, ToolHint.IDEMPOTENT),
        Tool.of("sleep", Sleep.class, Void.class, DemoTools::sleep)
            .describedAs("Return after so many seconds, at most an hour.")
            .within(Duration.ofHours(2))
            .hinted(ToolHint.READ_ONLY, ToolHint.IDEMPOTENT),
        Tool.of("fail", Fail.class, Void.class, DemoTools::fail)
            .describedAs("Raise a ToolError with the message.")
            .hinted(ToolHint.READ_ONLY, ToolHint.IDEMPOTENT),
        Tool.of("blob", Blob.class, byte[].class, DemoTools::blob)
            .describedAs("Return so many bytes, at most 8 MiB.")
            .hinted(ToolHint.READ_ONLY, ToolHint.IDEMPOTENT));
  }

  private static @Nullable Object echo(Echo arguments) {
    return arguments.value();
  }

  private static BigInteger add(Add arguments) {
    return arguments.a().add(arguments.b());
  }

  private static @Nullable Void sleep(Sleep arguments) throws InterruptedException {
    double seconds = arguments.seconds();
    if (!(seconds >= 0 && seconds <= MAX_SLEEP_SECONDS)) {
      throw invalid("sleep: seconds must be from 0 to 3600.");
    }
    Thread.sleep(Math.round(seconds * 1000));
    return null;
  }

  private static @Nullable Void fail(Fail arguments) {
    throw new ToolException("FAILED_AS_ASKED", arguments.message(), false);
  }

  private static byte[] blob(Blob arguments) {
    if (arguments.size() < 0 || arguments.size() > MAX_BLOB) {
      throw invalid("blob: size must be from 0 to " + MAX_BLOB + ".");
    }
    byte[] bytes = new byte[arguments.size()];
    Arrays.fill(bytes, (byte) 'x');
    return bytes;
  }

  private static ToolException invalid(String message) {
    return new ToolException("INVALID_ARGUMENT", message, false);
  }
}
