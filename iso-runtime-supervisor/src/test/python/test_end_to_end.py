"""Programs in real sandboxes, as root and as an ordinary user, with a driver in the supervisor's place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
import unittest
from pathlib import Path
from typing import Any, Dict, List, Set, Tuple

import driver
from driver import ADD, Cgroups, Outcome, Sandbox, add
from iso_init import frames


def code(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


class AsRoot(unittest.TestCase):
    mode = "root"

    def setUp(self) -> None:
        if self.mode == "root" and os.geteuid() != 0:
            if os.environ.get("ISO_MUST_WORK") == "1":
                self.fail("needs root")
            self.skipTest("needs root")

    def run_program(self, text: str, **options: Any) -> Outcome:
        return driver.run(code(text), self.mode, **options)

    def assert_completes(self, text: str, expected: str = "ok\n", **options: Any) -> Outcome:
        outcome = self.run_program(text, **options)
        self.assertEqual(
            (outcome.end, outcome.stderr), ({"kind": "completed"}, b""), outcome.stdout
        )
        self.assertEqual(outcome.stdout.decode(), expected)
        self.assertEqual(outcome.exited, {"code": 0, "signal": None, "deadline": False})
        return outcome

    # -- how programs end --

    def test_hello_world_comes_back_in_the_order_of_the_protocol(self) -> None:
        outcome = self.assert_completes("print('ok')")
        # Output and END come through pipes of their own, and init may look at one just before both are written to.
        self.assertIn(outcome.order.index("STDOUT"), (1, 2))
        outcome.order.remove("STDOUT")
        self.assertEqual(outcome.order, ["STARTED", "END", "EXITED", "EMPTY", "DONE"])

    def test_a_syntax_error_names_its_line_and_shows_it(self) -> None:
        outcome = self.run_program("x = 1\nif x:\nprint(x)\n")
        assert outcome.end
        self.assertEqual((outcome.end["type"], outcome.end["line"]), ("IndentationError", 3))
        self.assertIn(b"print(x)", outcome.stderr)
        self.assertNotIn(b"iso_init", outcome.stderr)
        self.assertEqual(outcome.exited["code"], 1)

    def test_an_exception_has_its_line_and_a_traceback_without_our_frames(self) -> None:
        outcome = self.run_program("def f():\n    return 1 / 0\n\nf()\n")
        assert outcome.end
        self.assertEqual((outcome.end["type"], outcome.end["line"]), ("ZeroDivisionError", 2))
        self.assertTrue(
            outcome.stderr.startswith(
                b'Traceback (most recent call last):\n  File "/workspace/pkg/main.py", line 4'
            )
        )
        self.assertEqual(outcome.end["traceback"].encode(), outcome.stderr)
        self.assertNotIn("iso_init", outcome.end["traceback"])

    def test_sys_exit_keeps_its_status(self) -> None:
        for argument, status, stderr in (
            ("", 0, b""),
            ("0", 0, b""),
            ("3", 3, b""),
            ("'bad'", 1, b"bad\n"),
        ):
            with self.subTest(argument):
                outcome = self.run_program(f"import sys\nsys.exit({argument})")
                assert outcome.end
                self.assertEqual((outcome.exited["code"], outcome.stderr), (status, stderr))
                if status:
                    self.assertEqual(
                        (outcome.end["type"], outcome.end["exitCode"]), ("SystemExit", status)
                    )
                else:
                    self.assertEqual(outcome.end, {"kind": "completed"})

    def test_os_exit_is_an_exit_without_an_end(self) -> None:
        outcome = self.run_program("import os\nprint('half', flush=True)\nos._exit(0)")
        self.assertEqual((outcome.end, outcome.exited["code"]), (None, 0))
        self.assertEqual(outcome.stdout, b"half\n")

    def test_a_segfault_is_reported_as_its_signal(self) -> None:
        outcome = self.run_program("import ctypes\nctypes.string_at(0)")
        self.assertEqual((outcome.end, outcome.exited["signal"]), (None, signal.SIGSEGV))

    def test_hostile_exceptions_are_described_all_the_same(self) -> None:
        for text, kind in (
            ("class E(Exception):\n    def __str__(self): raise SystemExit(0)\nraise E()", "E"),
            ("raise ValueError('x' * 10_000_000)", "ValueError"),
            ("raise ValueError('\\udc80')", "ValueError"),
            ("def f(): f()\nf()", "RecursionError"),
            ("raise KeyboardInterrupt", "KeyboardInterrupt"),
            ("open('/workspace/out/none')", "FileNotFoundError"),
            ("import os\nos.kill(os.getpid(), 2)\nimport time; time.sleep(5)", "KeyboardInterrupt"),
        ):
            with self.subTest(text):
                outcome = self.run_program(text)
                assert outcome.end
                self.assertEqual(outcome.end["type"], kind)
                self.assertLessEqual(len(outcome.end["message"]), 8192)
                self.assertLessEqual(len(outcome.end["traceback"]), 65536)
                self.assertEqual(outcome.end["errno"], 2 if kind == "FileNotFoundError" else None)

    def test_threads_are_joined_and_exit_handlers_run_before_the_end(self) -> None:
        self.assert_completes(
            """
            import atexit, threading
            atexit.register(print, "handler")
            def late():
                threading.main_thread().join()
                print("thread")
            threading.Thread(target=late).start()
            print("main")
            """,
            "main\nthread\nhandler\n",
        )

    def test_a_forked_child_that_falls_off_the_end_sends_no_end(self) -> None:
        outcome = self.assert_completes(
            """
            import os
            if os.fork():
                os.wait()
                print("parent")
            else:
                print("child")
            """,
            "child\nparent\n",
        )
        self.assertEqual(outcome.order.count("END"), 1)

    def test_a_program_beyond_its_deadline_is_killed_by_init_too(self) -> None:
        outcome = self.run_program("while True: pass", deadline=100)
        self.assertEqual(outcome.exited, {"code": None, "signal": 9, "deadline": True})

    def test_a_grandchild_that_holds_stdout_delays_nothing(self) -> None:
        began = time.monotonic()
        outcome = self.run_program(
            """
            import os, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(60)
                os._exit(0)
            print("ok")
            """
        )
        self.assertEqual(outcome.stdout, b"ok\n")
        self.assertIn(outcome.empty["killed"], (1, 2))  # the child between may be a zombie still
        self.assertLess(time.monotonic() - began, 10)

    def test_kill_before_the_end_reports_exited_first(self) -> None:
        outcome = self.run_program(
            "print('x', flush=True)\nwhile True: pass", kill_on=frames.STDOUT
        )
        self.assertEqual(outcome.exited["signal"], 9)
        self.assertLess(outcome.order.index("EXITED"), outcome.order.index("EMPTY"))

    def test_signals_to_everybody_and_to_pid_1_do_not_reach_init(self) -> None:
        self.assert_completes(
            """
            import ctypes, os, signal
            for number in range(1, 65):
                for attempt in (os.kill, lambda pid, n: os.killpg(pid, n) if pid > 1 else None):
                    try:
                        attempt(1, number)
                    except OSError as error:
                        assert error.errno == 52, error
            libc = ctypes.CDLL(None, use_errno=True)
            for call in (200, 234, 129, 297):
                ctypes.set_errno(0)
                assert libc.syscall(call, 1, 1, 9, 0) == -1 and ctypes.get_errno() in (52, 55), call
            print("ok")
            """
        )

    # -- tools and results --

    def test_tools_block_and_run_in_parallel(self) -> None:
        outcome = self.assert_completes(
            """
            import asyncio
            from concurrent.futures import ThreadPoolExecutor
            from tools import add
            assert add(2, 3) == 5 and add(b=1, a=1) == 2
            async def many():
                return await asyncio.gather(*[add.aio(n, 1) for n in range(50)])
            assert asyncio.run(many()) == list(range(1, 51))
            with ThreadPoolExecutor(50) as pool:
                assert list(pool.map(add, range(500), range(500))) == list(range(0, 1000, 2))
            print("ok")
            """,
            tools=(ADD,),
            answer=add,
        )
        self.assertEqual(len(outcome.calls), 552)

    def test_threads_and_tasks_call_at_once(self) -> None:
        self.assert_completes(
            """
            import asyncio, threading
            from tools import add
            async def tasks():
                for n in range(100):
                    assert await asyncio.gather(add.aio(n, 1), add.aio(n, 2)) == [n + 1, n + 2]
                    assert add(n, 3) == n + 3
            def calls():
                for n in range(200):
                    assert add(n, n) == 2 * n
            threads = [threading.Thread(target=calls) for _ in range(4)]
            threads.append(threading.Thread(target=lambda: asyncio.run(tasks())))
            for thread in threads: thread.start()
            asyncio.run(tasks())
            for thread in threads: thread.join()
            print("ok")
            """,
            tools=(ADD,),
            answer=add,
        )

    def test_wrong_arguments_are_a_type_error_before_any_call(self) -> None:
        outcome = self.assert_completes(
            """
            import inspect
            from tools import add, ToolError
            for arguments, word in (((1,), "'b'"), ((1, 2, 3), "2 positional"),):
                try: add(*arguments)
                except TypeError as error: assert "add()" in str(error) and word in str(error), error
            try: add(1, 2, c=3)
            except TypeError as error: assert "'c'" in str(error)
            assert str(inspect.signature(add)) == "(a: 'int', b: 'int') -> 'int'", inspect.signature(add)
            assert add.__doc__ == "Adds two numbers."
            print("ok")
            """,
            tools=(ADD,),
        )
        self.assertEqual(outcome.calls, [])

    def test_a_failing_tool_raises_tool_error_without_our_frames(self) -> None:
        outcome = self.run_program("from tools import add\nadd(1, 2)\n", tools=(ADD,))
        assert outcome.end
        self.assertEqual((outcome.end["type"], outcome.end["line"]), ("ToolError", 2))
        self.assertNotIn(b"_iso_", outcome.stderr)

    def test_a_reply_that_cannot_be_read_is_a_tool_error(self) -> None:
        replies: List[Any] = [{"ok": {"$bytes": "x"}}, {"ok": 5}]
        self.assert_completes(
            """
            from tools import add, ToolError
            try: add(1, 2)
            except ToolError as error: assert error.code == "ISO-TOOL-REPLY", error
            assert add(1, 2) == 5
            print("ok")
            """,
            tools=(ADD,),
            answer=lambda call: replies[call["id"] - 1],
        )

    def test_dotted_names_bytes_and_optional_arguments_travel(self) -> None:
        tool = {
            "path": "files.get_one",
            "tool": "files.get-one",
            "params": [
                ["data", "data", "bytes", True],
                ["limit", "limit", "int", False],
                ["from", "from_", "str", False, "x"],
            ],
            "returns": "bytes",
            "doc": 'It\'s "odd".\nTwo lines.',
            "raises": {},
        }

        def answer(call: Dict[str, Any]) -> Dict[str, Any]:
            return {"ok": [call["args"]["data"], sorted(call["args"])]}

        self.assert_completes(
            """
            import tools
            data, names = tools.files.get_one(b"\\x00\\xff")
            assert data == b"\\x00\\xff" and names == ["data", "from"], (data, names)
            assert "Two lines" in tools.files.get_one.__doc__
            print("ok")
            """,
            tools=(tool,),
            answer=answer,
        )

    def test_children_cannot_call_tools(self) -> None:
        outcome = self.assert_completes(
            """
            import os
            from tools import add, ToolError
            if os.fork() == 0:
                try: add(1, 2)
                except ToolError as error: os._exit(error.code == "ISO-TOOL-FORKED")
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.wait()[1]) == 1
            print("ok")
            """,
            tools=(ADD,),
        )
        self.assertEqual(outcome.calls, [])

    def test_a_result_of_a_megabyte_arrives_and_one_too_large_is_an_error(self) -> None:
        outcome = self.assert_completes(
            "from iso import set_result\nset_result('x' * 1_000_000)\nprint('ok')"
        )
        self.assertEqual(outcome.result, "x" * 1_000_000)
        outcome = self.run_program("from iso import set_result\nset_result('x' * 9_000_000)")
        assert outcome.end
        self.assertEqual(outcome.end["type"], "ValueError")

    def test_garbage_on_the_tool_pipe_is_a_violation(self) -> None:
        for garbage in (
            "b'\\xff' * 100",
            "b'\\0\\0\\0\\1\\x0f'",
            "b'\\0\\0\\0\\0\\6'",
            "b'\\0\\0\\0\\1\\3'",
        ):
            with self.subTest(garbage):
                outcome = self.run_program(
                    f"import os, time\nos.write(3, {garbage})\ntime.sleep(20)"
                )
                self.assertTrue(outcome.violation)
                self.assertEqual(outcome.exited["signal"], 9)

    # -- files --

    def test_inputs_are_found_by_name_and_only_changed_ones_come_back(self) -> None:
        outcome = self.assert_completes(
            """
            import os, iso
            assert os.getcwd() == iso.OUTPUT_DIR and iso.WORKDIR == "/workspace/pkg"
            assert open("a.csv").read() == "1" and open("/workspace/in/b/c.csv").read() == "2"
            assert open("old.txt").read() == "old"
            open("b/c.csv", "a").write("3")
            open("new.txt", "w").write("n")
            print("ok")
            """,
            inputs={"in/a.csv": b"1", "in/b/c.csv": b"2", "out/old.txt": b"old"},
        )
        self.assertEqual(outcome.files, {"b/c.csv": b"23", "new.txt": b"n"})
        self.assertEqual(outcome.rejected, {})

    def test_two_hundred_artifacts_arrive(self) -> None:
        outcome = self.assert_completes(
            """
            for n in range(200):
                open(f"{n}.bin", "wb").write(bytes([n]) * 1000 * n)
            print("ok")
            """
        )
        self.assertEqual(outcome.files, {f"{n}.bin": bytes([n]) * 1000 * n for n in range(200)})

    def test_what_is_no_regular_file_is_rejected_by_name(self) -> None:
        outcome = self.assert_completes(
            """
            import os, socket
            os.symlink("/etc/passwd", "link"); os.symlink("loop", "loop")
            os.mkfifo("fifo"); socket.socket(socket.AF_UNIX).bind("sock")
            open("one", "w").write("1"); os.link("one", "two")
            open("bad\\nname", "w"); open(b"\\xff", "w"); open("back\\\\slash", "w")
            os.makedirs("deep/" + "d/" * 70); open("deep/" + "d/" * 70 + "f", "w")
            os.mkdir("shut"); open("shut/f", "w").write("s"); os.chmod("shut/f", 0); os.chmod("shut", 0)
            with open("sparse", "wb") as f: f.truncate(130_000_000)
            os.chmod(".", 0)
            print("ok")
            """,
            maxFileBytes=1000,
        )
        self.assertEqual(outcome.files.pop("shut/f"), b"s")
        self.assertIn(tuple(outcome.files), (("one",), ("two",)))
        reasons = {path: reason.split(" ")[0] for path, reason in outcome.rejected.items()}
        self.assertEqual(reasons.pop("one", None) or reasons.pop("two"), "hard")
        self.assertEqual(
            reasons,
            {
                "link": "symbolic",
                "loop": "symbolic",
                "fifo": "FIFO",
                "sock": "socket",
                "bad\\nname": "name",
                "\\xff": "name",
                "back\\slash": "name",
                "deep" + "/d" * 64: "more",
                "sparse": "artifact",
            },
        )

    def test_out_replaced_by_a_link_brings_nothing_foreign(self) -> None:
        outcome = self.assert_completes(
            "import os\nos.chdir('/')\nos.rmdir('/workspace/out')\nos.symlink('/etc', '/workspace/out')\nprint('ok')"
        )
        self.assertEqual((outcome.files, outcome.rejected), ({}, {"": "symbolic link"}))

    def test_out_made_anew_is_collected(self) -> None:
        outcome = self.assert_completes(
            """
            import os, shutil, iso
            shutil.rmtree(iso.OUTPUT_DIR); os.mkdir(iso.OUTPUT_DIR)
            open(iso.OUTPUT_DIR + "/x", "w").write("x")
            print("ok")
            """
        )
        self.assertEqual(outcome.files, {"x": b"x"})

    def test_limits_of_artifacts_leave_the_rest_rejected(self) -> None:
        outcome = self.assert_completes(
            "for n in range(5): open(str(n), 'w').write('x')\nprint('ok')", maxFiles=2
        )
        self.assertEqual((len(outcome.files), len(outcome.rejected)), (2, 3))

    def test_a_full_storage_is_enospc_and_told(self) -> None:
        outcome = self.run_program("open('big', 'wb').write(b'x' * 100_000_000)", storage=16 << 20)
        assert outcome.end
        self.assertEqual((outcome.end["type"], outcome.end["errno"]), ("OSError", 28))
        self.assertTrue(outcome.done["storageFull"])

    def test_inputs_that_do_not_fit_end_without_started(self) -> None:
        outcome = self.run_program("pass", storage=1 << 20, inputs={"in/big": b"x" * (2 << 20)})
        assert outcome.end
        self.assertEqual((outcome.end["type"], outcome.end["errno"]), ("OSError", 28))
        self.assertNotIn("STARTED", outcome.order)

    # -- what ordinary programs need --

    def test_child_processes_work(self) -> None:
        self.assert_completes(
            """
            import asyncio, subprocess, sys
            assert "main.py" in subprocess.run(["/bin/ls", "/workspace/pkg"], capture_output=True, text=True).stdout
            assert subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout == b"1\\n"
            async def other():
                process = await asyncio.create_subprocess_exec("/bin/echo", "hi", stdout=asyncio.subprocess.PIPE)
                return (await process.communicate())[0]
            assert asyncio.run(other()) == b"hi\\n"
            print("ok")
            """
        )

    def test_nothing_of_the_processes_before_the_forks_shows(self) -> None:
        self.assert_completes(
            """
            import signal, sys, threading
            frame = sys._getframe()
            while frame:
                pids = {k: v for k, v in frame.f_locals.items() if type(v) is int and v > 64}
                assert not pids, (frame.f_code.co_name, pids)
                frame = frame.f_back
            assert threading.main_thread().native_id == threading.get_native_id()
            assert not signal.pthread_sigmask(signal.SIG_BLOCK, [])
            print("ok")
            """
        )

    def test_the_standard_streams_can_be_opened_by_name(self) -> None:
        outcome = self.run_program(
            """
            import os
            open("/dev/stdout", "w").write("out"); open("/dev/stderr", "w").write("err")
            assert not open("/dev/stdin").read() and not open("/dev/null").read()
            os.system("echo shell > /dev/null; echo shell | tee /dev/stderr > /dev/null")
            """
        )
        self.assertEqual((outcome.stdout, outcome.stderr), (b"out", b"errshell\n"))

    def test_multiprocessing_forks_and_spawns(self) -> None:
        self.assert_completes(
            """
            import multiprocessing, sys
            import helper_module
            def square(n):
                import iso, tools
                return n * n
            if __name__ == "__main__":
                for method in ("fork", "spawn", "forkserver"):
                    with multiprocessing.get_context(method).Pool(2) as pool:
                        assert pool.map(square, range(5)) == [0, 1, 4, 9, 16], method
                        assert pool.map(helper_module.cube, [2]) == [8]
                print("ok")
            """,
            inputs={"pkg/helper_module.py": b"def cube(n): return n ** 3\n"},
        )

    def test_the_standard_library_works(self) -> None:
        self.assert_completes(
            """
            import hashlib, lzma, sqlite3, ssl, socket, tempfile, uuid, zoneinfo, decimal, pickle, inspect, warnings
            db = sqlite3.connect("x.db")
            assert db.execute("pragma journal_mode=wal").fetchone() == ("wal",)
            db.execute("create table t (n)"); db.execute("insert into t values (1)"); db.commit(); db.close()
            with tempfile.NamedTemporaryFile() as f: assert f.name.startswith("/tmp/")
            assert zoneinfo.ZoneInfo("Europe/Berlin").key == "Europe/Berlin"
            ssl.create_default_context()
            assert pickle.loads(pickle.dumps(uuid.uuid4()))
            server = socket.create_server(("127.0.0.1", 0)); socket.create_connection(server.getsockname()).close()
            def documented(): "yes"
            assert "yes" in inspect.getsource(documented)
            assert exit and quit and help and callable(input)
            try: input()
            except EOFError: print("ok")
            """
        )

    def test_text_of_any_kind_passes(self) -> None:
        outcome = self.run_program(
            "import sys\nprint('ü€😀\\udc80', end='', flush=True)\nsys.stdout.buffer.write(b'\\xff\\0')"
        )
        self.assertEqual(outcome.stdout, "ü€😀\\udc80".encode() + b"\xff\0")
        self.assertEqual(outcome.end, {"kind": "completed"})

    def test_numpy_pandas_and_matplotlib_work(self) -> None:
        if subprocess.run([driver.PYTHON, "-c", "import matplotlib, pandas"]).returncode:
            self.skipTest("the interpreter lacks them")
        outcome = self.assert_completes(
            """
            import logging
            logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it warns when it takes long
            import numpy as np, pandas as pd
            import matplotlib.pyplot as plt
            from iso import set_result
            frame = pd.read_csv("sales.csv")
            frame.plot(x="day", y="sold"); plt.savefig("chart.png")
            set_result({"sum": frame["sold"].sum(), "array": np.arange(3), "by": frame.groupby("day")["sold"].sum().to_dict()})
            print("ok")
            """,
            inputs={"in/sales.csv": b"day,sold\n1,2\n2,5\n"},
            deadline=60000,  # nothing of it may be in memory yet
        )
        self.assertEqual(outcome.result, {"sum": 7, "array": [0, 1, 2], "by": {"1": 2, "2": 5}})
        self.assertEqual(list(outcome.files), ["chart.png"])

    def test_much_output_flows_through_bounded_buffers(self) -> None:
        outcome = self.assert_completes(
            "import sys\nfor _ in range(200): sys.stdout.write('x' * 100_000)\nprint()",
            "x" * 20_000_000 + "\n",
        )
        self.assertGreater(len(outcome.order), 60)

    # -- isolation --

    def test_attestation_tells_what_is_in_force(self) -> None:
        with Sandbox(self.mode) as sandbox:
            facts = sandbox.attested()
        executor, init = facts["executor"], facts["init"]
        self.assertEqual(
            (executor["uid"], executor["gid"], executor["groups"]), ([1001] * 4, [1000] * 4, [])
        )
        self.assertEqual(set(executor["caps"].values()), {"0"})
        self.assertEqual((executor["noNewPrivs"], executor["seccompMode"]), (1, 2))
        self.assertEqual(executor["seccompFilters"], 2)
        for name, errno in executor["probes"].items():
            self.assertEqual(errno, 52 if name.endswith("1") else 55, name)
        self.assertEqual((executor["interfaces"], executor["fds"]), (["lo"], [0, 1, 2, 3, 4]))
        for kind in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup"):
            self.assertNotEqual(executor["namespaces"][kind], os.readlink(f"/proc/self/ns/{kind}"))
        for mount in executor["mounts"]:
            self.assertIn("nosuid", mount["options"], mount)
            self.assertTrue("nodev" in mount["options"] or mount["at"].startswith("/dev/"), mount)
            self.assertTrue(
                "ro" in mount["options"] or mount["at"] in ("/workspace", "/tmp", "/dev/shm"), mount
            )
        self.assertEqual(
            (init["pid"], init["dumpable"], init["noNewPrivs"], init["threads"]), (1, 0, 1, 1)
        )
        self.assertEqual(init["caps"]["eff"], "e0" if self.mode == "root" else "0")
        self.assertEqual(init["caps"]["bnd"], init["caps"]["eff"])

    def test_the_door_is_shut_for_what_attackers_try_first(self) -> None:
        outcome = self.assert_completes(
            """
            import os, socket, errno
            def denied(attempt, *numbers):
                try: attempt()
                except OSError as error: assert error.errno in numbers, error
                else: raise AssertionError(attempt)
            for path in ("/etc/shadow", "/home", "/sys", "/var", "/proc/1/environ", "/dev/tty"):
                denied(lambda: os.stat(path), errno.ENOENT, errno.EACCES)
            denied(lambda: open("/proc/1/fd/0"), errno.ENOENT, errno.EACCES)
            denied(lambda: open("/usr/x", "w"), errno.EROFS, errno.EACCES)
            denied(lambda: open("/proc/self/oom_score_adj", "w"), errno.EROFS)
            denied(lambda: open("/proc/sys/kernel/hostname", "w"), errno.EROFS, errno.EACCES)
            assert not open("/proc/keys").read() and not open("/proc/cmdline").read()
            for family in (socket.AF_NETLINK, socket.AF_PACKET, 38, 40):
                denied(lambda: socket.socket(family, socket.SOCK_RAW), 55)
            denied(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW), 55)
            denied(lambda: socket.create_connection(("169.254.169.254", 80), 1), errno.ENETUNREACH)
            assert [p for p in os.listdir("/proc") if p.isdigit()] == [str(os.getpid())], os.listdir("/proc")
            assert b"token" not in open("/proc/self/environ", "rb").read()
            print("ok")
            """
        )
        self.assertEqual(outcome.done["truncated"], False)

    def test_a_kernel_without_mount_setattr_is_served_by_remounts(self) -> None:
        def flags(facts: Dict[str, Any]) -> List[Tuple[str, List[str]]]:
            return [(mount["at"], mount["options"]) for mount in facts["executor"]["mounts"]]

        old = (("linux", '"mount_setattr", AT_FDCWD', '"none", AT_FDCWD'),)
        with Sandbox(self.mode, edits=old) as sandbox:
            older = flags(sandbox.attested())
        with Sandbox(self.mode) as sandbox:
            newer = flags(sandbox.attested())
        self.assertEqual(older, newer)

    def test_failures_of_each_process_come_as_failed_with_step_and_remedy(self) -> None:
        for module, old, new, step in (
            ("cgroups", "def move(", "def moved(", "AttributeError"),
            ("rootfs", "def build(", "def built(", "AttributeError"),
            (
                "linux",
                "pr_set_seccomp, mode_filter = 22, 2",
                "pr_set_seccomp, mode_filter = 22, 7",
                "prctl(PR_SET_SECCOMP)",
            ),
            ("attest", "def executor(", "def executed(", "AttributeError"),
        ):
            with self.subTest(module), Sandbox(self.mode, edits=((module, old, new),)) as sandbox:
                with self.assertRaises(AssertionError):
                    sandbox.attested()
                assert sandbox.failed
                self.assertEqual(sandbox.failed["code"], "ISO-SANDBOX-SETUP-FAILED")
                self.assertEqual(sandbox.failed["step"], step)
                self.assertTrue(sandbox.failed["message"].startswith(step + ": "))
                self.assertTrue(sandbox.failed["remedy"])

    def test_preloads_are_imported_before_started(self) -> None:
        outcome = self.run_program(
            "import sys\nprint('wave' in sys.modules)", preload=("wave", "no_such_module")
        )
        self.assertEqual(outcome.stdout, b"True\n")

    def test_a_missing_bind_is_refused_by_name(self) -> None:
        with Sandbox(self.mode, binds=({"from": "/no/such", "to": "/mnt/x"},)) as sandbox:
            with self.assertRaises(AssertionError):
                sandbox.attested()
        assert sandbox.failed
        self.assertEqual(
            (sandbox.failed["code"], sandbox.failed["step"]),
            ("ISO-MOUNT-REFUSED", "bind(/no/such)"),
        )

    def test_modules_of_the_program_run_after_started_only(self) -> None:
        names = (
            "json",
            "traceback",
            "threading",
            "site",
            "_iso_values",
            "iso",
            "keyword",
            "pathlib",
        )
        shadows = {f"pkg/{name}.py": b"print('shadow')\n" for name in names}
        outcome = self.run_program("print('ok')", inputs=shadows)
        self.assertEqual((outcome.order[0], outcome.stdout), ("STARTED", b"ok\n"))

    def test_a_program_that_closes_its_pipes_ends_without_an_end(self) -> None:
        outcome = self.run_program("import os\nos.closerange(3, 5)\nprint('ok')")
        self.assertEqual((outcome.end, outcome.exited["code"], outcome.stdout), (None, 0, b"ok\n"))

    def test_the_helpers_death_leaves_no_process(self) -> None:
        with Sandbox(self.mode) as sandbox:
            sandbox.start("import time\nprint(1, flush=True)\ntime.sleep(60)")
            while sandbox.receive()[0] != frames.STDOUT:
                pass
            processes = _tree(sandbox.helper.pid)
            self.assertEqual(len(processes), 3)
            sandbox.helper.kill()
            self.assertEqual(sandbox.channel.recv(1), b"")
            sandbox.helper.wait()
            self.await_death(processes)

    def await_death(self, processes: Set[int]) -> None:
        # Longer than the patience of the helper. What is no child of ours ends without an event for us.
        deadline = time.monotonic() + 10
        while any(map(_alive, processes)):
            self.assertLess(time.monotonic(), deadline, "processes are left")
            os.sched_yield()

    def test_the_supervisors_death_leaves_nothing(self) -> None:
        script = (
            "import driver, os\n"
            f"s = driver.Sandbox({self.mode!r})\n"
            "s.start('import os, time\\nfor _ in range(5):\\n    if os.fork() == 0: os.setsid()\\n"
            "print(1, flush=True)\\ntime.sleep(60)')\n"
            "while s.receive()[0] != driver.frames.STDOUT: pass\n"
            "print(s.helper.pid, flush=True)\n"
            "os.kill(os.getpid(), 9)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(driver.__file__).parent,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.await_death(_tree(int(done.stdout)))


class AsOrdinaryUser(AsRoot):
    mode = "user"


@unittest.skipUnless(os.geteuid() == 0, "makes cgroups")
class InCgroups(unittest.TestCase):
    def test_a_fork_bomb_is_bounded_killed_and_proven_empty(self) -> None:
        cgroups = Cgroups(pids=40)
        outcome = driver.run(
            code(
                """
                import os
                print("bomb", flush=True)
                while True:
                    try: os.fork()
                    except OSError: pass
                """
            ),
            cgroups=cgroups,
            kill_on=frames.STDOUT,
        )
        self.assertEqual(outcome.exited["signal"], 9)
        self.assertLess(outcome.empty["millis"], 1000)
        for base in cgroups.base:
            self.assertFalse(os.path.exists(base))

    def test_memory_beyond_the_limit_kills_the_program_and_not_init(self) -> None:
        cgroups = Cgroups(memory=64 << 20)
        outcome = driver.run("x = bytearray(500_000_000)", cgroups=cgroups)
        self.assertEqual((outcome.end, outcome.exited["signal"]), (None, 9))

    def test_the_executor_is_in_its_cgroup_and_sees_none_above(self) -> None:
        cgroups = Cgroups()
        with Sandbox(cgroups=cgroups) as sandbox:
            facts = sandbox.attested()
            name = cgroups.base[0].rsplit("/", 1)[1]
            self.assertTrue(
                any(f"/{name}/executor" in line for line in facts["executor"]["cgroups"])
            )
            sandbox.start("print(open('/proc/self/cgroup').read())")
            self.assertNotIn(name, sandbox.finish().stdout.decode())


def _tree(root: int) -> Set[int]:
    parents: Dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stat = Path(f"/proc/{name}/stat").read_text()
            except OSError:
                continue
            parents[int(name)] = int(stat.rpartition(")")[2].split()[1])
    found = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


if __name__ == "__main__":
    unittest.main()
