import os
import resource
import signal
import time
import unittest
from typing import Any, Callable

from hosting import Host, Told, children, descendants, is_alive
from iso_toolhost import linux
from iso_toolhost.keeper import Keeper
from iso_toolhost.worker import _belong_to, clean

TROUBLE = {
    "trouble/calls.py": '''
        """Tools that misbehave."""
        import asyncio, ctypes, os, subprocess, sys, time, typing

        def add(a: int, b: int = 2) -> int:
            """Adds."""
            return a + b

        async def later(seconds: float) -> str:
            await asyncio.sleep(seconds)
            return "done"

        def wait_for(path: str) -> str:
            while not os.path.exists(path):
                time.sleep(0.01)
            return "found"

        def segfault() -> None:
            ctypes.string_at(0)

        def leave(status: int) -> None:
            os._exit(status)

        def quit() -> None:
            sys.exit("no")

        def hang() -> None:
            print("hanging", flush=True)
            while True:
                time.sleep(1)

        def stubborn(path: str) -> None:
            while True:
                try:
                    with open(path + "-", "w") as file:
                        file.write(str(os.getpid()))
                    os.rename(path + "-", path)
                    time.sleep(1000)
                except BaseException:
                    pass

        def tidy(started: str, ended: str) -> None:
            try:
                open(started, "w").close()
                time.sleep(1000)
            finally:
                open(ended, "w").close()

        async def tidy_later(started: str, ended: str) -> None:
            try:
                open(started, "w").close()
                await asyncio.sleep(1000)
            finally:
                open(ended, "w").close()

        def leaves_a_child() -> int:
            return subprocess.Popen(["sleep", "1000"]).pid

        def leaves_a_session() -> int:
            return subprocess.Popen(["sleep", "1000"], start_new_session=True).pid

        def descriptors_of_a_child() -> str:
            code = "import os; print(sorted(os.listdir('/proc/self/fd')))"
            return subprocess.run(
                [sys.executable, "-c", code], close_fds=False, stdout=subprocess.PIPE, text=True
            ).stdout

        def noisy(size: int) -> str:
            print("x" * size)
            os.write(1, b"raw\\n")
            print("to stderr", file=sys.stderr)
            return "quiet"

        def fails() -> None:
            open("/srv/secret/place/data.csv")

        def leaks() -> None:
            raise ValueError("rejected token " + os.environ["API_TOKEN"])

        class Told(Exception):
            code = "NO_CUSTOMER"
            retryable = True

        def tells() -> None:
            raise Told("Name a customer.")

        def not_json() -> list:
            return [1, object()]

        def itself() -> list:
            found: list = []
            found.append(found)
            return found

        def blob(size: int) -> bytes:
            return b"x" * size

        def parent() -> list[int]:
            return [os.getppid(), os.getpid()]

        def without_output(closed: bool) -> str:
            if closed:
                os.close(1)
                os.close(2)
                raise ValueError("of its own")
            sys.stdout = sys.stderr = None
            return "answered"

        class Mute(Exception):
            def __str__(self):
                raise OSError("no words")

        def mute() -> None:
            raise Mute()

        def quit_by_name() -> None:
            sys.exit("PERMISSION_DENIED")

        def same(value: typing.Any) -> typing.Any:
            return value
        '''
}


def wait_until(condition: "Callable[[], bool]", what: str) -> None:
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.005)


