package io.isoruntime.testkit;

import io.isoruntime.Tool;
import io.isoruntime.ToolException;
import io.isoruntime.ToolFunction;
import org.jspecify.annotations.Nullable;

/** Tools for tests. */
public final class FakeTools {
  private FakeTools() {}

  /** The arguments of a tool that has none. */
  public record NoArguments() {}

  /** A tool that remembers its calls and answers with the function's value. */
  public static <I, O extends @Nullable Object> RecordingTool<I, O> recording(
      String name, Class<I> inputType, Class<O> outputType, ToolFunction<? super I, O> function) {
    return new RecordingTool<>(name, inputType, outputType, function);
  }

  /** A tool without arguments that always fails in this way. */
  public static Tool<NoArguments, String> failing(String name, ToolException failure) {
    return Tool.of(
        name,
        NoArguments.class,
        String.class,
        arguments -> {
          throw failure;
        });
  }

  /** A tool without arguments that is broken: its function throws this. */
  public static Tool<NoArguments, String> broken(String name, RuntimeException defect) {
    return Tool.of(
        name,
        NoArguments.class,
        String.class,
        arguments -> {
          throw defect;
        });
  }

  /** A tool without arguments that answers once the test releases it. */
  public static BlockingTool blocking(String name) {
    return new BlockingTool(name);
  }
}
