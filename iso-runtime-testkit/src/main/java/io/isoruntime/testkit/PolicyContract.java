package io.isoruntime.testkit;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ApprovalAnswer;
import io.isoruntime.DecidedCall;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionListener;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.LedgerEntry;
import io.isoruntime.Tool;
import io.isoruntime.ToolApproval;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolPolicy;
import io.isoruntime.ToolRedaction;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.ledger.LedgerFault;
import io.isoruntime.supervisor.ledger.LedgerReader;
import io.isoruntime.supervisor.ledger.LedgerReport;
import io.isoruntime.supervisor.ledger.LedgerVerifier;
import io.isoruntime.testkit.FakeTools.NoArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a policy lets through, and what the ledger keeps of it. */
public interface PolicyContract extends ContractSubject {

  /** Arguments of a tool with a secret. */
  record Login(String user, String password) {}

  private static Tool<NoArguments, String> tool(String name) {
    return Tool.of(name, NoArguments.class, String.class, none -> name);
  }

  private static List<LedgerEntry> ledger(ExecutionResult result) throws IOException {
    LedgerReport report = LedgerVerifier.records(result.workspace().resolve("out"));
    assertTrue(report.isIntact(), () -> String.valueOf(report.fault()));
    assertEquals(result.ledger().head(), report.head());
    assertEquals(result.ledger().entries(), report.entries());
    return LedgerReader.entries(result.workspace().resolve("out/calls"));
  }

  @Test
  default void whatIsDeniedOverBudgetNotApprovedAndBrokenAreFourErrorsAndAllInTheLedger()
      throws Exception {
    ExecutionResult result =
        run(
            ExecutionRequest.python(
                    """
                    import tools
                    tools.cheap()
                    for tool in tools.secret, tools.cheap, tools.pay, tools.broken:
                        try:
                            tool()
                        except tools.ToolError as error:
                            print(error.code)
                    """)
                .tools(
                    ToolRegistry.of(
                        tool("secret"),
                        tool("cheap"),
                        tool("pay"),
                        FakeTools.broken("broken", new IllegalStateException("secret-7"))))
                .policy(
                    ToolPolicy.builder()
                        .allow("cheap", "pay", "broken")
                        .maxCalls("cheap", 1)
                        .approval(
                            ToolApproval.by(call -> ApprovalAnswer.deny("Not today.")).of("pay"))
                        .build()));

    Expect.printed("DENIED\nOVER_BUDGET\nNOT_APPROVED\nFAILED\n", result);
    List<LedgerEntry> entries = ledger(result);
    assertEquals(
        List.of("cheap", "secret", "cheap", "pay", "broken"),
        entries.stream().map(LedgerEntry::tool).toList());
    assertEquals(
        List.of("", "DENIED", "OVER_BUDGET", "NOT_APPROVED", ""),
        entries.stream().map(entry -> entry.decision().code().orElse("")).toList());
    assertEquals("Not today.", entries.get(3).decision().reason());
    assertEquals(ToolCallStatus.FAILED, entries.get(4).status());
    assertEquals("FAILED", Expect.map(entries.get(4).error()).get("code"));
  }

  @Test
  default void anEmptyListDeniesEverything() {
    Expect.printed(
        "DENIED\n",
        run(
            ExecutionRequest.python(
                    """
                    import tools
                    try:
                        tools.add(1, 2)
                    except tools.ToolError as error:
                        print(error.code)
                    """)
                .tools(ToolRegistry.of(ContractTools.add()))
                .policy(ToolPolicy.builder().allow().build())));
  }

  @Test
  default void aSecretReachesTheToolAndNothingThatIsKeptOrTold() throws Exception {
    RecordingTool<Login, String> login =
        FakeTools.recording(
            "login", Login.class, String.class, given -> "token " + given.password());
    List<Object> told = new CopyOnWriteArrayList<>();

    ExecutionResult result =
        run(
            ExecutionRequest.python(
                    """
                    import tools
                    assert tools.login("ann", password="hunter2") == "token hunter2"
                    """)
                .tools(ToolRegistry.of(login.tool()))
                .policy(
                    ToolPolicy.builder()
                        .redaction(ToolRedaction.ofKeys("password").andPointers("/result"))
                        .build())
                .listener(
                    new ExecutionListener() {
                      @Override
                      public void decided(DecidedCall call) {
                        told.add(call);
                      }

                      @Override
                      public void ended(LedgerEntry entry) {
                        told.add(entry);
                      }
                    }));

    Expect.completed(result);
    assertEquals(List.of(new Login("ann", "hunter2")), login.calls());
    assertEquals(2, told.size(), told::toString);
    LedgerEntry entry = ledger(result).get(0);
    assertEquals(entry, told.get(1));
    assertEquals("ann", Expect.map(entry.arguments()).get("user"));
    assertFalse(told.toString().contains("hunter2"), told::toString);
    String kept = Files.readString(result.workspace().resolve("out/calls/0001-login.json"));
    assertFalse(kept.contains("hunter2"), kept);
    assertTrue(kept.contains("hmacSha256"), kept);
    assertFalse(kept.contains("\"sha256\""), kept);
  }

