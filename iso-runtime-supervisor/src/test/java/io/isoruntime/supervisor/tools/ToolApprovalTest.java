package io.isoruntime.supervisor.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ApprovalAnswer;
import io.isoruntime.ApprovalRequest;
import io.isoruntime.AsyncToolApprover;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Tool;
import io.isoruntime.ToolApproval;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolException;
import io.isoruntime.ToolPolicy;
import io.isoruntime.ToolRedaction;
import io.isoruntime.ToolRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ToolApprovalTest {
  private final ExecutorService handlers = Executors.newCachedThreadPool();
  private final HeldTimers timers = new HeldTimers();
  private final CallFixture told = new CallFixture();
  private final AtomicInteger paid = new AtomicInteger();
  private final BlockingQueue<ApprovalRequest> asked = new LinkedBlockingQueue<>();

  record Pay(int amount, String card) {}

  private final Tool<Pay, Integer> pay =
      Tool.of("pay", Pay.class, Integer.class, pay -> paid.addAndGet(pay.amount()));

  @AfterEach
  void shutDown() {
    handlers.shutdownNow();
    timers.shutdownNow();
  }

  private ToolDispatcher dispatcher(ToolApproval approval) {
    return dispatcher(approval, ExecutionLimits.defaults());
  }

  private ToolDispatcher dispatcher(ToolApproval approval, ExecutionLimits limits) {
    return dispatcher(approval, limits, handlers, Runnable::run);
  }

  private ToolDispatcher dispatcher(
      ToolApproval approval, ExecutionLimits limits, Executor handlers, Executor own) {
    return new ToolDispatcher(
        "x1",
        ExecutionRequest.python("")
            .tools(ToolRegistry.of(pay))
            .limits(limits)
            .attributes(Map.of("user", "u7"))
            .policy(
                ToolPolicy.builder()
                    .approval(approval)
                    .redaction(ToolRedaction.ofKeys("card"))
                    .build())
            .build(),
        handlers,
        own,
        timers,
        told);
  }

  private static void pay(ToolDispatcher dispatcher, int id) throws IOException {
    dispatcher.dispatch(
        ("{\"id\":" + id + ",\"tool\":\"pay\",\"args\":{\"amount\":7,\"card\":\"4711\"}}")
            .getBytes(StandardCharsets.UTF_8));
  }

  private String reply() throws InterruptedException {
    String reply = told.replies.poll(5, TimeUnit.SECONDS);
    assertNotNull(reply, "no reply came");
    return reply;
  }

  private CallRecord record() throws InterruptedException {
    CallRecord record = told.records.poll(5, TimeUnit.SECONDS);
    assertNotNull(record, "no record came");
    return record;
  }

  private AsyncToolApprover later(CompletableFuture<ApprovalAnswer> answer) {
    return call -> {
      asked.add(call);
      return answer;
    };
  }

  private void assertNotApproved(String why) throws Exception {
    String reply = reply();
    assertTrue(
        reply.contains(
            "\"code\":\"NOT_APPROVED\",\"message\":\"The call of 'pay' was not approved: " + why),
        reply);
    CallRecord record = record();
    assertEquals(ToolCallStatus.DENIED, record.call().status());
    assertEquals("NOT_APPROVED", record.decision().code().orElse(""));
    assertEquals(1, told.decisions.size());
    assertFalse(told.decisions.take().decision().allowed());
    told.awaitNoWait();
    assertEquals(0, paid.get());
  }

  @Test
  void anApprovedCallRunsWithWhatWasApproved() throws Exception {
    pay(
        dispatcher(
            ToolApproval.by(
                call -> {
                  asked.add(call);
                  assertEquals(1, told.waits.get());
                  return ApprovalAnswer.approve("by ann");
                })),
        1);

    assertEquals("{\"id\":1,\"ok\":7}", reply());
    ApprovalRequest request = asked.take();
    assertEquals(Map.of("amount", 7L, "card", "4711"), request.arguments());
    assertEquals(Map.of("$redacted", true), request.shown().get("card"));
    assertFalse(request.toString().contains("4711"));
    assertEquals(Map.of("user", "u7"), request.attributes());
    CallRecord record = record();
    assertTrue(record.decision().allowed());
    assertEquals("by ann", record.decision().reason());
    assertTrue(record.decision().waited().isPresent());
    told.awaitNoWait();
  }

  @Test
  void aDenialIsToldWithItsReason() throws Exception {
    pay(dispatcher(ToolApproval.by(call -> ApprovalAnswer.deny("Too much."))), 1);
    assertNotApproved("Too much.");
  }

  @Test
  void nothingButAnApprovalApproves() throws Exception {
    List<AsyncToolApprover> bad =
        List.of(
            call -> {
              throw new IOException("secret");
            },
            call -> {
              throw new StackOverflowError("secret");
            },
            call -> CompletableFuture.failedFuture(new IOException("secret")),
            call -> CompletableFuture.completedFuture(null),
            call -> null);
    for (AsyncToolApprover approver : bad) {
      pay(dispatcher(ToolApproval.byAsync(approver)), 1);
      assertNotApproved("Nobody could be asked.");
    }
  }

  @Test
  void silenceDeniesAndAnAnswerThatComesLateRunsNothing() throws Exception {
    CompletableFuture<ApprovalAnswer> answer = new CompletableFuture<>();
    // one that can't be cancelled
    pay(
        dispatcher(
            ToolApproval.byAsync(call -> answer.thenApply(same -> same).minimalCompletionStage())
                .within(Duration.ofMillis(50))),
        1);
    assertNotApproved("No approval came in time.");
    answer.complete(ApprovalAnswer.approve());
    assertNull(told.replies.poll(50, TimeUnit.MILLISECONDS));
    assertEquals(0, paid.get());
    told.awaitNoWait();
  }

  @Test
  void anApproverWhoIsLateIsInterrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    pay(
        dispatcher(
            ToolApproval.by(
                    call -> {
                      begun.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                      }
                      return ApprovalAnswer.approve();
                    })
                .within(HeldTimers.HELD)),
        1);
    assertTrue(begun.await(5, TimeUnit.SECONDS));
    timers.fire();
    assertTrue(interrupted.await(5, TimeUnit.SECONDS));
    assertNotApproved("No approval came in time.");
  }

  @Test
  void anApprovalAfterTheEndRunsNothing() throws Exception {
    CompletableFuture<ApprovalAnswer> answer = new CompletableFuture<>();
    CompletableFuture<ApprovalAnswer> given = new CompletableFuture<>();
    var unused = answer.thenAccept(given::complete);
    ToolDispatcher dispatcher =
        dispatcher(
            ToolApproval.byAsync(
                call -> {
                  asked.add(call);
                  return given.minimalCompletionStage();
                }));
    pay(dispatcher, 1);
    asked.take();
    dispatcher.close();
    assertTrue(answer.complete(ApprovalAnswer.approve()));
    dispatcher.settle();

    assertEquals(ToolCallStatus.CANCELLED, record().call().status());
    assertEquals(0, paid.get());
    assertNull(told.replies.poll());
  }

  @Test
  void theEndCancelsWhoIsAsked() throws Exception {
    CompletableFuture<ApprovalAnswer> answer = new CompletableFuture<>();
    ToolDispatcher dispatcher = dispatcher(ToolApproval.byAsync(later(answer)));
    pay(dispatcher, 1);
    asked.take();
    dispatcher.close();
    dispatcher.settle();

    assertThrows(CancellationException.class, () -> answer.get(5, TimeUnit.SECONDS));
    CallRecord record = record();
    assertEquals(ToolCallStatus.CANCELLED, record.call().status());
    assertFalse(record.decision().allowed());
    told.awaitNoWait();
  }

  /** Whoever comes first: many times over, an approval, its deadline, and the end at once. */
  @Test
  void ofAnApprovalItsDeadlineAndTheEndExactlyOneCounts() throws Exception {
    for (int i = 0; i < 300; i++) {
      int before = paid.get();
      CompletableFuture<ApprovalAnswer> answer = new CompletableFuture<>();
      ToolDispatcher dispatcher =
          dispatcher(ToolApproval.byAsync(later(answer)).within(Duration.ofMillis(1)));
      pay(dispatcher, 1);
      CompletableFuture<Boolean> approving =
          CompletableFuture.supplyAsync(() -> answer.complete(ApprovalAnswer.approve()), handlers);
      if (i % 2 == 0) {
        dispatcher.close();
      }
      approving.get(5, TimeUnit.SECONDS);
      if (i % 2 == 1) {
        told.replies.poll(5, TimeUnit.SECONDS);
      }
      dispatcher.close();
      dispatcher.settle();
      CallRecord record = record();
      assertNull(told.records.poll(), "recorded twice");
      assertEquals(1, told.decisions.size());
      assertEquals(told.decisions.take().decision(), record.decision());
      if (paid.get() > before) {
        assertTrue(record.decision().allowed(), "it ran without its approval");
      } else {
        assertFalse(record.call().status() == ToolCallStatus.OK);
      }
      told.awaitNoWait();
      told.replies.clear();
    }
  }

  @Test
  void nobodyIsAskedAboutWhatTheToolWouldNotTake() throws Exception {
    dispatcher(ToolApproval.byAsync(later(new CompletableFuture<>())))
        .dispatch(
            "{\"id\":1,\"tool\":\"pay\",\"args\":{\"amount\":\"x\"}}"
                .getBytes(StandardCharsets.UTF_8));
    assertTrue(reply().contains("INVALID_ARGUMENT"));
    CallRecord record = record();
    assertEquals(ToolCallStatus.DENIED, record.call().status());
    assertFalse(record.decision().allowed());
    assertNull(asked.poll());
    told.awaitNoWait();
  }

  @Test
  void soManyWaitAndTheExcessIsToldSoWhileOtherCallsGoOn() throws Exception {
    List<CompletableFuture<ApprovalAnswer>> answers = new ArrayList<>();
    ToolDispatcher dispatcher =
        dispatcher(
            ToolApproval.byAsync(
                call -> {
                  CompletableFuture<ApprovalAnswer> answer = new CompletableFuture<>();
                  synchronized (answers) {
                    answers.add(answer);
                  }
                  asked.add(call);
                  return answer;
                }),
            ExecutionLimits.builder().parallelToolCalls(2).build());
    for (int id = 1; id <= 3; id++) {
      pay(dispatcher, id);
    }
    assertTrue(reply().startsWith("{\"id\":3,\"error\":{\"code\":\"BUSY\""));
    asked.take();
    asked.take();
    synchronized (answers) {
      answers.get(0).complete(ApprovalAnswer.approve());
      answers.get(1).complete(ApprovalAnswer.approve());
    }
    assertTrue(reply().contains("\"ok\":"));
    assertTrue(reply().contains("\"ok\":"));
    pay(dispatcher, 4);
    assertNotNull(asked.poll(5, TimeUnit.SECONDS), "the place of the first was not given back");
  }

  @Test
  void whatWasApprovedWaitsForItsTurn() throws Exception {
    Deque<Runnable> tasks = new ArrayDeque<>();
    ToolDispatcher dispatcher =
        dispatcher(
            ToolApproval.by(call -> ApprovalAnswer.approve()),
            ExecutionLimits.builder().parallelToolCalls(1).build(),
            tasks::add,
            Runnable::run);
    for (int id = 1; id <= 5; id++) { // one is asked about at a time, while the first waits to run
      pay(dispatcher, id);
      tasks.removeLast().run();
    }
    assertNull(told.replies.poll(), "one was told that there are too many");
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    for (int id = 1; id <= 5; id++) {
      assertEquals("{\"id\":" + id + ",\"ok\":" + 7 * id + "}", reply());
    }
  }

  /** Or a program could have the host keep the arguments of any number of dead calls. */
  @Test
  void whatTimedOutWhileItWaitedIsKeptNoLonger() throws Exception {
    Deque<Runnable> tasks = new ArrayDeque<>();
    BlockingQueue<Runnable> expired = new LinkedBlockingQueue<>();
    ToolDispatcher dispatcher =
        dispatcher(
            ToolApproval.by(call -> ApprovalAnswer.approve()),
            ExecutionLimits.builder()
                .parallelToolCalls(1)
                .toolCallTime(Duration.ofMillis(50))
                .build(),
            tasks::add,
            expired::add);
    for (int id = 1; id <= 3; id++) {
      pay(dispatcher, id);
      tasks.removeLast().run();
    }
    for (int id = 1; id <= 3; id++) {
      while (told.replies.isEmpty()) { // what a call's end has to tell is due among the deadlines
        expired.take().run();
      }
      assertTrue(reply().contains("\"TIMED_OUT\""));
    }
    assertEquals(1, tasks.size());
    tasks.remove().run(); // the turn of the first, which is free again

    assertTrue(tasks.isEmpty(), "a call that was answered got its turn");
  }

  @Test
  void theToolsTimeBeginsWithTheApproval() throws Exception {
    CompletableFuture<ApprovalAnswer> answer = new CompletableFuture<>();
    BlockingQueue<Duration> left = new LinkedBlockingQueue<>();
    Tool<Pay, Integer> slow =
        Tool.ofContextual(
                "pay",
                Pay.class,
                Integer.class,
                (pay, context) -> {
                  left.add(context.remaining());
                  throw new ToolException("X", "x", false);
                })
            .within(HeldTimers.HELD);
    ToolDispatcher dispatcher =
        new ToolDispatcher(
            "x1",
            ExecutionRequest.python("")
                .tools(ToolRegistry.of(slow))
                .policy(ToolPolicy.builder().approval(ToolApproval.byAsync(later(answer))).build())
                .build(),
            handlers,
            Runnable::run,
            timers,
            told);
    pay(dispatcher, 1);
    asked.take();
    assertFalse(timers.holdsAny(), "its deadline runs on meanwhile");
    answer.complete(ApprovalAnswer.approve());
    assertTrue(left.take().toMillis() > 0);
    assertTrue(timers.holdsAny());
    assertTrue(reply().contains("\"X\""));
  }

  @Test
  void anApproverThatIgnoresItsInterruptKeepsItsPlace() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    AtomicInteger asking = new AtomicInteger();
    CountDownLatch first = new CountDownLatch(1);
    ToolDispatcher dispatcher =
        dispatcher(
            ToolApproval.by(
                    call -> {
                      asking.incrementAndGet();
                      first.countDown();
                      awaitUninterruptibly(free);
                      asking.decrementAndGet();
                      return ApprovalAnswer.approve("late");
                    })
                .within(HeldTimers.HELD),
            ExecutionLimits.defaults().toBuilder().parallelToolCalls(1).build());
    pay(dispatcher, 1);
    first.await();
    timers.fire();
    assertNotApproved("No approval came in time.");

    pay(dispatcher, 2);

    String reply = reply();
    assertTrue(reply.contains("\"BUSY\""), reply);
    assertEquals(1, asking.get());
    free.countDown();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // as one does who doesn't know better
      }
    }
  }
}
