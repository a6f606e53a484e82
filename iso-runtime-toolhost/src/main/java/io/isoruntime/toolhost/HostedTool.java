package io.isoruntime.toolhost;

import io.isoruntime.AsyncToolFunction;
import io.isoruntime.Tool;
import io.isoruntime.ToolContext;
import io.isoruntime.ToolException;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.tools.ToolValues;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A function of a bundle, called in its tool host. Thread-safe. */
final class HostedTool
    implements AsyncToolFunction<Map<String, @Nullable Object>, @Nullable Object> {
  /** Arguments come in frames of half the size, and may be longer here by their escapes. */
  private static final int MAX_REQUEST = 31 * 1024 * 1024;

  private final String name;
  private final RestartingHost host;

  private HostedTool(String name, RestartingHost host) {
    this.name = name;
    this.host = host;
  }

  /** It as a tool of a registry. */
  static Tool<?, ?> of(Catalog.Entry entry, RestartingHost host) {
    return Tool.ofSchema(
            entry.name(),
            entry.inputSchema(),
            entry.outputSchema(),
            new HostedTool(entry.name(), host))
        .describedAs(entry.description());
  }

  @Override
  public CompletionStage<@Nullable Object> call(
      Map<String, @Nullable Object> arguments, ToolContext context) throws IOException {
    byte[] request =
        ToolValues.encode(Json.object("tool", name, "arguments", arguments), MAX_REQUEST);
    CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
    var unused =
        host.call(name, request, context)
            .whenComplete(
                (result, failure) -> {
                  if (failure != null) {
                    answer.completeExceptionally(failure);
                  } else {
                    complete(answer, result);
                  }
                });
    return answer;
  }

  private static void complete(CompletableFuture<@Nullable Object> answer, byte[] result) {
    try {
      answer.complete(ToolValues.decode(result));
    } catch (IOException e) {
      answer.completeExceptionally(
          new ToolException(
              "RESULT_INVALID", "The tool's result can't be read: " + e.getMessage() + ".", false));
    }
  }
}
