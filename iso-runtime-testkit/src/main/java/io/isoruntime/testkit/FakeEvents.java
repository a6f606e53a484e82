package io.isoruntime.testkit;

import io.isoruntime.ExecutionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.jspecify.annotations.Nullable;

/** The events of a fake execution; the first subscriber also gets what came before it. */
final class FakeEvents implements Flow.Publisher<ExecutionEvent> {
  /** More events than a test will leave unread; the rest is dropped, so that nothing can block. */
  private static final int BUFFER = 65_536;

  private final SubmissionPublisher<ExecutionEvent> publisher =
      new SubmissionPublisher<>(task -> FakeExecution.startDaemon("fake-events", task), BUFFER);
  private @Nullable List<ExecutionEvent> early = new ArrayList<>();
  private @Nullable Runnable end;

  synchronized void publish(ExecutionEvent event) {
    if (early != null) {
      early.add(event);
    } else {
      publisher.offer(event, null);
    }
  }

  /** Completes the stream, exceptionally if there is a defect. */
  synchronized void end(@Nullable Throwable defect) {
    end = () -> close(defect);
    if (early == null) {
      end.run();
    }
  }

  private void close(@Nullable Throwable defect) {
    if (defect == null) {
      publisher.close();
    } else {
      publisher.closeExceptionally(defect);
    }
  }

  @Override
  public synchronized void subscribe(Flow.Subscriber<? super ExecutionEvent> subscriber) {
    publisher.subscribe(subscriber);
    if (early != null) {
      early.forEach(event -> publisher.offer(event, null));
      early = null;
      if (end != null) {
        end.run();
      }
    }
  }
}
