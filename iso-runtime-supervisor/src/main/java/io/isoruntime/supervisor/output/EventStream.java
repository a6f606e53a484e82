package io.isoruntime.supervisor.output;

import io.isoruntime.ExecutionEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes an execution's events to any number of subscribers, each behind a buffer bounded in
 * events and characters. The first subscriber also gets what came before it, as far as a buffer of
 * that size holds it. Thread-safe; never blocks the publishing thread.
 */
public final class EventStream implements Flow.Publisher<ExecutionEvent> {
  private final Executor executor;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private @Nullable Backlog early = new Backlog();
  private boolean closed;

  /** Delivers on threads of this executor. */
  public EventStream(Executor executor) {
    this.executor = executor;
  }

  /** Offers an event to every subscriber. */
  public void publish(ExecutionEvent event) {
    List<Subscription> receivers;
    synchronized (this) {
      if (closed) {
        return;
      }
      receivers = receivers(event);
    }
    for (Subscription subscription : receivers) {
      subscription.offer(event);
    }
  }

  /** Those who are to get it now; who comes as the first one gets it from what is kept. */
  private List<Subscription> receivers(ExecutionEvent event) {
    if (early != null) {
      early.add(event);
      return List.of();
    }
    return List.copyOf(subscriptions);
  }

  /** Whether nobody has subscribed yet and what is kept for the first one is full. */
  public synchronized boolean isDropping() {
    return early != null && early.isFull();
  }

  /** Counts an event that was not even made, since the stream {@link #isDropping()}. */
  public synchronized void drop() {
    if (early != null) {
      early.dropped++;
    }
  }

  /** Offers the last event and completes: nothing that is just being published comes after it. */
  public void finish(ExecutionEvent last) {
    List<Subscription> receivers;
    synchronized (this) {
      receivers = receivers(last);
      closed = true;
    }
    for (Subscription subscription : receivers) {
      subscription.complete(last);
    }
  }

  /** Ends the stream for a defect. */
  public void abort(Throwable defect) {
    List<Subscription> receivers;
    synchronized (this) {
      closed = true;
      receivers = List.copyOf(subscriptions);
    }
    receivers.forEach(subscription -> subscription.fail(defect));
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ExecutionEvent> subscriber) {
    Subscription subscription;
    synchronized (this) {
      Backlog backlog = early != null ? early : new Backlog();
      early = null;
      subscription = new Subscription(subscriber, backlog, closed);
      subscriptions.add(subscription);
    }
    subscription.begin();
  }

  /** Events that wait; when full, the newest are counted instead of kept. */
  private static final class Backlog {
    private static final int MAX_EVENTS = 4096;
    private static final long MAX_WEIGHT = 2 * 1024 * 1024;

    private final Deque<ExecutionEvent> events = new ArrayDeque<>();
    private long weight;
    private long dropped;

    void add(ExecutionEvent event) {
      boolean last = event instanceof ExecutionEvent.Finished;
      if (!last && isFull()) {
        dropped++;
        return;
      }
      flushDropped();
      events.add(event);
      weight += weight(event);
    }

    boolean isFull() {
      return dropped > 0 || events.size() >= MAX_EVENTS || weight >= MAX_WEIGHT;
    }

    @Nullable ExecutionEvent poll() {
      ExecutionEvent event = events.poll();
      if (event == null && dropped > 0) {
        flushDropped();
        event = events.poll();
      }
      if (event != null) {
        weight -= weight(event);
      }
      return event;
    }

    boolean isEmpty() {
      return events.isEmpty() && dropped == 0;
    }

    private void flushDropped() {
      if (dropped > 0) {
        events.add(new ExecutionEvent.Dropped(dropped));
        dropped = 0;
      }
    }

    private static long weight(ExecutionEvent event) {
      if (event instanceof ExecutionEvent.Output output) {
        return output.text().length();
      } else if (event instanceof ExecutionEvent.ToolStarted started) {
        return started.tool().length();
      } else {
        return event instanceof ExecutionEvent.ToolEnded ended ? ended.tool().length() : 0;
      }
    }
  }

  /** One subscriber; its signals are serialised by {@code running}. */
  private final class Subscription implements Flow.Subscription {
    private final Flow.Subscriber<? super ExecutionEvent> subscriber;
    private final Backlog backlog;
    private long demand;
    private boolean complete;
    private boolean cancelled;
    private boolean running = true;
    private @Nullable Throwable error;

    Subscription(
        Flow.Subscriber<? super ExecutionEvent> subscriber, Backlog backlog, boolean complete) {
      this.subscriber = subscriber;
      this.backlog = backlog;
      this.complete = complete;
    }

    void begin() {
      deliver(
          () -> {
            subscriber.onSubscribe(this);
            drain();
          });
    }

    synchronized void offer(ExecutionEvent event) {
      if (!cancelled && !complete) {
        backlog.add(event);
        schedule();
      }
    }

    synchronized void fail(Throwable defect) {
      error = defect;
      schedule();
    }

    synchronized void complete(ExecutionEvent last) {
      offer(last);
      complete = true;
      schedule();
    }

    @Override
    public synchronized void request(long n) {
      if (n <= 0) {
        error = new IllegalArgumentException("request(" + n + ") must be positive");
      } else {
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
      }
      schedule();
    }

    @Override
    public synchronized void cancel() {
      cancelled = true;
      synchronized (EventStream.this) {
        subscriptions.remove(this);
      }
    }

    private void schedule() {
      if (!running) {
        running = true;
        deliver(this::drain);
      }
    }

    /** A subscriber may come, or ask for more, when the runtime and its threads are gone. */
    private void deliver(Runnable delivery) {
      try {
        executor.execute(delivery);
      } catch (RejectedExecutionException e) {
        ForkJoinPool.commonPool().execute(delivery);
      }
    }

    private void drain() {
      while (true) {
        ExecutionEvent event;
        Throwable failure;
        synchronized (this) {
          failure = error;
          event = failure == null && demand > 0 && !cancelled ? backlog.poll() : null;
          boolean done = failure != null || (complete && backlog.isEmpty());
          if (cancelled || (event == null && !done)) {
            running = false;
            return;
          }
          if (event != null) {
            demand--;
          } else {
            cancelled = true;
          }
        }
        if (event != null) {
          subscriber.onNext(event);
        } else if (failure != null) {
          subscriber.onError(failure);
        } else {
          subscriber.onComplete();
        }
      }
    }
  }
}
