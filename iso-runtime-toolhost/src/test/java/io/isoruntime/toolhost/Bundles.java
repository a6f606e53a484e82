package io.isoruntime.toolhost;

import io.isoruntime.Tool;
import io.isoruntime.ToolContext;
import io.isoruntime.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Bundles for tests, and calls of their tools. */
final class Bundles {
  static final String TROUBLE =
      """
      import ctypes, decimal, datetime, os, signal, struct, subprocess, time

      def add(a: int, b: int = 2) -> int:
          "Adds."
          return a + b

      def wait_for(path: str) -> int:
          while not os.path.exists(path):
              time.sleep(0.01)
          return os.getppid()

      def segfault() -> None:
          ctypes.string_at(0)

      def hang(path: str) -> None:
          try:
              open(path + ".started", "w").close()
              time.sleep(1000)
          finally:
              open(path + ".ended", "w").close()

      def forge(kind: int, payload: str) -> None:
          for name in os.listdir("/proc/self/fd"):
              try:
                  os.write(int(name), struct.pack("!IBQ", len(payload), kind, 0) + payload.encode())
              except OSError:
                  pass
          time.sleep(1000)

      def half() -> None:
          raise ValueError("half a character: " + chr(0xd83d))

      def session() -> int:
          return subprocess.Popen(["sleep", "1000"], start_new_session=True).pid

      def stop_host() -> None:
          os.kill(os.getppid(), signal.SIGSTOP)

      def kill_host() -> None:
          os.kill(os.getppid(), 9)

      def env(name: str) -> str | None:
          return os.environ.get(name)

      def same(value: dict[str, object] | None = None) -> dict:
          return value or {}
      """
          .replace("dict[str, object]", "dict");

  private Bundles() {}

  /** Writes a bundle of one module {@code tools}. */
  static Path of(Path root, String name, String source) throws IOException {
    Path directory = Files.createDirectories(root.resolve(name));
    Files.writeString(directory.resolve("tools.py"), source);
    return directory;
  }

  /** Arguments, in this order. */
  static Map<String, Object> arguments(Object... namesAndValues) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      arguments.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return arguments;
  }

  /** Begins a call. */
  @SuppressWarnings("unchecked")
  static CompletableFuture<Object> start(
      ToolHost host, String name, ToolContext context, Object... arguments) {
    Tool<Map<String, Object>, Object> tool =
        (Tool<Map<String, Object>, Object>) host.registry().find(name).orElseThrow();
    try {
      return tool.function().call(arguments(arguments), context).toCompletableFuture();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Makes a call, with half a minute for it. */
  static Object call(ToolHost host, String name, Object... arguments) throws Exception {
    return start(host, name, new Call(Duration.ofSeconds(30)), arguments).get(30, TimeUnit.SECONDS);
  }

  /** Waits for the failure of a call. */
  static ToolException failure(CompletableFuture<Object> call) throws Exception {
    Throwable failure =
        call.handle((value, thrown) -> thrown == null ? new AssertionError(value) : thrown)
            .get(30, TimeUnit.SECONDS);
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof ToolException told) {
      return told;
    }
    throw new AssertionError(cause);
  }

  /** Waits until something is so, which no event tells. */
  static void await(java.util.function.BooleanSupplier condition, String what) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("in vain: " + what);
      }
      Thread.onSpinWait();
    }
  }
}
