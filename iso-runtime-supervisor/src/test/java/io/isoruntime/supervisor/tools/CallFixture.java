package io.isoruntime.supervisor.tools;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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
  public void waited() {
    waits.decrementAndGet();
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