class KeeperTest(unittest.TestCase):
    host: Host

    @classmethod
    def setUpClass(cls) -> None:
        cls.host = Host(TROUBLE, parallel=4)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.host.close()

    def path(self, name: str) -> str:
        return os.path.join(self.host.directory.name, f"{self.id()}-{name}")

    def tool(self, name: str) -> str:
        return f"trouble.calls.{name}"

    def assert_told(self, code: str, answer: object, *words: str) -> None:
        assert isinstance(answer, Told), answer
        self.assertEqual(code, answer.code, answer)
        for word in words:
            self.assertIn(word, answer.message)

    def test_it_answers(self) -> None:
        self.assertEqual([], self.host.catalog["faults"])
        self.assertEqual(["trouble.calls"], self.host.imports)
        self.assertEqual(5, self.host.call(self.tool("add"), a=3))
        self.assertEqual("done", self.host.call(self.tool("later"), seconds=0))

    def test_each_call_has_a_process_of_its_own(self) -> None:
        first = self.host.call(self.tool("parent"))
        second = self.host.call(self.tool("parent"))
        self.assertEqual([self.host.process.pid] * 2, [first[0], second[0]])
        self.assertNotEqual(first[1], second[1])

    def test_arguments_that_do_not_fit_are_told(self) -> None:
        cases: "list[dict[str, Any]]" = [{}, {"a": "1"}, {"a": True}, {"a": 1, "c": 2}]
        for arguments in cases:
            answer = self.host.call(self.tool("add"), **arguments)
            self.assert_told("INVALID_ARGUMENT", answer)

    def test_a_crash_ends_its_own_call_and_no_other(self) -> None:
        flag = self.path("flag")
        waiting = self.host.start(self.tool("wait_for"), path=flag)
        crashed = self.host.call(self.tool("segfault"))
        self.assert_told("TOOL_CRASHED", crashed, "SIGSEGV")
        self.assertFalse(crashed.retryable)
        self.assert_told("TOOL_CRASHED", self.host.call(self.tool("leave"), status=3), "status 3")
        open(flag, "w").close()
        self.assertEqual("found", self.host.answer(waiting))

    def test_a_crash_leaves_its_traceback_in_the_log(self) -> None:
        call = self.host.start(self.tool("segfault"))
        self.host.answer(call)
        self.assertIn("in segfault", self.host.log[call])

    def test_sys_exit_is_a_failure(self) -> None:
        self.assert_told("TOOL_FAILED", self.host.call(self.tool("quit")), "SystemExit: no")

    def test_a_hang_is_ended_at_its_deadline(self) -> None:
        flag = self.path("flag")
        waiting = self.host.start(self.tool("wait_for"), path=flag)
        code = "BUSY"
        while code == "BUSY":  # no worker was there in time, as on a busy host
            started = time.monotonic()
            answer = self.host.call(self.tool("hang"), within=0.3)
            code = answer.code
        self.assert_told("TOOL_HUNG", answer)
        self.assertTrue(answer.retryable)
        self.assertLess(time.monotonic() - started, 5)
        open(flag, "w").close()
        self.assertEqual("found", self.host.answer(waiting))

    def test_a_call_that_waits_for_a_worker_has_its_deadline_too(self) -> None:
        flag = self.path("flag")
        waiting = [self.host.start(self.tool("wait_for"), path=flag) for _ in range(4)]
        self.assert_told("BUSY", self.host.call(self.tool("add"), within=0.2, a=1))
        open(flag, "w").close()
        self.assertEqual(["found"] * 4, [self.host.answer(call) for call in waiting])
        self.assertEqual(3, self.host.call(self.tool("add"), a=1))

    def test_a_cancelled_call_may_clean_up(self) -> None:
        for tool in ("tidy", "tidy_later"):
            started, ended = self.path(tool + "-started"), self.path(tool + "-ended")
            call = self.host.start(self.tool(tool), started=started, ended=ended)
            wait_until(lambda: os.path.exists(started), "its start")
            self.host.cancel(call)
            self.assert_told("CANCELLED", self.host.answer(call))
            wait_until(lambda: os.path.exists(ended), "its end")

    def test_a_cancelled_call_that_waits_for_a_worker_is_answered_too(self) -> None:
        flag = self.path("flag")
        running = [self.host.start(self.tool("wait_for"), path=flag) for _ in range(4)]
        waiting = self.host.start(self.tool("wait_for"), path=flag)
        self.host.cancel(waiting)
        self.assert_told("CANCELLED", self.host.answer(waiting))
        open(flag, "w").close()
        self.assertEqual(["found"] * 4, [self.host.answer(call) for call in running])

    def test_a_cancelled_call_that_goes_on_is_killed(self) -> None:
        path = self.path("alive")
        call = self.host.start(self.tool("stubborn"), path=path)
        wait_until(lambda: os.path.exists(path), "its start")
        with open(path, encoding="ascii") as file:
            pid = int(file.read())
        self.host.cancel(call)
        self.assertEqual(3, self.host.call(self.tool("add"), a=1))
        wait_until(lambda: not is_alive(pid), "its death")

    def test_what_a_tool_starts_ends_with_its_call(self) -> None:
        child = self.host.call(self.tool("leaves_a_child"))
        wait_until(lambda: not is_alive(child), "the child's death")

    def test_what_a_tool_starts_holds_none_of_our_pipes(self) -> None:
        # The fourth is that of the listing.
        self.assertEqual(
            "['0', '1', '2', '3']\n", self.host.call(self.tool("descriptors_of_a_child"))
        )

    def test_output_goes_to_the_log_and_is_bounded(self) -> None:
        call = self.host.start(self.tool("noisy"), size=10)
        self.assertEqual("quiet", self.host.answer(call))
        self.host.logged(call, "xxxxxxxxxx\n")
        self.host.logged(call, "raw\n")
        self.host.logged(call, "to stderr\n")
        call = self.host.start(self.tool("noisy"), size=1_000_000)
        self.assertEqual("quiet", self.host.answer(call))
        self.host.logged(call, "the rest is dropped")
        self.assertLess(len(self.host.log[call]), 70_000)

    def test_failures_tell_neither_paths_nor_credentials_nor_tracebacks(self) -> None:
        call = self.host.start(self.tool("fails"))
        answer = self.host.answer(call)
        self.assert_told("TOOL_FAILED", answer, "FileNotFoundError", "…/data.csv")
        self.assertNotIn("srv", answer.message)
        self.host.logged(call, "/srv/secret/place/data.csv")
        leaked = self.host.call(self.tool("leaks"))
        self.assert_told("TOOL_FAILED", leaked, "ValueError: rejected token <API_TOKEN>")

    def test_the_longest_credential_is_taken_out_first(self) -> None:
        environment = {"USER_NAME": "abcdefgh", "PASSWORD": "abcdefgh-secret"}
        self.assertEqual("<PASSWORD>, <USER_NAME>", clean("abcdefgh-secret, abcdefgh", environment))

    def test_a_tool_without_output_answers_and_fails_as_any_other(self) -> None:
        self.assertEqual("answered", self.host.call(self.tool("without_output"), closed=False))
        failed = self.host.call(self.tool("without_output"), closed=True)
        self.assert_told("TOOL_FAILED", failed, "ValueError: of its own")

    def test_an_exception_that_cannot_tell_its_message_is_told_by_its_type(self) -> None:
        self.assert_told("TOOL_FAILED", self.host.call(self.tool("mute")), "Mute")

    def test_the_code_of_an_exit_is_none_of_a_tool(self) -> None:
        answer = self.host.call(self.tool("quit_by_name"))
        self.assert_told("TOOL_FAILED", answer, "SystemExit: PERMISSION_DENIED")

    def test_an_argument_that_python_cannot_represent_is_told(self) -> None:
        for text in ("abc", "1E+99999999999999999999"):
            answer = self.host.call(self.tool("same"), value={"$decimal": text})
            self.assert_told("INVALID_ARGUMENT", answer, "can't be represented")

    def test_a_bundle_chooses_its_own_codes(self) -> None:
        answer = self.host.call(self.tool("tells"))
        self.assert_told("NO_CUSTOMER", answer, "Name a customer.")
        self.assertTrue(answer.retryable)

    def test_a_result_that_json_cannot_hold_is_named(self) -> None:
        call = self.host.call
        self.assert_told("RESULT_INVALID", call(self.tool("not_json")), "[1] is a builtins.object")
        self.assert_told("RESULT_INVALID", call(self.tool("itself")), "contains itself")

    def test_a_large_result_comes_whole_and_a_larger_one_not_at_all(self) -> None:
        self.assertEqual(["$bytes"], list(self.host.call(self.tool("blob"), size=700_000)))
        answer = self.host.call(self.tool("blob"), size=1_000_000)
        self.assert_told("RESULT_TOO_LARGE", answer, "1048576")

    def test_a_tool_that_is_not_there_is_told(self) -> None:
        self.assert_told("TOOL_UNAVAILABLE", self.host.call("trouble.calls.nothing"))

    def test_many_calls_at_once_are_all_answered(self) -> None:
        calls = [self.host.start(self.tool("add"), a=i) for i in range(40)]
        self.assertEqual([i + 2 for i in range(40)], [self.host.answer(call) for call in calls])


