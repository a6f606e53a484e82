package io.isoruntime.docs.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.isoruntime.CodeFinding;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.Tool;
import io.isoruntime.ToolDescription;
import io.isoruntime.ToolException;
import io.isoruntime.ToolHint;
import io.isoruntime.ToolMethod;
import io.isoruntime.ToolParam;
import io.isoruntime.ToolRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class ToolsTest {
  @TempDir Path root;

  // begin records
  /** Arguments: {@code orders.search(customer, limit=...)} in Python. */
  public record OrderQuery(String customer, Optional<Integer> limit) {}

  /** What it answers: a dictionary in Python. */
  public record Order(long id, String customer, double total) {}

  static List<Order> search(OrderQuery query) {
    if (query.customer().isBlank()) {
      throw new ToolException("NO_CUSTOMER", "Name a customer.", false);
    }
    return List.of(new Order(7, query.customer(), 12.5)).subList(0, query.limit().orElse(1));
  }

  // end records

  @Test
  @SuppressWarnings("rawtypes")
  void typed() {
    // begin tool
    Tool<OrderQuery, List> search =
        Tool.of("orders.search", OrderQuery.class, List.class, ToolsTest::search)
            .describedAs("Finds orders by customer.")
            .hinted(ToolHint.READ_ONLY)
            .within(Duration.ofSeconds(5));
    ToolRegistry tools = ToolRegistry.of(search);
    // end tool
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      String code =
          """
          # begin python
          from tools import ToolError, orders

          print(orders.search("Ann")[0]["total"])
          print(len(orders.search(customer="Ann", limit=0)))
          try:
              orders.search(" ")
          except ToolError as error:
              print(error.code, error.message, error.retryable)
          # end python
          """;
      ExecutionResult result = runtime.execute(ExecutionRequest.python(code).tools(tools).build());
      assertEquals(
          "12.5\n0\nNO_CUSTOMER Name a customer. False\n",
          result.stdout().text(),
          result.stderr()::text);
      assertEquals(3, result.toolCalls().size());
    }
  }

  /** No arguments. */
  public record Nothing() {}

  @Test
  @SuppressWarnings("rawtypes")
  void checked() {
    Tool<OrderQuery, List> search =
        Tool.of("orders.search", OrderQuery.class, List.class, ToolsTest::search);
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      // begin check
      List<CodeFinding> findings =
          runtime.check(
              """
              from tools import orders
              print(orders.search(custmer="Ann", limit="3"))
              """,
              ToolRegistry.of(search));
      String forTheModel =
          findings.stream().map(CodeFinding::text).collect(Collectors.joining("\n"));
      // end check
      String signature =
          "Its signature: orders.search(customer: str, limit: int | None = None) -> list[Any]";
      assertEquals(
          "2:21 UNKNOWN_ARGUMENT: orders.search() has no argument 'custmer'. Did you mean"
              + " 'customer'? "
              + signature
              + "\n2:42 WRONG_ARGUMENT: orders.search(): argument 'limit' must be int | None, not"
              + " str. "
              + signature,
          forTheModel);
    }
  }

  @Test
  void contextual() {
    // begin contextual
    Tool<Nothing, String> whoami =
        Tool.ofContextual(
            "whoami",
            Nothing.class,
            String.class,
            (arguments, context) -> (String) context.attributes().get("user"));

    ExecutionRequest request =
        ExecutionRequest.python("from tools import whoami\nprint(whoami())")
            .tools(ToolRegistry.of(whoami))
            .attributes(Map.of("user", "ann"))
            .build();
    // end contextual
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      assertEquals("ann\n", runtime.execute(request).stdout().text());
    }
  }

  /** A page to fetch. */
  public record Page(String path) {}

  static CompletableFuture<String> fetch(String path) {
    return CompletableFuture.supplyAsync(() -> "<h1>" + path + "</h1>");
  }

  @Test
  void async() {
    // begin async
    Tool<Page, String> page =
        Tool.ofAsync(
            "page", Page.class, String.class, (arguments, context) -> fetch(arguments.path()));
    // end async
    String code =
        """
        # begin gather
        import asyncio
        from tools import page

        async def main():
            pages = await asyncio.gather(*(page.aio(f"/{i}") for i in range(20)))
            print(len(pages), pages[3])

        asyncio.run(main())
        # end gather
        """;
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      ExecutionResult result =
          runtime.execute(ExecutionRequest.python(code).tools(ToolRegistry.of(page)).build());
      assertEquals("20 <h1>/3</h1>\n", result.stdout().text(), result.stderr()::text);
    }
  }

  // begin scan
  /** Its annotated methods are tools. */
  public static final class Stock {
    @ToolMethod(value = "stock.count", description = "How many are left.", raises = "NO_ARTICLE")
    public int count(@ToolParam(description = "Its number.") long article) {
      if (article < 0) {
        throw new ToolException("NO_ARTICLE", "There is no article " + article + ".", false);
      }
      return 12;
    }
  }

  // end scan

  @Test
  void scanned() {
    ToolRegistry tools = ToolRegistry.builder().scan(new Stock()).build();
    String code =
        """
        import tools
        print(tools.stock.count(article=7))
        try:
            tools.stock.count(-1)
        except tools.NoArticle as error:
            print(error.message)
        """;
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      ExecutionResult result = runtime.execute(ExecutionRequest.python(code).tools(tools).build());
      assertEquals("12\nThere is no article -1.\n", result.stdout().text(), result.stderr()::text);
    }
  }

  @Test
  void schema() {
    // begin schema
    Tool<Map<String, Object>, Object> greet =
        Tool.ofSchema(
            "greet",
            """
            {"type": "object", "required": ["name"], "additionalProperties": false,
             "properties": {"name": {"type": "string", "minLength": 1},
                            "times": {"type": "integer", "default": 1}}}
            """,
            "{\"type\": \"string\"}",
            (arguments, context) ->
                CompletableFuture.completedFuture(
                    "Hello " + arguments.get("name") + " x" + arguments.get("times")));
    // end schema
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      ExecutionResult result =
          runtime.execute(
              ExecutionRequest.python("from tools import greet\nprint(greet('Ann'))")
                  .tools(ToolRegistry.of(greet))
                  .build());
      assertEquals("Hello Ann x1\n", result.stdout().text(), result.stderr()::text);
    }
  }

  @Test
  void shownToAModel() {
    ToolRegistry tools =
        ToolRegistry.builder()
            .add(
                Tool.of("orders.search", OrderQuery.class, List.class, ToolsTest::search)
                    .describedAs("Finds orders by customer."))
            .scan(new Stock())
            .build();
    String task = "What did Ann order last?";
    // begin describe
    ToolRegistry likely = tools.search(task, 8);
    String prompt =
        task
            + "\n\nAnswer by a Python program. The tools that fit best, from the module tools:\n\n"
            + likely.describe(ToolDescription.COMPACT)
            + "\niso.find_tools(words) lists others; help(tool) tells more of one.\n";
    // end describe
    assertEquals(
        """
        What did Ann order last?

        Answer by a Python program. The tools that fit best, from the module tools:

        orders.search(customer: str, limit: int | None = None) -> list[Any]  # Finds orders by customer.

        iso.find_tools(words) lists others; help(tool) tells more of one.
        """,
        prompt);
    String code =
        """
        # begin discover
        import iso
        import tools

        for line in iso.find_tools("how many of an article", limit=3):
            print(line)
        print(tools.stock.count(article=7))
        # end discover
        """;
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      ExecutionResult result = runtime.execute(ExecutionRequest.python(code).tools(tools).build());
      assertEquals(
          tools.search("how many of an article", 3).describe(ToolDescription.COMPACT) + "12\n",
          result.stdout().text(),
          result.stderr()::text);
    }
  }
}
