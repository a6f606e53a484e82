package io.isoruntime.testkit;

import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Tool;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolException;
import io.isoruntime.supervisor.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The tool calls of one fake execution. */
final class FakeCalls {
  private final FakeExecution execution;
  private final ExecutionRequest request;
  private final FakeWorkspace workspace;
  private final List<ToolCall> calls = new ArrayList<>();
  private long lastId;

  FakeCalls(FakeExecution execution, ExecutionRequest request, FakeWorkspace workspace) {
    this.execution = execution;
    this.request = request;
    this.workspace = workspace;
  }

  synchronized List<ToolCall> calls() {
    return List.copyOf(calls);
  }

  @Nullable Object call(String name, Object arguments) {
    long id = nextId();
    long begin = System.nanoTime();
    Tool<?, ?> tool = request.tools().find(name).orElse(null);
    if (tool == null) {
      end(id, name, ToolCallStatus.DENIED, begin);
      throw new ToolException("DENIED", "There is no tool '" + name + "' here.", false);
    }
    if (!tool.inputType().isInstance(arguments)) {
      end(id, name, ToolCallStatus.DENIED, begin);
      throw new ToolException("INVALID_ARGUMENT", name + ": the arguments do not fit.", false);
    }
    execution.publish(new ExecutionEvent.ToolStarted(id, name));
    ToolCallStatus status = ToolCallStatus.FAILED;
    try {
      Object answer = handle(tool, arguments, id);
      status = ToolCallStatus.OK;
      return answer;
    } catch (ToolException e) {
      throw e;
    } catch (InterruptedException | CancellationException e) {
      status = ToolCallStatus.CANCELLED;
      throw new CancellationException("The execution ended during the call.");
    } catch (TimeoutException e) {
      status = ToolCallStatus.TIMED_OUT;
      throw new ToolException("TIMED_OUT", "The tool did not answer in time.", true);
    } catch (Exception e) {
      throw new ToolException("FAILED", "The tool failed.", false);
    } finally {
      end(id, name, execution.isDecided() ? ToolCallStatus.CANCELLED : status, begin);
    }
  }

  private <I> @Nullable Object handle(Tool<I, ?> tool, Object arguments, long id) throws Exception {
    Duration deadline = tool.deadline().orElse(request.limits().toolCallTime());
    FakeToolContext context =
        new FakeToolContext(execution, id, System.nanoTime() + deadline.toNanos(), request);
    try {
      return tool.function()
          .call(tool.inputType().cast(arguments), context)
          .toCompletableFuture()
          .get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private synchronized long nextId() {
    return ++lastId;
  }

  private synchronized void end(long id, String tool, ToolCallStatus status, long begin) {
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    calls.add(new ToolCall(id, tool, status, took));
    workspace.write(
        String.format(Locale.ROOT, "out/calls/%04d-%s.json", id, tool),
        Json.bytes(Json.object("id", id, "tool", tool, "status", status.label())));
    execution.publish(new ExecutionEvent.ToolEnded(id, tool, status, took));
  }
}
