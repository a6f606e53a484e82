package io.isoruntime.testkit;

import io.isoruntime.Tool;
import io.isoruntime.testkit.FakeTools.NoArguments;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A tool by which a test and a program wait for each other: the test awaits the call, looks around,
 * and releases it. Each wait ends with an {@link AssertionError} after 30 s. Safe for use by many
 * threads; once released, later calls return at once.
 */
public final class BlockingTool {
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final Tool<NoArguments, String> tool;

  BlockingTool(String name) {
    tool = Tool.of(name, NoArguments.class, String.class, arguments -> block());
  }

  private String block() throws InterruptedException {
    entered.countDown();
    try {
      released.await();
      return "released";
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
  }

  /** The tool, for a registry. */
  public Tool<NoArguments, String> tool() {
    return tool;
  }

  /** Waits until the program calls. */
  public void awaitEntered() throws InterruptedException {
    await(entered, "was not called");
  }

  boolean isEntered() {
    return entered.getCount() == 0;
  }

  /** Lets all calls return. */
  public void release() {
    released.countDown();
  }

  /** Waits until a call is interrupted. */
  public void awaitInterrupted() throws InterruptedException {
    await(interrupted, "was not interrupted");
  }

  private void await(CountDownLatch latch, String failure) throws InterruptedException {
    if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("The tool " + tool.name() + " " + failure + ".");
    }
  }
}
