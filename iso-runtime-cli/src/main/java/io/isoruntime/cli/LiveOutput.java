package io.isoruntime.cli;

import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionEvent.OutputStreamName;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes the program's output on while it runs. It asks for all events at once: the runtime bounds
 * what waits, and tells what it had to discard. When standard output can't be written any more, as
 * after {@code | head}, it has the program cancelled, which nobody reads.
 */
final class LiveOutput implements Flow.Subscriber<ExecutionEvent> {
  private final StandardStreams streams;
  private final Runnable cancel;
  private final WaitingNote waiting;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable IOException failure;
  private boolean outLineIsOpen;
  private boolean errLineIsOpen;

  LiveOutput(StandardStreams streams, Runnable cancel) {
    this.streams = streams;
    this.cancel = cancel;
    this.waiting = WaitingNote.begin(streams);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(ExecutionEvent event) {
    waiting.end();
    if (event instanceof ExecutionEvent.Output output) {
      write(output);
    } else if (event instanceof ExecutionEvent.Dropped dropped) {
      streams.say(
          "\niso: "
              + dropped.count()
              + " events were discarded, since output came faster than it could be written;"
              + " out/*.log in the workspace has its head and tail\n");
    }
  }

  private void write(ExecutionEvent.Output output) {
    String text = output.text();
    if (text.isEmpty()) {
      return;
    }
    boolean open = !text.endsWith("\n");
    if (output.stream() == OutputStreamName.STDERR) {
      streams.say(streams.errIsTerminal() ? TerminalText.lines(text) : text);
      errLineIsOpen = open;
    } else if (failure == null) {
      try {
        streams.print(streams.outIsTerminal() ? TerminalText.lines(text) : text);
        outLineIsOpen = open;
      } catch (IOException e) {
        failure = e;
        cancel.run();
      }
    }
  }

  @Override
  public void onError(Throwable throwable) {
    onComplete();
  }

  @Override
  public void onComplete() {
    waiting.end();
    over.countDown();
  }

  /**
   * Waits until everything is written, and ends the line where the verdict is to stand. Gives up on
   * a reader that takes nothing once the whole command is to end.
   */
  void awaitEnd(BooleanSupplier hurry) throws InterruptedException {
    while (!over.await(1, TimeUnit.SECONDS) && !hurry.getAsBoolean()) {
      // The reader's pace is no fault; whoever waits for it can end the command.
    }
    if (errLineIsOpen || (outLineIsOpen && streams.outIsTerminal() && streams.errIsTerminal())) {
      streams.say("\n");
    }
  }

  /** Why output was lost, if any was. */
  @Nullable IOException failure() {
    return failure;
  }
}
