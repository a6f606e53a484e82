package io.isoruntime.conformance;

import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The tool {@code meet} by which a program and a trial wait for each other: the trial awaits the
 * call, does what it wants, and lets the call return. Safe for use by many threads.
 */
final class Meeting {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CountDownLatch come = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);

  private final Duration patience;

  Meeting(Stage stage) {
    patience = stage.allow(PATIENCE);
  }

  /** The tool takes no arguments. */
  record Nothing() {}

  /** The tool, alone. */
  ToolRegistry tools() {
    return ToolRegistry.builder()
        .add(Tool.of("meet", Nothing.class, Boolean.class, nothing -> meet()))
        .build();
  }

  private boolean meet() throws InterruptedException {
    come.countDown();
    return over.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until the program calls. */
  void await() throws InterruptedException {
    Unmet.unless(
        come.await(patience.toMillis(), TimeUnit.MILLISECONDS),
        "the program did not call the tool");
  }

  /** Lets the program go on. */
  void end() {
    over.countDown();
  }
}
