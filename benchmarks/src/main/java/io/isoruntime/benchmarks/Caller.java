package io.isoruntime.benchmarks;

import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.tools.CallListener;
import io.isoruntime.supervisor.tools.CallRecord;
import io.isoruntime.supervisor.tools.DecidedRequest;
import io.isoruntime.supervisor.tools.ToolDispatcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** What stands for a program: calls a tool and waits for the reply. For one thread. */
final class Caller implements AutoCloseable {
  private static final ExecutionLimits LIMITS = ExecutionLimits.defaults();
  private static final ToolRegistry TOOLS =
      ToolRegistry.of(
          Tool.of("add", Add.class, Integer.class, numbers -> numbers.a() + numbers.b()));

  /** The tool's arguments. */
  record Add(int a, int b) {}

  private final Executor handlers;
  private final ScheduledExecutorService timers;
  private ToolDispatcher dispatcher;
  private volatile CompletableFuture<byte[]> reply = new CompletableFuture<>();
  private long calls;

  Caller(Executor handlers, ScheduledExecutorService timers) {
    this.handlers = handlers;
    this.timers = timers;
    this.dispatcher = newDispatcher();
  }

  private ToolDispatcher newDispatcher() {
    return new ToolDispatcher(
        "x1",
        ExecutionRequest.python("").tools(TOOLS).limits(LIMITS).build(),
        handlers,
        Runnable::run,
        timers,
        new Listener());
  }

  /** Calls, and gives the reply's bytes. */
  byte[] call() throws IOException {
    if (calls == LIMITS.toolCalls()) { // the execution is over, and the next one begins
      dispatcher.close();
      dispatcher = newDispatcher();
      calls = 0;
    }
    calls++;
    CompletableFuture<byte[]> expected = new CompletableFuture<>();
    reply = expected;
    dispatcher.dispatch(
        ("{\"id\":" + calls + ",\"tool\":\"add\",\"args\":{\"a\":2,\"b\":3}}")
            .getBytes(StandardCharsets.UTF_8));
    return expected.join();
  }

  @Override
  public void close() {
    dispatcher.close();
  }

  private final class Listener implements CallListener {
    @Override
    public void started(long id, String tool) {}

    @Override
    public void decided(DecidedRequest call) {}

    @Override
    public void waiting() {}

    @Override
    public void waited() {}

    @Override
    public void refused() {}

    @Override
    public void ended(CallRecord call) {}

    @Override
    public void reply(byte[] json) {
      reply.complete(json);
    }
  }
}
