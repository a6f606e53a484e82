package embedder;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import io.isoruntime.subprocess.SubprocessRuntime;
import java.time.Duration;

/** A service in small: one tool, one program that calls it. */
public final class Main {
  /** The tool's arguments. */
  public record Order(String item, int count) {}

  private Main() {}

  /** Exits with 0 if the program came back with what the tool had told it. */
  public static void main(String[] args) {
    ToolRegistry tools =
        ToolRegistry.of(Tool.of("price", Order.class, Integer.class, order -> order.count() * 3));
    String code =
        """
        from iso import set_result
        from tools import price

        set_result(price("apple", 14))
        """;
    try (Runtime runtime = SubprocessRuntime.builder().build()) {
      Workspace workspace = runtime.openWorkspace();
      ExecutionResult result =
          runtime.execute(
              ExecutionRequest.python(code)
                  .in(workspace)
                  .tools(tools)
                  .timeout(Duration.ofSeconds(30))
                  .build());
      workspace.delete();
      System.out.println(result.outcome() + ", result " + result.resultJson());
      if (!"42".equals(result.resultJson())) {
        System.exit(1);
      }
    }
  }
}
