package io.isoruntime.docs.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.subprocess.SubprocessRuntime;
import io.isoruntime.testkit.FakeProgram;
import io.isoruntime.testkit.FakeRuntime;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class GettingStartedTest {
  @TempDir Path root;
  private Runtime runtime;

  @BeforeEach
  void open() {
    runtime = Sandboxes.builder(root).build();
  }

  @AfterEach
  void close() {
    runtime.close();
  }

  @Test
  void first() {
    // begin first
    ExecutionResult result =
        runtime.execute(
            ExecutionRequest.python(
                    """
                    from iso import set_result
                    print("hello")
                    set_result({"answer": 6 * 7})
                    """)
                .build());

    result.isCompleted(); // true
    result.stdout().text(); // "hello\n"
    result.resultJson(); // {"answer":42}
    // end first
    assertTrue(result.isCompleted());
    assertEquals("hello\n", result.stdout().text());
    assertEquals("{\"answer\":42}", result.resultJson());
  }

  // begin printer
  /** Collects what the program writes, while it runs. */
  static final class Console implements Flow.Subscriber<ExecutionEvent> {
    final StringBuilder text = new StringBuilder();
    final CompletableFuture<Void> end = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ExecutionEvent event) {
      if (event instanceof ExecutionEvent.Output output) {
        text.append(output.text());
      } else if (event instanceof ExecutionEvent.Dropped dropped) {
        text.append("[" + dropped.count() + " events were lost]");
      }
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      end.complete(null);
    }
  }

  // end printer

  @Test
  void events() {
    // begin events
    Execution execution = runtime.start(ExecutionRequest.python("print('hello')").build());
    Console console = new Console();
    execution.events().subscribe(console);

    ExecutionResult result = execution.result().toCompletableFuture().join(); // or cancel()
    // end events
    console.end.join();
    assertEquals("hello\n", console.text.toString());
    assertTrue(result.isCompleted());
  }

  @Test
  void configuration() {
    Path workspaces = root;
    // begin configuration
    SandboxProfile profile =
        SandboxProfile.builder()
            .memoryBytes(1L << 30) // files in the sandbox count as well
            .processes(32)
            .cpus(2)
            .preloads("numpy") // imported before the program's clock starts
            .build();

    try (Runtime runtime =
        SubprocessRuntime.builder()
            .interpreter("/usr/bin/python3") // or the Python of a virtual environment
            .profile(profile)
            .workspaceRoot(workspaces)
            .build()) {
      runtime.execute(ExecutionRequest.python("print('ready')").build());
    }
    // end configuration
    assertEquals(32, profile.processes());
  }

  @Test
  @EnabledIfSystemProperty(named = "user.name", matches = "root")
  void warm() {
    // begin warm
    ExecutionResult result;
    try (Runtime runtime =
        SubprocessRuntime.builder()
            .preload("json")
            .warmSandboxes(2) // by default none: each is an idle interpreter
            .build()) {
      result = runtime.execute(ExecutionRequest.python("print('at once')").build());
    }
    // end warm
    runtime.openWorkspace(result.workspace()).delete();
    assertEquals("at once\n", result.stdout().text());
  }

  @Test
  void fake(@TempDir Path tempDir) {
    // begin fake
    FakeRuntime runtime =
        FakeRuntime.in(tempDir)
            .when(
                request -> request.code().contains("plot"),
                FakeProgram.raising("ModuleNotFoundError", "No module named 'matplotlib'", 1))
            .otherwise(FakeProgram.returning("42"));

    ExecutionResult result = runtime.execute(ExecutionRequest.python("print(6 * 7)").build());

    assertEquals("42", result.result());
    assertEquals(1, runtime.requests().size());
    // end fake
    assertTrue(!runtime.execute(ExecutionRequest.python("plot()").build()).isCompleted());
  }
}
