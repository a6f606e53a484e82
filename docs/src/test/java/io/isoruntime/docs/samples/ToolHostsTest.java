package io.isoruntime.docs.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Runtime;
import io.isoruntime.docker.DockerPlacement;
import io.isoruntime.subprocess.SubprocessRuntime;
import io.isoruntime.toolhost.ToolHost;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class ToolHostsTest {
  private static final String BUNDLE =
      """
      # begin bundle
      "Orders of the shop."

      import os
      from datetime import date
      from decimal import Decimal
      from typing import Literal, Optional, TypedDict

      class Order(TypedDict):
          id: int
          day: date
          total: Decimal

      def search(
          customer: str, state: Literal["open", "paid"] = "open", limit: Optional[int] = None
      ) -> list[Order]:
          "Finds orders by customer."
          _connect(os.environ["SHOP_TOKEN"])
          return [{"id": 7, "day": date(2024, 5, 1), "total": Decimal("12.50")}][:limit]

      async def cancel(order: int) -> None:
          "Cancels an order."
          raise ShopError(f"Order {order} is paid.")

      class ShopError(Exception):
          code = "ORDER_PAID"
          retryable = False

      def _connect(token: str) -> None:
          "Not a tool: its name begins with an underscore."
      # end bundle
      """;

  private static final String PROGRAM =
      """
      # begin program
      from tools import ToolError, shop

      print(shop.orders.search("Ann", state="paid")[0]["total"] * 2)
      try:
          shop.orders.cancel(7)
      except ToolError as error:
          print(error.code, error.message)
      # end program
      """;

  @TempDir Path root;

  /** The page's own lines; its directory is not there. */
  static void shop(String program, String token) {
    // begin host
    try (ToolHost host =
            ToolHost.builder()
                .bundles(Path.of("/srv/bundles/shop"))
                .environment("SHOP_TOKEN", token)
                .passEnvironment("AWS_*", "NO_PROXY")
                .build();
        Runtime runtime = SubprocessRuntime.builder().build()) {
      ExecutionResult result =
          runtime.execute(ExecutionRequest.python(program).tools(host.registry()).build());
      System.out.println(result.outcome());
    }
    // end host
  }

  @Test
  void theProgramCallsTheBundle() throws Exception {
    Path bundle = Files.createDirectories(root.resolve("shop"));
    Files.writeString(bundle.resolve("orders.py"), BUNDLE);
    try (ToolHost host =
            ToolHost.builder().bundles(bundle).environment("SHOP_TOKEN", "secret").build();
        Runtime runtime = Sandboxes.builder(root).build()) {
      ExecutionResult result =
          runtime.execute(ExecutionRequest.python(PROGRAM).tools(host.registry()).build());
      assertEquals(
          "25.00\nORDER_PAID Order 7 is paid.\n", result.stdout().text(), result.stderr()::text);
    }
    IsoException absent = assertThrows(IsoException.class, () -> shop(PROGRAM, "secret"));
    assertEquals(ErrorCode.TOOL_BUNDLE_INVALID, absent.problem().code());
  }

  @Test
  void placementsAreChosenByBundleAndModule() {
    // begin docker
    ToolHost.Builder builder =
        ToolHost.builder()
            .placement(
                DockerPlacement.builder().image("py-code-exec:latest").network("bridge").build())
            .bundles(Path.of("/bundles/shop"), Path.of("/bundles/weather"))
            .bundle(Path.of("/bundles/reports"), ToolHost.subprocess())
            .module(Path.of("/bundles/shop"), "billing", DockerPlacement.builder().build())
            .passEnvironment("AWS_*", "NO_PROXY");
    // end docker
    IsoException absent = assertThrows(IsoException.class, builder::build);
    assertEquals(ErrorCode.TOOL_BUNDLE_INVALID, absent.problem().code());
  }
}
