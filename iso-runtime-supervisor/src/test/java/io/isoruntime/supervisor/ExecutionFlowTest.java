package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.ScriptedBackend.Init;
import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.spi.Consumption;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The flow against an init that lies, dies, stalls and races. */
@Timeout(300)
class ExecutionFlowTest {
  @TempDir Path root;

  private Runtime runtime(ScriptedBackend backend) {
    return new SupervisedRuntime(
        backend,
        new SupervisorConfig(SandboxProfile.defaults(), Set.of(), root, Optional.empty(), 0));
  }

  private ExecutionResult run(ScriptedBackend backend, ExecutionLimits limits) {
    try (Runtime runtime = runtime(backend)) {
      return runtime.execute(ExecutionRequest.python("pass").limits(limits).build());
    } finally {
      assertEquals(backend.created.get(), backend.destroyed.get(), "sandboxes are left");
    }
  }

  private ExecutionResult run(ScriptedBackend.Script script) {
    return run(new ScriptedBackend(script), ExecutionLimits.defaults());
  }

  private static ErrorCode failure(ExecutionResult result) {
    return assertInstanceOf(Outcome.InfrastructureFailed.class, result.outcome()).problem().code();
  }

  @Test
  void completes() {
    ExecutionResult result =
        run(
            init -> {
              init.start();
              init.send(FrameType.STDOUT, "hello");
              init.send(FrameType.RESULT, "{\"a\":1}");
              init.end();
            });
    assertEquals(new Outcome.Completed(), result.outcome());
    assertEquals("hello", result.stdout().text());
    assertEquals("{\"a\":1}", result.resultJson());
  }

  /** Its deadline may be far away, and its output large. */
  @Test
  void nothingHoldsAnExecutionThatHasEnded() {
    ScriptedBackend backend =
        new ScriptedBackend(
            init -> {
              init.start();
              init.end();
            });
    try (Runtime runtime = runtime(backend)) {
      WeakReference<ExecutionResult> ended =
          new WeakReference<>(runtime.execute(ExecutionRequest.python("pass").build()));
      long until = System.nanoTime() + 20_000_000_000L;
      while (ended.get() != null && System.nanoTime() < until) {
        System.gc();
      }
      assertNull(ended.get());
    }
  }

  @Test
  void believesNoInitWithoutTheToken() {
    AtomicBoolean ran = new AtomicBoolean();
    ExecutionResult result =
        run(
            init -> {
              init.send(FrameType.HELLO, "{\"protocol\":3,\"token\":\"" + "00".repeat(32) + "\"}");
              init.send(FrameType.ATTEST, ScriptedBackend.GoodFacts.JSON);
              init.await(FrameType.RUN);
              ran.set(true);
            });
    assertEquals(ErrorCode.CHANNEL_AUTHENTICATION, failure(result));
    assertFalse(ran.get());
  }

  @Test
  void refusesBeforeAnythingIsSentWhenAControlIsMissing() {
    AtomicBoolean sent = new AtomicBoolean();
    ExecutionResult result =
        run(
            init -> {
              init.hello();
              init.send(
                  FrameType.ATTEST,
                  ScriptedBackend.GoodFacts.JSON.replace(
                      "\"noNewPrivs\":1,\"secc", "\"noNewPrivs\":0,\"secc"));
              init.await(FrameType.INPUT);
              sent.set(true);
            });
    Outcome.Refused refused = assertInstanceOf(Outcome.Refused.class, result.outcome());
    assertTrue(refused.problem().cause().contains("no-new-privileges"));
    assertFalse(sent.get());
  }

  @Test
  void takesAbsentFactsForABrokenChannel() {
    ExecutionResult result =
        run(
            init -> {
              init.hello();
              init.send(
                  FrameType.ATTEST,
                  new String(
                      ScriptedBackend.GoodFacts.without("/executor", "seccompMode"),
                      java.nio.charset.StandardCharsets.UTF_8));
              init.await(FrameType.RUN);
            });
    assertEquals(ErrorCode.CHANNEL_LOST, failure(result));
  }

  @Test
  void tellsWhyASandboxCouldNotBeBuilt() {
    ExecutionResult result =
        run(
            init ->
                init.send(
                    FrameType.FAILED,
                    "{\"code\":\"ISO-USER-NAMESPACES-BLOCKED\",\"message\":\"unshare: denied\",\"remedy\":\"Allow it.\"}"));
    Outcome.Refused refused = assertInstanceOf(Outcome.Refused.class, result.outcome());
    assertEquals(ErrorCode.USER_NAMESPACES_BLOCKED, refused.problem().code());
    assertEquals("Allow it.", refused.problem().remedy());
  }

