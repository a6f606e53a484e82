package io.isoruntime.testkit;

import io.isoruntime.Tool;
import io.isoruntime.ToolFunction;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A tool that remembers the arguments of its calls. Safe for use by many threads.
 *
 * @param <I> the record of its arguments
 * @param <O> what it returns
 */
public final class RecordingTool<I, O extends @Nullable Object> {
  private final List<I> calls = new CopyOnWriteArrayList<>();
  private final Tool<I, O> tool;

  RecordingTool(
      String name, Class<I> inputType, Class<O> outputType, ToolFunction<? super I, O> function) {
    tool =
        Tool.of(
            name,
            inputType,
            outputType,
            arguments -> {
              calls.add(arguments);
              return function.call(arguments);
            });
  }

  /** The tool, for a registry. */
  public Tool<I, O> tool() {
    return tool;
  }

  /** The arguments so far, in the order in which the calls began. */
  public List<I> calls() {
    return List.copyOf(calls);
  }
}
