package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Tool;
import io.isoruntime.ToolContext;
import io.isoruntime.ToolException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DemoToolsTest {
  /** None of them looks at it. */
  private static final ToolContext CONTEXT =
      new ToolContext() {
        @Override
        public String executionId() {
          return "test";
        }

        @Override
        public long callId() {
          return 1;
        }

        @Override
        public Duration remaining() {
          return Duration.ofSeconds(60);
        }

        @Override
        public boolean isCancelled() {
          return false;
        }

        @Override
        public void onCancel(Runnable action) {}

        @Override
        public Map<String, Object> attributes() {
          return Map.of();
        }
      };

  @SuppressWarnings("unchecked") // each test gives the record that the tool declares
  private static @Nullable Object call(String name, Object arguments) throws Exception {
    Tool<Object, Object> tool =
        (Tool<Object, Object>) DemoTools.registry().find(name).orElseThrow();
    assertEquals(tool.inputType(), arguments.getClass());
    return tool.function().call(arguments, CONTEXT).toCompletableFuture().join();
  }

  @Test
  void echoReturnsWhatItGot() throws Exception {
    assertEquals(List.of(1, "x"), call("echo", new DemoTools.Echo(List.of(1, "x"))));
    assertNull(call("echo", new DemoTools.Echo(null)));
  }

  @Test
  void addHasPythonsIntegers() throws Exception {
    BigInteger large = BigInteger.TWO.pow(100);
    assertEquals(large.add(BigInteger.ONE), call("add", new DemoTools.Add(large, BigInteger.ONE)));
  }

  @Test
  void sleepWaitsAndCanBeInterrupted() throws Exception {
    assertNull(call("sleep", new DemoTools.Sleep(0.001)));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> call("sleep", new DemoTools.Sleep(60)));
  }

  @Test
  void sleepRefusesTimesThatNobodyMeans() {
    for (double seconds : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 3601}) {
      ToolException refused =
          assertThrows(
              ToolException.class, () -> call("sleep", new DemoTools.Sleep(seconds)), "" + seconds);
      assertEquals("INVALID_ARGUMENT", refused.code());
    }
  }

  @Test
  void failFailsWithTheMessage() {
    ToolException failed =
        assertThrows(ToolException.class, () -> call("fail", new DemoTools.Fail("no")));
    assertEquals("no", failed.getMessage());
  }

  @Test
  void blobIsCapped() throws Exception {
    assertArrayEquals(new byte[] {'x', 'x'}, (byte[]) call("blob", new DemoTools.Blob(2)));
    assertEquals(8 << 20, ((byte[]) call("blob", new DemoTools.Blob(8 << 20))).length);
    for (int size : new int[] {-1, (8 << 20) + 1}) {
      assertThrows(ToolException.class, () -> call("blob", new DemoTools.Blob(size)));
    }
  }

  @Test
  void eachIsDescribedForTheModel() {
    DemoTools.registry().tools().forEach(tool -> assertTrue(!tool.description().isEmpty()));
  }
}
