package io.isoruntime.supervisor.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What a dispatcher told. */
final class CallFixture implements CallListener {
  final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
  final BlockingQueue<CallRecord> records = new LinkedBlockingQueue<>();
  final BlockingQueue<DecidedRequest> decisions = new LinkedBlockingQueue<>();
  final AtomicInteger waits = new AtomicInteger();
  final AtomicInteger refused = new AtomicInteger();

  @Override
  public void started(long id, String tool) {}

  @Override
  public void decided(DecidedRequest call) {
    decisions.add(call);
  }

  @Override
  public void waiting() {
    waits.incrementAndGet();
  }

  @Override
  public synchronized void waited() {
    waits.decrementAndGet();
    notifyAll();
  }

  /** Waits until no call waits for its approval: whoever ends a wait may be about to tell. */
  synchronized void awaitNoWait() throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (waits.get() > 0 && System.nanoTime() - until < 0) {
      TimeUnit.SECONDS.timedWait(this, 1);
    }
    assertEquals(0, waits.get());
  }

  @Override
  public void refused() {
    refused.incrementAndGet();
  }

  @Override
  public void ended(CallRecord call) {
    records.add(call);
  }

  @Override
  public void reply(byte[] json) {
    replies.add(new String(json, StandardCharsets.UTF_8));
  }
}