  @Test
  default void callsBeyondTheLimitAreCounted() throws Exception {
    ExecutionResult result =
        run(
            ExecutionRequest.python(
                    """
                    import tools
                    for i in range(7):
                        try:
                            tools.add(i, 0)
                        except tools.ToolError as error:
                            print(error.code)
                    """)
                .tools(ToolRegistry.of(ContractTools.add()))
                .limits(ExecutionLimits.builder().toolCalls(5).build()));

    Expect.printed("TOO_MANY_CALLS\nTOO_MANY_CALLS\n", result);
    assertEquals(5, ledger(result).size());
    assertEquals(2, result.ledger().refused());
  }

  @Test
  default void aChangedLedgerIsFound() throws Exception {
    ExecutionResult result =
        run("from tools import add\nadd(1, 2)\nadd(3, 4)", ToolRegistry.of(ContractTools.add()));
    Path first = result.workspace().resolve("out/calls/0001-add.json");
    assertEquals(2, ledger(result).size());
    Files.writeString(first, Files.readString(first).replace("\"a\":1", "\"a\":9"));

    LedgerReport report = LedgerVerifier.records(result.workspace().resolve("out"));
    LedgerFault fault = requireNonNull(report.fault());
    assertEquals(1, fault.entry());
    assertEquals("changed", fault.reason());
  }

  @Test
  default void aRecordingIsReplayedWithoutTheTools() throws Exception {
    String code =
        """
        import tools
        print(tools.orders.search("Ann", limit=3), tools.blob(3))
        try:
            tools.buy()
        except tools.ToolError as error:
            print(error.code, error.message, error.retryable)
        """;
    Tool<?, ?> buy =
        FakeTools.failing("buy", new io.isoruntime.ToolException("NO_STOCK", "Sold out.", true));
    ToolRegistry tools = ToolRegistry.of(ContractTools.search(), ContractTools.blob(), buy);
    ExecutionResult recorded = run(code, tools);
    Expect.completed(recorded);
    Path saved = temporaryDirectory().resolve("recording");
    ToolReplay.save(recorded, saved);

    ToolReplay replay = ToolReplay.of(saved);
    ExecutionResult replayed = run(code, replay.over(defunct(tools)));

    Expect.printed(recorded.stdout().text(), replayed);
    replay.assertFollowed();
    ToolReplay again = ToolReplay.of(saved);
    run(code.replace("limit=3", "limit=4").replace("tools.buy()", "pass"), again.over(tools));
    String diverged = String.valueOf(assertThrows(AssertionError.class, again::assertFollowed));
    String expected =
        "call 1: expected orders.search{\"text\":\"Ann\",\"limit\":3},"
            + " got orders.search{\"text\":\"Ann\",\"limit\":4}";
    assertTrue(diverged.contains(expected), diverged);
    assertTrue(diverged.contains("call 3: expected buy{}, got none"), diverged);
  }

  /** The same declarations, behind which is nothing. */
  private static ToolRegistry defunct(ToolRegistry tools) {
    ToolRegistry.Builder builder = ToolRegistry.builder();
    tools
        .tools()
        .forEach(
            tool ->
                builder.add(
                    tool.answeredBy(
                        (arguments, context) -> {
                          throw new AssertionError("a tool was called");
                        })));
    return builder.build();
  }

  @Test
  default void aRecordingThatWithholdsSomethingIsNotReplayed() {
    ExecutionResult result =
        run(
            ExecutionRequest.python("from tools import add\nadd(1, 2)")
                .tools(ToolRegistry.of(ContractTools.add()))
                .policy(ToolPolicy.builder().redaction(ToolRedaction.ofKeys("a")).build()));

    Expect.code(ErrorCode.LEDGER_UNUSABLE, () -> ToolReplay.of(result.workspace()));
  }
}
