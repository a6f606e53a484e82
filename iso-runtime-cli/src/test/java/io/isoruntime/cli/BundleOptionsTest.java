package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs with the tools of Python bundles, for real. */
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
  void tellsAllThatIsWrongWithABundle() throws Exception {
    Path bundle = bundle("def f(x) -> int:\n    return x\n");
    Files.writeString(bundle.resolve("other.py"), "import missing_one\n");
    Iso.Ran ran = run("pass", "--bundle", bundle.toString());

    assertEquals(2, ran.status(), ran.toString());
    assertTrue(ran.err().contains("shop/orders.py:1: f: parameter 'x'"), ran.err());
    assertTrue(ran.err().contains("shop/other.py:1: ModuleNotFoundError"), ran.err());
  }

  @Test
  void wantsABundleForVariablesAndNamesOfVariables() throws Exception {
    assertEquals(2, run("pass", "--bundle-env", "HOME").status());
    Path bundle = bundle("def f() -> None: pass\n");
    Iso.Ran ran = run("pass", "--bundle", bundle.toString(), "--bundle-env", "A=B");
    assertEquals(2, ran.status(), ran.toString());
    assertTrue(ran.err().contains("--bundle-env"), ran.err());
  }
}
