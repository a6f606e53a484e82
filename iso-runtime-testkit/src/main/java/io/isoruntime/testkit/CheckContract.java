package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.CodeFinding;
import io.isoruntime.CodeFinding.Code;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.testkit.FakeTools.NoArguments;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Programs are compared with their tools before they run. */
public interface CheckContract extends ContractSubject {

  @Test
  default void aRightProgramHasNoFinding() {
    assertEquals(
        List.of(),
        found(
            """
            import asyncio
            from tools import add, orders
            search = orders.search
            print(add(1, b=2), search("Ann", limit=3), asyncio.run(add.aio(1, 2)))
            """));
  }

  @Test
  default void mistakesAreFoundInOrderWithTheirPlaceAndARemedy() {
    List<CodeFinding> findings =
        found(
            """
            from tools import add, orders
            print(orders.serch("Ann"))
            orders.search("Ann", lmit=3)
            add(1)
            add(1, "2"); add(1, 2, 3)
            """);

    assertEquals(
        List.of(
            "2:14 UNKNOWN_TOOL",
            "3:22 UNKNOWN_ARGUMENT",
            "4:1 MISSING_ARGUMENT",
            "5:8 WRONG_ARGUMENT",
            "5:24 TOO_MANY_ARGUMENTS"),
        findings.stream()
            .map(each -> each.line() + ":" + each.column() + " " + each.code())
            .toList());
    assertTrue(findings.get(0).remedy().contains("orders.search"), findings.get(0)::text);
    assertTrue(findings.get(1).remedy().contains("'limit'"), findings.get(1)::text);
    assertEquals("add() lacks 'b'.", findings.get(2).message());
    assertEquals("add(): argument 'b' must be int, not str.", findings.get(3).message());
    assertTrue(findings.get(4).remedy().contains("add(a: int, b: int)"), findings.get(4)::text);
    assertThrows(UnsupportedOperationException.class, findings::clear);
  }

  @Test
  default void whatIsNoPythonIsTold() {
    List<CodeFinding> findings = found("x = 1\ny = = 2\n");

    assertEquals(1, findings.size());
    assertEquals(Code.SYNTAX_ERROR, findings.get(0).code());
    assertEquals(2, findings.get(0).line());
  }

  @Test
  default void aProgramIsNotRunByItsCheck() {
    AtomicInteger calls = new AtomicInteger();
    Tool<NoArguments, Integer> count =
        Tool.of("count", NoArguments.class, Integer.class, none -> calls.incrementAndGet());

    assertEquals(
        List.of(),
        shared()
            .check(
                "from tools import count\ncount()\nwhile True:\n    pass\n",
                ToolRegistry.of(count)));

    assertEquals(0, calls.get());
  }

  /** Sources that are to break the checker. */
  private static Stream<String> hostileSources() {
    return Stream.of(
        "(".repeat(100_000) + ")".repeat(100_000),
        "-".repeat(500_000) + "1",
        "[".repeat(100) + "]".repeat(100) + "\n" + "a.".repeat(200_000) + "a",
        "x = '\0'",
        "# coding: nonsense\n",
        "if 1:\n".repeat(100_000),
        "print(1)\n".repeat(200_000),
        "a" + ",a".repeat(10_000) + "=",
        "import sys; sys.exit(0)\n\ud800 = 1",
        "f(" + "lambda:".repeat(50_000) + "0)");
  }

  @Test
  default void aHostileSourceIsAFindingAndNeverNone() {
    hostileSources()
        .forEach(
            source -> {
              List<CodeFinding> findings = found(source);

              String told = source.substring(0, Math.min(20, source.length())) + findings;
              assertEquals(1, findings.size(), told);
              assertTrue(
                  Set.of(Code.SYNTAX_ERROR, Code.NOT_CHECKED).contains(findings.get(0).code()),
                  told);
            });
  }

  @Test
  default void aLoneSurrogateInATextIsNoMatter() {
    assertEquals(List.of(), found("print('\ud800')"));
  }

  @Test
  default void aClosedRuntimeChecksNothing() {
    Runtime runtime = open(SandboxProfile.defaults());
    runtime.close();

    IsoException closed =
        assertThrows(IsoException.class, () -> runtime.check("", ToolRegistry.empty()));

    assertEquals(ErrorCode.RUNTIME_CLOSED, closed.problem().code());
  }

  @Test
  default void anInterruptedCheckIsNoAnswer() {
    Runtime runtime = shared();
    Thread.currentThread().interrupt();
    try {
      IsoException interrupted =
          assertThrows(IsoException.class, () -> runtime.check("x = 1", ToolRegistry.empty()));

      assertEquals(ErrorCode.CHECK_FAILED, interrupted.problem().code());
    } finally {
      assertTrue(Thread.interrupted(), "the thread's status stays");
    }
  }

  private List<CodeFinding> found(String source) {
    return shared().check(source, ToolRegistry.of(ContractTools.add(), ContractTools.search()));
  }
}
