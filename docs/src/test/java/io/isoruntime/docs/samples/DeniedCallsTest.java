package io.isoruntime.docs.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.isoruntime.ApprovalAnswer;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.LedgerEntry;
import io.isoruntime.Runtime;
import io.isoruntime.ToolApproval;
import io.isoruntime.ToolPolicy;
import io.isoruntime.supervisor.ledger.LedgerReader;
import io.isoruntime.supervisor.ledger.LedgerVerifier;
import io.isoruntime.toolhost.ToolHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policy, tool host and ledger together. */
@Tag("host")
class DeniedCallsTest {
  @TempDir Path root;

  @Test
  void theDeniedTheOverBudgetTheUnapprovedAndTheCrashedToolAreFourErrorsAndInTheLedger()
      throws Exception {
    Path bundle = Files.createDirectories(root.resolve("bundle"));
    Files.writeString(
        bundle.resolve("shop.py"),
        """
        import os, signal

        def secret() -> str:
            return "secret"

        def cheap() -> str:
            return "cheap"

        def pay() -> str:
            return "paid"

        def crash() -> str:
            os.kill(os.getpid(), signal.SIGSEGV)
        """);
    try (ToolHost host = ToolHost.builder().bundles(bundle).build();
        Runtime runtime = Sandboxes.builder(Files.createDirectories(root.resolve("w"))).build()) {
      ExecutionResult result =
          runtime.execute(
              ExecutionRequest.python(
                      """
                      from tools import ToolError, bundle
                      shop = bundle.shop
                      print(shop.cheap())
                      for tool in shop.secret, shop.cheap, shop.pay, shop.crash:
                          try:
                              tool()
                          except ToolError as error:
                              print(error.code)
                      """)
                  .tools(host.registry())
                  .policy(
                      ToolPolicy.builder()
                          .allow("bundle.shop.cheap", "bundle.shop.pay", "bundle.shop.crash")
                          .maxCalls("bundle.shop.cheap", 1)
                          .approval(
                              ToolApproval.by(call -> ApprovalAnswer.deny("No."))
                                  .of("bundle.shop.pay"))
                          .build())
                  .build());

      assertEquals(
          "cheap\nDENIED\nOVER_BUDGET\nNOT_APPROVED\nTOOL_CRASHED\n",
          result.stdout().text(),
          () -> result + result.stderr().text());
      Path out = result.workspace().resolve("out");
      assertNull(LedgerVerifier.records(out).fault());
      assertEquals(
          List.of("DENIED", "OVER_BUDGET", "NOT_APPROVED", "TOOL_CRASHED"),
          LedgerReader.entries(out.resolve("calls")).stream()
              .map(LedgerEntry::error)
              .filter(Map.class::isInstance)
              .map(error -> ((Map<?, ?>) error).get("code"))
              .toList());
    }
  }
}