class EndingTest(unittest.TestCase):
    def test_the_end_of_its_input_ends_everything(self) -> None:
        host = Host(TROUBLE)
        call = host.start("trouble.calls.hang")
        host.logged(call, "hanging")
        pids = descendants(host.process.pid)
        self.assertGreaterEqual(len(pids), 2)
        host.close()
        self.assertEqual([], [pid for pid in pids if is_alive(pid)])

    def test_its_own_death_ends_everything(self) -> None:
        host = Host(TROUBLE)
        call = host.start("trouble.calls.hang")
        host.logged(call, "hanging")
        pids = descendants(host.process.pid)
        host.process.kill()
        wait_until(lambda: not any(map(is_alive, pids)), "their death")
        host.close()

    def test_a_worker_ends_without_its_keeper_whoever_inherits_it(self) -> None:
        for inherits, status in ((os.getpid, 0), (lambda: 0, 1)):
            heir = os.fork()
            if heir == 0:
                signal.alarm(20)  # for a worker that waits for ever
                linux.inherit_orphans()
                keeper = inherits()
                between = os.fork()
                if between == 0:
                    between = os.getpid()
                    if os.fork() == 0:
                        _belong_to(between, keeper)
                    os._exit(0)
                os.waitpid(between, 0)
                os._exit(os.waitstatus_to_exitcode(os.waitpid(-1, 0)[1]))
            self.assertEqual(status, os.waitstatus_to_exitcode(os.waitpid(heir, 0)[1]))

    def test_a_template_that_is_killed_is_started_again_and_calls_in_flight_survive(self) -> None:
        with Host(TROUBLE) as host:
            flag = os.path.join(host.directory.name, "flag")
            waiting = host.start("trouble.calls.wait_for", path=flag)
            self.assertEqual(3, host.call("trouble.calls.add", a=1))
            template = min(children(host.process.pid))
            os.kill(template, signal.SIGKILL)
            host.logged(0, "SIGKILL; it is started again")
            calls = [host.start("trouble.calls.add", a=i) for i in range(8)]
            self.assertEqual([i + 2 for i in range(8)], [host.answer(call) for call in calls])
            open(flag, "w").close()
            self.assertEqual("found", host.answer(waiting))


