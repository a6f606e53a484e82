package io.isoruntime.testkit;

import io.isoruntime.ErrorCode;
import io.isoruntime.Outcome;
import io.isoruntime.PythonError;

/**
 * What a {@link FakeRuntime} does in place of a request's Python. It runs on a thread of its own,
 * which is interrupted when the execution is cancelled or timed out; it then should return soon,
 * and what it returns no longer counts.
 */
@FunctionalInterface
public interface FakeProgram {

  /**
   * Acts as the program and says how it ended.
   *
   * @throws Exception if the script itself is wrong: the execution's result then completes with
   *     that exception. A {@link io.isoruntime.ToolException} is the exception to this: it ends the
   *     execution as a Python program ends that doesn't catch its {@code ToolError}
   */
  Outcome run(FakeSandbox sandbox) throws Exception;

  /** A program that completes without doing anything. */
  static FakeProgram completing() {
    return sandbox -> new Outcome.Completed();
  }

  /** A program that prints this text and completes. */
  static FakeProgram printing(String text) {
    return sandbox -> {
      sandbox.print(text);
      return new Outcome.Completed();
    };
  }

  /** A program that gives this value to {@code set_result} and completes. */
  static FakeProgram returning(Object result) {
    return sandbox -> {
      sandbox.setResult(result);
      return new Outcome.Completed();
    };
  }

  /** An execution that ends so at once. */
  static FakeProgram ending(Outcome outcome) {
    return sandbox -> outcome;
  }

  /** A program that raises an exception of this type at this line. */
  static FakeProgram raising(String type, String message, int line) {
    String traceback =
        "Traceback (most recent call last):\n  File \"/workspace/pkg/main.py\", line "
            + line
            + ", in <module>\n"
            + type
            + ": "
            + message
            + "\n";
    return ending(
        new Outcome.CodeFailed(
            new PythonError(ErrorCode.PYTHON_EXCEPTION, type, message, line, traceback, null)));
  }

  /** A program that never ends by itself. */
  static FakeProgram hanging() {
    return FakeSandbox::awaitEnd;
  }
}
