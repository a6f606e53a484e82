package io.isoruntime.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("host")
@Tag("once")
class MemoryTest {

  /** Has so many processes, as a back-end that keeps sandboxes ready. */
  private static final class Processes extends FakeBenchRuntime {
    private final List<Process> processes = new ArrayList<>();

    Processes(int count) {
      try {
        for (int number = 0; number < count; number++) {
          processes.add(new ProcessBuilder("cat").start()); // waits for input as long as we live
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      super.close();
      processes.forEach(Process::destroy);
      processes.forEach(process -> process.onExit().join());
    }
  }

  @Test
  void theProportionalSetSizeIsTheOneThatCounts() {
    List<String> rollup =
        List.of(
            "55d0c7a6b000-7ffd3c5fe000 ---p 00000000 00:00 0                          [rollup]",
            "Rss:                9876 kB",
            "Pss:                3210 kB",
            "Pss_Dirty:           555 kB",
            "SwapPss:               1 kB");
    assertEquals(3210, Descendants.pssKib(rollup));
    assertEquals(0, Descendants.pssKib(List.of()));
  }

  @Test
  void idleMemoryIsWhatEachSandboxAddsToTheRuntimeItself() throws Exception {
    List<Processes> opened = new ArrayList<>();
    Figure figure =
        IdleMemory.measure(
            warm -> {
              Processes runtime = new Processes(1 + warm); // one is there without any sandbox
              opened.add(runtime);
              return runtime;
            },
            2);
    assertEquals("idleSandboxPssMiB", figure.key());
    assertTrue(figure.value() > 0.01 && figure.value() < 4, () -> figure + " for cat");
    assertTrue(figure.isMet());
    assertEquals(2, opened.size());
    assertTrue(opened.stream().allMatch(runtime -> runtime.closed));
  }

  @Test
  void aRuntimeThatMakesNoneIsAbsentAndClosed() {
    FakeBenchRuntime none = new FakeBenchRuntime();
    AbsentException absent =
        assertThrows(AbsentException.class, () -> IdleMemory.measure(warm -> none, 2));
    assertEquals("no sandbox was made ready in time", absent.getMessage());
    assertTrue(none.closed);
  }

  @Test
  void programsThatEndAtOnceHaveNoMemory() {
    FakeBenchRuntime idle = new FakeBenchRuntime();
    AbsentException absent =
        assertThrows(AbsentException.class, () -> RunningMemory.measure(idle, 2));
    assertEquals("a program ended before all of them ran", absent.getMessage());
    assertEquals(2, idle.requests.size());
    assertTrue(idle.workspaces.stream().allMatch(workspace -> workspace.deleted));
    assertFalse(idle.closed); // the caller's
  }
}