class ShortageTest(unittest.TestCase):
    """Tools take processes and descriptors as they like; the keeper does without for a while."""

    def allow_descriptors(self, host: Host, count: int) -> None:
        resource.prlimit(host.process.pid, resource.RLIMIT_NOFILE, (count, 4096))

    def test_calls_wait_when_there_is_no_descriptor_for_another_worker(self) -> None:
        with Host(TROUBLE) as host:
            host.call("trouble.calls.add", a=1)
            flag = os.path.join(host.directory.name, "flag")
            waiting = host.start("trouble.calls.wait_for", path=flag)
            self.allow_descriptors(host, 3)
            calls = [host.start("trouble.calls.add", a=i) for i in range(8)]
            open(flag, "w").close()
            self.assertEqual("found", host.answer(waiting))
            self.allow_descriptors(host, 4096)
            calls.append(host.start("trouble.calls.add", a=8))
            self.assertEqual([i + 2 for i in range(9)], [host.answer(call) for call in calls])

    def test_calls_survive_when_the_bundles_cannot_be_imported_again_at_once(self) -> None:
        with Host(TROUBLE) as host:
            flag = os.path.join(host.directory.name, "flag")
            waiting = host.start("trouble.calls.wait_for", path=flag)
            self.assertEqual(3, host.call("trouble.calls.add", a=1))
            self.allow_descriptors(host, 3)
            os.kill(min(children(host.process.pid)), signal.SIGKILL)
            host.logged(0, "can't start: Too many open files")
            unavailable = host.call("trouble.calls.add", within=0.1, a=1)
            self.assertEqual("TOOL_HOST_UNAVAILABLE", unavailable.code)
            open(flag, "w").close()
            self.assertEqual("found", host.answer(waiting))
            self.allow_descriptors(host, 4096)
            self.assertEqual(3, host.call("trouble.calls.add", a=1))

    def test_the_end_is_complete_without_a_descriptor(self) -> None:
        host = Host(TROUBLE)
        child = host.call("trouble.calls.leaves_a_session")
        used = set(map(int, os.listdir(f"/proc/{host.process.pid}/fd")))
        self.allow_descriptors(host, min(set(range(4096)) - used))
        host.close()
        self.assertFalse(is_alive(child))

    def test_a_process_that_writes_for_ever_does_not_hold_the_keeper(self) -> None:
        keeper = Keeper(0, 1)
        end, writer = os.pipe()
        keeper._watch(end, lambda: None)
        os.write(writer, b"x")
        reads: "list[bytes]" = []

        def hear() -> None:
            self.assertLess(len(reads), 100)
            reads.append(os.read(end, 10))
            os.write(writer, b"x")

        keeper._drain(end, hear)
        self.assertEqual([b"x"], reads)
        keeper._close(end)
        os.close(writer)
        keeper._selector.close()
