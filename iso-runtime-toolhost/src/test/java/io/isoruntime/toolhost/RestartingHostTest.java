package io.isoruntime.toolhost;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RestartingHostTest {
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stopTimers() {
    timers.shutdownNow();
  }

  @Test
  void whoeverLearnsThatACallWasLostCanCallAgainAtOnce() throws Exception {
    ScriptedProcess first = new ScriptedProcess(false);
    Deque<ScriptedProcess> processes = new ArrayDeque<>(List.of(first, new ScriptedProcess(true)));
    LatestFirst threads = new LatestFirst();
    RestartingHost host = RestartingHost.open(plan(processes), threads, timers);
    CompletableFuture<Throwable> lost = new CompletableFuture<>();
    CompletableFuture<byte[]> again =
        call(host)
            .exceptionallyCompose(
                failure -> {
                  lost.complete(failure);
                  return call(host);
                });

    first.end();
    threads.runLatestOfTwo(); // the call's failure, before what else follows the end
    threads.runAtOnceFromNow();

    assertEquals("TOOL_HOST_LOST", assertInstanceOf(ToolException.class, lost.get()).code());
    assertEquals("5", new String(again.get(30, TimeUnit.SECONDS), UTF_8));
    host.close();
  }

  @Test
  void aCallEndsInTheToolHostShortlyBeforeItsCallerGivesUp() throws Exception {
    ScriptedProcess process = new ScriptedProcess(true);
    RestartingHost host =
        RestartingHost.open(plan(new ArrayDeque<>(List.of(process))), Runnable::run, timers);
    Call brief = new Call(Duration.ofSeconds(2));

    host.call("add", new byte[0], brief).get(30, TimeUnit.SECONDS);
    host.close();

    long left = brief.remaining().toMillis();
    int millis = process.lastCall().getInt();
    assertTrue(millis <= 2_000 - 200, () -> "given " + millis + " ms");
    assertTrue(millis >= left - 250, () -> "given " + millis + " ms, " + left + " ms are left");
  }

  private static CompletableFuture<byte[]> call(RestartingHost host) {
    return host.call("add", new byte[0], new Call(Duration.ofSeconds(30)));
  }

  private static HostPlan plan(Deque<ScriptedProcess> processes) {
    Placement placement =
        new Placement() {
          @Override
          public String name() {
            return "scripted";
          }

          @Override
          public HostProcess start(HostLaunch launch) {
            return processes.remove();
          }
        };
    return new HostPlan(placement, List.of(), Map.of(), 1, 1 << 20, Duration.ofSeconds(30));
  }

  /** Keeps its tasks, since nobody may rely on their order. */
  private static final class LatestFirst implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean atOnce;

    @Override
    public void execute(Runnable task) {
      synchronized (this) {
        if (!atOnce) {
          tasks.push(task);
          notifyAll();
          return;
        }
      }
      task.run();
    }

    void runLatestOfTwo() throws InterruptedException {
      Runnable latest;
      synchronized (this) {
        while (tasks.size() < 2) {
          wait();
        }
        latest = tasks.pop();
      }
      latest.run();
    }

    void runAtOnceFromNow() {
      synchronized (this) {
        atOnce = true;
      }
      tasks.forEach(Runnable::run);
    }
  }

  /** Finds no tools, and answers each call with 5 or not at all. */
  private static final class ScriptedProcess implements HostProcess {
    private static final int HEADER = 13;

    private final PipedOutputStream written = new PipedOutputStream();
    private final PipedInputStream output;
    private final boolean answers;
    private boolean loaded;
    private long calls;
    private ByteBuffer lastCall = ByteBuffer.allocate(0);

    ScriptedProcess(boolean answers) throws IOException {
      this.answers = answers;
      this.output = new PipedInputStream(written);
    }

    @Override
    public OutputStream input() {
      return new ByteArrayOutputStream() {
        @Override
        public void flush() throws IOException {
          lastCall = ByteBuffer.wrap(toByteArray(), HEADER, count - HEADER);
          reset();
          if (!loaded) {
            loaded = true;
            write(new HostFrame(HostFrame.CATALOG, 0, "{}".getBytes(UTF_8)));
          } else if (answers) {
            write(new HostFrame(HostFrame.RESULT, ++calls, "5".getBytes(UTF_8)));
          }
        }

        private void write(HostFrame frame) throws IOException {
          written.write(frame.bytes());
          written.flush();
        }
      };
    }

    /** What came last, without its header. */
    ByteBuffer lastCall() {
      return lastCall;
    }

    @Override
    public InputStream output() {
      return output;
    }

    @Override
    public String nameOf(Path bundle) {
      return bundle.toString();
    }

    @Override
    public String lastWords() {
      return "";
    }

    @Override
    public void end() {
      try {
        written.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
