package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs with the tools of Python bundles, for real. */
@Tag("host")
class BundleOptionsTest {
  @TempDir Path directory;

  private Path bundle(String source) throws Exception {
    Path bundle = Files.createDirectories(directory.resolve("shop"));
    Files.writeString(bundle.resolve("orders.py"), source);
    return bundle;
  }

  private Iso.Ran run(String program, String... options) {
    String[] all = new String[options.length + 2];
    System.arraycopy(options, 0, all, 0, options.length);
    all[options.length] = "--workspace";
    all[options.length + 1] = directory.resolve("workspace").toString();
    return Iso.runs(program, all);
  }

  @Test
  void lendsItsToolsBesideOthersAndPassesVariablesOnThatWereNamed() throws Exception {
    Path bundle =
        bundle(
            """
            import os

            def variable(name: str) -> bool:
                return name in os.environ
            """);
    String home = System.getenv().containsKey("JAVA_HOME") ? "JAVA_HOME" : "USER";
    Iso.Ran ran =
        run(
            "from tools import add, shop\n"
                + "print(add(1, 2), shop.orders.variable('PATH'), shop.orders.variable('"
                + home
                + "'))",
            "--tools",
            "demo",
            "--bundle",
            bundle.toString(),
            "--bundle-env",
            home.substring(0, 3) + "*");

    assertEquals(0, ran.status(), ran.toString());
    assertEquals("3 True " + (System.getenv(home) != null ? "True" : "False") + "\n", ran.out());
  }

  @Test
  void valuesOfProgramsArriveInBundlesAsTheyWereAndComeBack() throws Exception {
    Path bundle =
        bundle(
            """
            from datetime import date, datetime, time, timedelta
            from decimal import Decimal

            def moment(x: datetime) -> datetime: return x
            def day(x: date) -> date: return x
            def clock(x: time) -> time: return x
            def span(x: timedelta) -> timedelta: return x
            def price(x: Decimal) -> Decimal: return x
            def raw(x: bytes) -> bytes: return x
            def number(x: float) -> float: return x
            """);
    Iso.Ran ran =
        run(
            """
            from datetime import *
            from decimal import Decimal
            from tools import shop

            utc = timezone.utc
            given = {
                "moment": [datetime(2024, 1, 2, 3, 4), datetime(2024, 1, 2, 3, 4, 5, 6, utc)],
                "day": [date(2024, 2, 29)],
                "clock": [time(1, 2), time(1, 2, 3, 4, utc)],
                "span": [timedelta(days=-3, microseconds=1), timedelta(hours=30)],
                "price": [Decimal("1.10")],
                "raw": [bytes(range(256))],
                "number": [1.5, float("inf")],
            }
            for name, values in given.items():
                for value in values:
                    back = getattr(shop.orders, name)(value)
                    assert back == value and type(back) is type(value), (name, value, back)
            print("all came back")
            """,
            "--bundle",
            bundle.toString());

    assertEquals("all came back\n", ran.out(), ran.toString());
  }

  @Test
  void tellsAllThatIsWrongWithABundle() throws Exception {
    Path bundle = bundle("def f(x) -> int:\n    return x\n");
    Files.writeString(bundle.resolve("other.py"), "import missing_one\n");
    Iso.Ran ran = run("pass", "--bundle", bundle.toString());

    assertEquals(2, ran.status(), ran.toString());
    assertTrue(ran.err().contains("shop/orders.py:1: f: parameter 'x'"), ran.err());
    assertTrue(ran.err().contains("shop/other.py:1: ModuleNotFoundError"), ran.err());
  }

  @Test
  void aHostThatCannotRunBundlesIsNoMistakeOfTheCommandLine() throws Exception {
    Path bundle = bundle("def f() -> None: pass\n");
    Iso.Ran ran = run("pass", "--bundle", bundle.toString(), "--python", "/bin/false", "--json");

    assertEquals(4, ran.status(), ran.toString());
    assertTrue(ran.out().contains("\"status\":\"infrastructure_failed\""), ran.out());
    assertTrue(ran.out().contains("ISO-TOOL-HOST-FAILED"), ran.out());
  }

  @Test
  void wantsABundleForVariablesAndNamesOfVariables() throws Exception {
    assertEquals(2, run("pass", "--bundle-env", "HOME").status());
    Path bundle = bundle("def f() -> None: pass\n");
    Iso.Ran ran = run("pass", "--bundle", bundle.toString(), "--bundle-env", "A=B");
    assertEquals(2, ran.status(), ran.toString());
    assertTrue(ran.err().contains("--bundle-env"), ran.err());
  }

  @Test
  void aVariableThatIsNotSetIsTold() throws Exception {
    Path bundle = bundle("def f() -> None: pass\n");
    Iso.Ran ran = run("pass", "--bundle", bundle.toString(), "--bundle-env", "ISO_NO_SUCH");

    assertEquals(2, ran.status(), ran.toString());
    assertTrue(ran.err().contains("no variable ISO_NO_SUCH in the environment"), ran.err());
    assertEquals(
        0, run("pass", "--bundle", bundle.toString(), "--bundle-env", "ISO_NO_SUCH*").status());
  }
}
