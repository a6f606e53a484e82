package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.isoruntime.ExecutionResult;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ordinary programs, which the sandbox must not hinder. */
public interface ProgramContract extends ContractSubject {

  @Test
  default void threadsWork() {
    Expect.printed(
        "[0, 1, 4, 9]\n",
        run(
            """
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor(8) as pool:
                print(list(pool.map(lambda x: x * x, range(4))))
            """));
  }

  @Test
  default void subprocessesWork() {
    Expect.printed(
        "main.py\n\n",
        run(
            """
            import subprocess
            done = subprocess.run(
                ["/bin/sh", "-c", "cd /workspace/pkg; echo *"], capture_output=True, text=True, check=True)
            print(done.stdout)
            """));
  }

  @Test
  default void subprocessesOfAsyncioWork() {
    Expect.printed(
        "b'main.py\\n' 0\n",
        run(
            """
            import asyncio
            async def main():
                shell = await asyncio.create_subprocess_exec(
                    "/bin/sh", "-c", "cd /workspace/pkg; echo *", stdout=asyncio.subprocess.PIPE)
                out, _ = await shell.communicate()
                print(out, shell.returncode)
            asyncio.run(main())
            """));
  }

  @Test
  default void multiprocessingWorksByForkAndBySpawn() {
    Expect.printed(
        "fork [1, 4, 9]\nspawn [1, 4, 9]\n",
        run(
            """
            import multiprocessing

            def square(x):
                return x * x

            if __name__ == "__main__":
                for method in "fork", "spawn":
                    with multiprocessing.get_context(method).Pool(2) as pool:
                        print(method, pool.map(square, [1, 2, 3]))
            """));
  }

  @Test
  default void sqliteWorksWithAWriteAheadLog() {
    Expect.printed(
        "wal 4950\n",
        run(
            """
            import sqlite3
            db = sqlite3.connect("work.db")
            mode = db.execute("pragma journal_mode=wal").fetchone()[0]
            db.execute("create table t(x)")
            db.executemany("insert into t values(?)", [(i,) for i in range(100)])
            db.commit()
            print(mode, db.execute("select sum(x) from t").fetchone()[0])
            """));
  }

  @Test
  default void temporaryFilesWorkAndAreNoArtifacts() {
    ExecutionResult result =
        run(
            """
            import os, pathlib, tempfile
            with tempfile.NamedTemporaryFile("w+") as file:
                file.write("text")
                file.seek(0)
                print(file.read())
            with tempfile.TemporaryDirectory() as folder:
                pathlib.Path(folder, "a.txt").write_text("a")
                print(os.listdir(folder))
            pathlib.Path.home().joinpath("probe").write_text("writable")
            """);

    Expect.printed("text\n['a.txt']\n", result);
    assertEquals(0, result.artifacts().size());
  }

  @Test
  default void timeZonesWork() {
    Expect.printed(
        "2:00:00\n",
        run(
            """
            from datetime import datetime
            from zoneinfo import ZoneInfo
            print(datetime(2024, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")).utcoffset())
            """));
  }

  @Test
  default void theSslModuleWorks() {
    Expect.printed(
        "CERT_REQUIRED\n", run("import ssl\nprint(ssl.create_default_context().verify_mode.name)"));
  }

  @Test
  default void unicodeWorksInSourceOutputNamesAndResults() throws Exception {
    ExecutionResult result =
        run(
            """
            from iso import set_result
            größe = "smörgåsbord 🐍"
            print(größe)
            with open("übersicht 🐍.txt", "w") as file:
                file.write(größe)
            set_result({"ключ": größe})
            """);

    Expect.printed("smörgåsbord 🐍\n", result);
    assertEquals(Map.of("ключ", "smörgåsbord 🐍"), result.result());
    if ("UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
      assertEquals("smörgåsbord 🐍", Expect.content(result, "übersicht 🐍.txt"));
    } else {
      // In such a locale this JVM can't name the file; that must cost no more than the file.
      assertEquals(1, result.rejected().size());
    }
  }

  @Test
  default void aResultOfOneMebibyteArrives() {
    ExecutionResult result = run("from iso import set_result\nset_result('é' * (1 << 20))");

    Expect.completed(result);
    assertEquals("é".repeat(1 << 20), result.result());
  }

  @Test
  default void sourcesMayHaveWindowsLineEndsOrAByteOrderMark() {
    Expect.printed("1\n2\n", run("print(1)\r\nprint(2)\r\n"));
    Expect.printed("3\n", run("\ufeffprint(3)\n"));
  }

  @Test
  default void aProgramThatReadsItsInputFindsItEmpty() {
    Expect.printed("''\n", run("import sys\nprint(repr(sys.stdin.read()))"));
  }

  @Test
  default void aProgramRunsAsMainFromItsFileInItsOutputDirectory() {
    Expect.printed(
        """
        __main__ /workspace/pkg/main.py
        /workspace/out /workspace/out /workspace/pkg
        """,
        run(
            """
            import os
            from iso import OUTPUT_DIR, WORKDIR
            print(__name__, __file__)
            print(os.getcwd(), OUTPUT_DIR, WORKDIR)
            """));
  }

  @Test
  default void emptySourceCompletes() {
    Expect.printed("", run(""));
  }
}
