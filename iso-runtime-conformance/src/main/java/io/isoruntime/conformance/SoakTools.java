package io.isoruntime.conformance;

import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import java.util.concurrent.CountDownLatch;

/** What the programs of a soak may call. */
final class SoakTools {
  static final ToolRegistry ALL =
      ToolRegistry.of(
          Tool.of("add", Add.class, Integer.class, numbers -> numbers.a + numbers.b),
          Tool.of("echo", Echo.class, String.class, Echo::text),
          Tool.of("fail", Nothing.class, String.class, nothing -> fail()),
          Tool.of("forever", Nothing.class, String.class, nothing -> forever()));

  private SoakTools() {}

  /** Two numbers. */
  public record Add(int a, int b) {}

  /** A text. */
  public record Echo(String text) {}

  /** No arguments. */
  public record Nothing() {}

  private static String fail() {
    throw new IllegalStateException("a tool that fails");
  }

  /** Until it is interrupted. */
  private static String forever() throws InterruptedException {
    new CountDownLatch(1).await();
    return "never";
  }
}