  @Test
  void neverTakesALostSandboxForACompletedOne() {
    ScriptedBackend.Script[] deaths = {
      init -> {},
      init -> init.hello(),
      Init::start,
      init -> {
        init.start();
        init.send(FrameType.END, "{\"kind\":\"completed\"}");
      },
      init -> {
        init.start();
        init.sendRaw((byte) 0, (byte) 0);
      },
      init -> {
        init.start();
        init.sendRaw((byte) 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 4);
        init.await(FrameType.BYE);
      },
      init -> {
        init.start();
        init.send(FrameType.FILE, "{\"path\":\"x\",\"size\":1}");
        init.await(FrameType.BYE);
      },
    };
    for (ScriptedBackend.Script death : deaths) {
      assertEquals(ErrorCode.CHANNEL_LOST, failure(run(death)));
    }
  }

  @Test
  void keepsTheVerdictWhenTheCollectionIsLost() {
    ExecutionResult result =
        run(
            init -> {
              init.start();
              init.exit();
              init.send(FrameType.EMPTY, "{}");
              init.send(FrameType.FILE, "{\"path\":\"half\",\"size\":10}");
              init.send(FrameType.FILE_DATA, "12345");
            });
    assertEquals(new Outcome.Completed(), result.outcome());
    assertTrue(result.artifacts().isEmpty());
    assertFalse(Files.exists(result.workspace().resolve("out/files/half")));
  }

  @Test
  void killsFromOutsideAnInitThatDoesNotProveItsSandboxEmpty() {
    long begun = System.nanoTime();
    ExecutionResult result =
        run(
            new ScriptedBackend(
                init -> {
                  init.start();
                  init.await(FrameType.BYE); // ignores KILL
                }),
            ExecutionLimits.builder().wallTime(Duration.ofMillis(50)).build());
    assertInstanceOf(Outcome.TimedOut.class, result.outcome());
    assertTrue(System.nanoTime() - begun < 5_000_000_000L);
  }

  @Test
  void endsAStartThatTakesTooLong() {
    ExecutionResult result =
        run(
            new ScriptedBackend(
                init -> {
                  init.hello();
                  init.await(FrameType.BYE); // never attests
                }),
            ExecutionLimits.builder().startTime(Duration.ofMillis(50)).build());
    assertEquals(ErrorCode.SANDBOX_START_TIMEOUT, failure(result));
  }

  @Test
  void endsAProgramThatTheKernelOrTheClockCountsOut() {
    for (Limit limit : new Limit[] {Limit.MEMORY, Limit.CPU}) {
      ScriptedBackend backend =
          new ScriptedBackend(
              init -> {
                init.start();
                init.await(FrameType.KILL);
                init.send(FrameType.EXITED, "{\"code\":null,\"signal\":9,\"deadline\":false}");
                init.collected();
              });
      backend.consumption =
          new Consumption(
              Optional.of(Duration.ofSeconds(limit == Limit.CPU ? 2 : 0)),
              OptionalLong.of(1),
              limit == Limit.MEMORY ? 1 : 0,
              0);
      ExecutionResult result =
          run(backend, ExecutionLimits.builder().cpuTime(Duration.ofSeconds(1)).build());
      assertEquals(new Outcome.LimitExceeded(limit), result.outcome());
    }
  }

  @Test
  void endsAProgramThatWritesToTheToolPipe() {
    ExecutionResult result =
        run(
            init -> {
              init.start();
              init.send(FrameType.CALL, "garbage");
              init.await(FrameType.KILL);
              init.send(FrameType.EXITED, "{\"code\":null,\"signal\":9,\"deadline\":false}");
              init.collected();
            });
    Outcome.CodeFailed failed = assertInstanceOf(Outcome.CodeFailed.class, result.outcome());
    assertEquals(ErrorCode.TOOL_PROTOCOL, failed.error().code());
  }

  @Test
  void writesNothingAfterAFullDisk() throws IOException {
    Path file = Files.createFile(root.resolve("plain"));
    Runtime runtime =
        new SupervisedRuntime(
            new ScriptedBackend(Init::start),
            new SupervisorConfig(SandboxProfile.defaults(), Set.of(), file, Optional.empty(), 0));
    io.isoruntime.IsoException refusal =
        org.junit.jupiter.api.Assertions.assertThrows(
            io.isoruntime.IsoException.class, runtime::openWorkspace);
    assertEquals(ErrorCode.WORKSPACE_UNUSABLE, refusal.problem().code());
    runtime.close();
  }
}
