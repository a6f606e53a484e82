"""What user code sees: values, generated tools, and how its end is described. No sandbox is needed for these."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import decimal
import enum
import importlib.util
import inspect
import json
import os
import pathlib
import pickle
import random
import select
import sys
import tempfile
import threading
import unittest
import uuid
import zlib
from typing import Any, Dict, List, NamedTuple, Tuple

import driver
from iso_init import frames, report


def guest(carrier: str, name: str) -> Any:
    specification = importlib.util.spec_from_file_location(name, driver.SOURCES / f"{carrier}.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


values = guest("guest_values", "_iso_values")
channel = guest("guest_channel", "_iso_channel")


@dataclasses.dataclass
class Point:
    x: int
    when: datetime.date


class Pair(NamedTuple):
    left: int
    right: Any


class Colour(enum.Enum):
    RED = "red"


def some_value(chance: random.Random, depth: int) -> Any:
    """A value of any type that passes between programs and tools."""
    minute = datetime.timedelta(minutes=chance.randrange(-1080, 1081))
    zone = chance.choice([None, datetime.timezone(minute)])
    moment = datetime.datetime(
        chance.randrange(1, 10000), 2, chance.randrange(1, 29), 3, 4, 5, chance.choice([0, 7]), zone
    )
    simple: List[Any] = [
        None,
        chance.random() < 0.5,
        chance.randrange(-(2**70), 2**70),
        chance.uniform(-1e300, 1e300),
        chance.choice([float("nan"), float("inf"), float("-inf"), -0.0]),
        "".join(map(chr, chance.choices(range(0x11000), k=5))),
        chance.randbytes(3),
        decimal.Decimal(chance.randrange(-(10**30), 10**30)).scaleb(chance.randrange(-40, 40)),
        moment,
        moment.date(),
        moment.timetz(),
        datetime.timedelta(microseconds=chance.randrange(-(10**17), 10**17)),
    ]
    if not depth or chance.random() < 0.5:
        return chance.choice(simple)
    size = chance.randrange(3)
    if chance.random() < 0.5:
        return [some_value(chance, depth - 1) for _ in range(size)]
    keys = ["$bytes", "$", "$$float", "a", "$date", ""]
    return {chance.choice(keys): some_value(chance, depth - 1) for _ in range(size)}


class Values(unittest.TestCase):
    def through(self, value: Any) -> Any:
        return json.loads(values.to_json(value, "the result"))

    def test_plain_values_pass_as_json(self) -> None:
        plain: Tuple[Any, ...] = (None, True, 1, 2.5, "ü😀", [1, [2]], {"a": {"b": []}}, 10**30)
        for value in plain:
            self.assertEqual(self.through(value), value)

    def test_the_usual_types_become_json_predictably(self) -> None:
        for value, expected in (
            ((1, 2), [1, 2]),
            ({3, 1, 2}, [1, 2, 3]),
            (Pair(1, 2), [1, 2]),
            ([Pair(1, b"")], [[1, {"$bytes": ""}]]),
            (Point(1, datetime.date(2024, 2, 29)), {"x": 1, "when": "2024-02-29"}),
            (datetime.datetime(2024, 1, 2, 3, 4), "2024-01-02T03:04:00"),
            (decimal.Decimal("1.10"), "1.10"),
            (pathlib.PurePosixPath("/a/b"), "/a/b"),
            (uuid.UUID(int=1), str(uuid.UUID(int=1))),
            (Colour.RED, "red"),
            (b"\0\xff", {"$bytes": base64.b64encode(b"\0\xff").decode()}),
            ({1: "a", None: "b", True: "c"}, {"1": "c", "null": "b"}),
            ({"\udc80": 1}, {"\udc80": 1}),
        ):
            with self.subTest(repr(value)):
                self.assertEqual(self.through(value), expected)

    def test_numpy_and_pandas_become_plain(self) -> None:
        try:
            import numpy
            import pandas
        except ImportError:
            self.skipTest("numpy and pandas are not installed")
        for value, expected in (
            (numpy.float64(1.5), 1.5),
            (numpy.int8(3), 3),
            (numpy.bool_(True), True),
            (numpy.arange(4).reshape(2, 2), [[0, 1], [2, 3]]),
            ({numpy.int64(1): numpy.float32(0.5)}, {"1": 0.5}),
            (pandas.Series([1, 2]), [1, 2]),
            (
                pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
                [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
            ),
            (pandas.Timestamp("2024-01-02"), "2024-01-02T00:00:00"),
        ):
            with self.subTest(repr(value)):
                self.assertEqual(self.through(value), expected)

    def test_what_json_cannot_hold_is_named_by_its_place(self) -> None:
        loop: List[Any] = []
        loop.append(loop)
        for value, error, words in (
            ({"a": [1, float("nan")]}, ValueError, "the result['a'][1] is nan"),
            (float("inf"), ValueError, "the result is inf"),
            ({"f": print}, TypeError, "the result['f'] is a builtins.builtin_function_or_method"),
            ({(1, 2): 3}, TypeError, "the result has a key of type tuple"),
            (loop, ValueError, "contains itself"),
        ):
            with self.assertRaises(error) as caught:
                values.to_json(value, "the result")
            self.assertIn(words, str(caught.exception))

    def test_nothing_is_lost_between_programs_and_tools(self) -> None:
        chance = random.Random(6)
        for _ in range(300):
            value = some_value(chance, 4)
            sent = json.loads(values.to_call("t", {"v": value}))["args"]["v"]
            self.assertEqual(repr(values.from_json(json.dumps(sent).encode())), repr(value))

    def test_what_no_tool_can_take_is_named(self) -> None:
        for value in (decimal.Decimal("NaN"), [decimal.Decimal("Infinity")]):
            with self.assertRaisesRegex(ValueError, "the argument 'v' of t"):
                values.to_call("t", {"v": value})

    def test_bytes_come_back(self) -> None:
        self.assertEqual(values.from_json(values.to_json([{"a": b"\xff"}], "x")), [{"a": b"\xff"}])


DECLARED: Dict[str, Any] = {
    "find": {
        "tool": "find",
        "params": [
            ["text", "text", "str", True],
            ["class", "class_", "list[Point] | None", False, None],
            ["limit", "limit", "int", False, 10],
            ["colour", "colour", 'Literal["red", 3]', False],
        ],
        "returns": "list[str]",
        "doc": 'Quotes """ and \\ stay.',
        "about": 22,
        "brief": 'Quotes """ and stay.',
        "raises": {"NO_LUCK": "NoLuck"},
    },
    "orders.eu.count": {
        "tool": "orders.eu.count",
        "params": [],
        "returns": "int",
        "doc": "Raises:\n    ToolError: any other failure",
        "about": 0,
        "brief": "",
        "raises": {},
    },
    "NoLuck": {"error": "NO_LUCK"},
    "Point": {"fields": {"x": ["int", True], "next": ["Shape | None", False]}},
    "Shape": {"alias": "Point | dict[str, float]"},
}


class Tools(unittest.TestCase):
    def setUp(self) -> None:
        self.calls: List[Any] = []
        self.answer: Any = None
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        file = pathlib.Path(directory.name, "tools.data")
        file.write_bytes(
            zlib.compress(
                "".join(f"{name}\t{json.dumps(what)}\n" for name, what in DECLARED.items()).encode()
            )
        )
        guest("guest_checks", "_iso_checks")
        machinery = guest("guest_tools", "_iso_tools")
        machinery.FILE = str(file)
        self.tools = guest("guest_toolbox", "tools")
        original = channel.call
        channel.call = self.call
        self.addCleanup(setattr, channel, "call", original)

    def call(self, name: str, arguments: Dict[str, Any]) -> Any:
        self.calls.append((name, arguments))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def test_what_is_there_is_made_when_it_is_asked_for(self) -> None:
        self.assertEqual(
            dir(self.tools), ["NoLuck", "Point", "Shape", "ToolError", "find", "orders"]
        )
        self.assertNotIn("find", vars(self.tools))
        self.assertIs(self.tools.find, self.tools.find)
        self.assertEqual(dir(self.tools.orders), ["eu"])
        self.assertEqual(repr(self.tools.orders.eu), "<tools orders.eu: count>")
        scope: Dict[str, Any] = {}
        exec("from tools import *", scope)
        self.assertIs(scope["find"], self.tools.find)

    def test_the_module_itself_takes_no_name_that_a_tool_may_have(self) -> None:
        own = [name for name in vars(self.tools) if not name.startswith("_")]
        self.assertEqual(own, ["ToolError"])

    def test_what_is_not_there_is_named_with_what_is_meant(self) -> None:
        with self.assertRaisesRegex(AttributeError, "no tool 'fin' here; did you mean 'find'"):
            self.tools.fin
        with self.assertRaisesRegex(AttributeError, "no tool 'orders.eu.sum'"):
            self.tools.orders.eu.sum
        self.assertFalse(hasattr(self.tools, "__wrapped__"))

    def test_nothing_is_there_before_the_inputs_have_come(self) -> None:
        machinery: Any = sys.modules["_iso_tools"]
        file, machinery.FILE = machinery.FILE, "/nowhere"
        self.assertFalse(hasattr(self.tools, "find"))
        machinery.FILE = file
        self.assertTrue(hasattr(self.tools, "find"))

    def test_signatures_show_types_and_what_may_be_left_out(self) -> None:
        find = self.tools.find
        self.assertEqual(
            str(inspect.signature(find)),
            "(text: 'str', class_: 'list[Point] | None' = None, limit: 'int' = 10, "
            "colour: \"Literal['red', 3]\" = ...) -> 'list[str]'",
        )
        self.assertEqual(find.__doc__, DECLARED["find"]["doc"])
        self.assertTrue(inspect.iscoroutinefunction(find.aio))
        self.assertEqual(self.tools.orders.eu.count.__qualname__, "orders.eu.count")

    def test_what_was_not_given_is_not_sent(self) -> None:
        self.tools.find("x")
        self.tools.find("x", class_=[{"x": 1, "next": {"a": 1}}], limit=3, colour="red")
        self.assertEqual(
            [arguments for _, arguments in self.calls],
            [
                {"text": "x", "limit": 10},
                {"text": "x", "class": [{"x": 1, "next": {"a": 1}}], "limit": 3, "colour": "red"},
            ],
        )

    def test_wrong_arguments_are_named_with_the_type_expected(self) -> None:
        for arguments, words in (
            ((), "find() missing 1 required positional argument: 'text'"),
            ((1,), "find(): argument 'text' must be str, not int"),
            (("x", {}), "find(): argument 'class' must be list[Point] | None, not dict"),
            (("x", None, True), "find(): argument 'limit' must be int, not bool"),
            (("x", None, 1.0), "find(): argument 'limit' must be int, not float"),
            (("x", None, 1, "blue"), "argument 'colour' must be Literal[\"red\", 3], not 'blue'"),
            (("x", None, 1, None), "argument 'colour' must be Literal[\"red\", 3], not NoneType"),
        ):
            with self.assertRaises(TypeError) as caught:
                self.tools.find(*arguments)
            self.assertIn(words, str(caught.exception))
        self.assertEqual(self.calls, [])

    def test_places_within_are_told(self) -> None:
        checks: Any = sys.modules["_iso_checks"]
        for kind, value, why in (
            ("list[int]", [1, "2"], "[1] must be int, not str"),
            ("dict[str, list[int]]", {"a": [None]}, "['a'][0] must be int, not NoneType"),
            ("Point", {"next": None}, " lacks 'x' (Point)"),
            ("Point", {"x": 1, "y": 2}, " has 'y', which Point does not know"),
            ("Point", {"x": 1, "next": 2}, "['next'] must be Shape | None, not int"),
            ("Point", 3, " must be a dict (Point), not int"),
            ("datetime", datetime.date(2024, 1, 1), " must be datetime, not date"),
            ("date", datetime.datetime(2024, 1, 1), " must be date, not datetime"),
        ):
            self.assertEqual(checks.check(kind)(value), why)

    def test_a_type_tells_its_fields(self) -> None:
        self.assertEqual(
            self.tools.Point.__doc__,
            "A dict:\n\n    'x': int\n    'next': Shape | None  (may be left out)",
        )

    def test_what_is_converted_on_the_way_fits(self) -> None:
        checks: Any = sys.modules["_iso_checks"]
        for kind, value in (
            ("str", Colour.RED),
            ("str", pathlib.PurePosixPath("/a")),
            ("list[int]", {1, 2}),
            ("dict[str, Any]", Point(1, datetime.date(2024, 1, 1))),
            ("Decimal", 1.5),
            ("float", 1),
            ("bytes", memoryview(b"")),
        ):
            self.assertIsNone(checks.check(kind)(value), kind)
        # A named tuple is a list, as in the module json.
        self.assertIsNone(checks.check("list[int]")(Pair(1, 2)))
        self.assertEqual(
            checks.check("dict[str, int]")(Pair(1, 2)), " must be dict[str, int], not Pair"
        )

    def test_tools_are_found_by_what_they_do(self) -> None:
        search = sys.modules["_iso_tools"].search
        self.assertEqual(search("count of orders", 5), ["orders.eu.count() -> int"])
        self.assertIn("limit: int = 10", search("quotes", 1)[0])
        self.assertTrue(search("quotes", 1)[0].endswith(') -> list[str]  # Quotes """ and stay.'))
        self.assertEqual(len(search("", 1)), 1)
        self.assertEqual(search("zebra", 5), [])

    def test_tools_are_ranked_as_the_host_ranks_them(self) -> None:
        there = pathlib.Path(__file__).parents[1] / "resources/io/isoruntime/supervisor/tools"
        expected = json.loads((there / "searches.json").read_text(encoding="utf-8"))
        machinery: Any = sys.modules["_iso_tools"]
        machinery._declared.update(
            (
                tool["name"],
                json.dumps(
                    {
                        "tool": tool["name"],
                        "params": [[name, name, "str", True] for name in tool["params"]],
                        "returns": "str",
                        "doc": tool["about"] + "\n\nRaises: any other failure; see its code",
                        "about": len(tool["about"]),
                        "brief": "",
                    }
                ),
            )
            for tool in expected["tools"]
        )
        for search in expected["searches"]:
            found = [line.split("(")[0] for line in machinery.search(search["query"], 100)]
            self.assertEqual(found, search["finds"], search["query"])

    def test_a_declared_failure_is_an_exception_of_its_own(self) -> None:
        self.answer = channel.ToolError("NO_LUCK", "none", True)
        with self.assertRaises(self.tools.NoLuck) as caught:
            self.tools.find("x")
        self.assertIsInstance(caught.exception, channel.ToolError)
        self.assertEqual(
            (caught.exception.code, caught.exception.message, caught.exception.retryable),
            ("NO_LUCK", "none", True),
        )
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((type(again), again.code), (self.tools.NoLuck, "NO_LUCK"))
        self.answer = channel.ToolError("OTHER", "x")
        with self.assertRaises(channel.ToolError) as other:
            self.tools.find("x")
        self.assertIs(type(other.exception), channel.ToolError)


class Channel(unittest.TestCase):
    """Threads of a program that call tools; the test is the supervisor."""

    THREADS = 8

    def setUp(self) -> None:
        self.channel = guest("guest_channel", "_iso_channel_alone")
        self.calls, self.channel.WRITE_FD = os.pipe()
        self.channel.READ_FD, self.replies = os.pipe()
        for end in (self.calls, self.channel.WRITE_FD, self.channel.READ_FD, self.replies):
            self.addCleanup(os.close, end)
        self.channel.connect()
        self.answers: Dict[int, int] = {}

    def start(self, target: Any, *args: int) -> threading.Thread:
        thread = threading.Thread(target=target, args=args, daemon=True)
        thread.start()
        return thread

    def join(self, thread: threading.Thread) -> None:
        thread.join(30)
        self.assertFalse(thread.is_alive(), "a reply woke nobody")

    def call(self, first: int, calls: int) -> None:
        for n in range(first, calls, self.THREADS):
            self.answers[n] = self.channel.call("next", {"n": n})

    def next_call(self) -> Dict[str, Any]:
        self.assertTrue(select.select([self.calls], [], [], 30)[0], "no thread calls")
        call: Dict[str, Any] = json.loads(frames.read_frame(self.calls)[1])
        return call

    def waiting(self) -> List[Dict[str, Any]]:
        """A call of each thread, in any order."""
        return random.sample([self.next_call() for _ in range(self.THREADS)], self.THREADS)

    def reply(self, call: Dict[str, Any]) -> bytes:
        answer = {"id": call["id"], "ok": call["args"]["n"] + 1}
        return frames.encode(frames.REPLY, json.dumps(answer).encode())

    def test_each_of_two_thousand_calls_from_eight_threads_gets_its_own_answer(self) -> None:
        numbers: List[int] = []

        def supervisor() -> None:
            for _ in range(2000 // self.THREADS):
                waiting = self.waiting()
                numbers.extend(call["id"] for call in waiting)
                sent = b"".join(map(self.reply, waiting))
                cut = random.randrange(len(sent))  # seldom between two frames
                frames.write_all(self.replies, sent[:cut])
                frames.write_all(self.replies, sent[cut:])

        threads = [self.start(self.call, first, 2000) for first in range(self.THREADS)]
        threads.append(self.start(supervisor))
        for thread in threads:
            self.join(thread)
        self.assertEqual(self.answers, {n: n + 1 for n in range(2000)})
        self.assertEqual(sorted(numbers), list(range(1, 2001)))

    def test_calls_are_numbered_in_the_order_of_their_sending(self) -> None:
        # The supervisor takes a call whose number has not grown for a replay.
        threads = [self.start(self.call, first, 400) for first in range(self.THREADS)]
        numbers = []
        for _ in range(400):
            call = self.next_call()
            numbers.append(call["id"])
            frames.write_all(self.replies, self.reply(call))
        for thread in threads:
            self.join(thread)
        self.assertEqual(numbers, list(range(1, 401)))

    def test_a_thread_that_has_its_answer_leaves_the_reading_to_another(self) -> None:
        threads = [self.start(self.call, first, self.THREADS) for first in range(self.THREADS)]
        for call in self.waiting():
            frames.write_all(self.replies, self.reply(call))
            self.join(threads[call["args"]["n"]])
        self.assertEqual(self.answers, {n: n + 1 for n in range(self.THREADS)})


class Report(unittest.TestCase):
    def raised(self, action: Any) -> BaseException:
        try:
            action()
        except BaseException as error:
            return error
        raise AssertionError("nothing was raised")

    def test_text_is_capped_in_the_middle_and_well_formed(self) -> None:
        self.assertEqual(report.clean("short\udc80", 100), "short\\udc80")
        capped = report.clean("ü" * 10_000, 1000)
        self.assertLessEqual(len(capped.encode()), 1000)
        self.assertTrue(capped.startswith("ü") and capped.endswith("ü") and "[...]" in capped)

    def test_the_statuses_are_those_of_the_interpreter(self) -> None:
        for error, status in (
            (SystemExit(), 0),
            (SystemExit(True), 1),
            (SystemExit(256 + 3), 3),
            (SystemExit("x"), 1),
            (KeyboardInterrupt(), 130),
            (ValueError(), 1),
        ):
            self.assertEqual(report.exit_code(error), status)

    def test_a_syntax_error_elsewhere_is_not_a_line_of_the_program(self) -> None:
        error = self.raised(lambda: compile("(", "other.py", "exec"))
        self.assertIsNone(report.describe(error, report.MAIN_FILE)["line"])
        error = self.raised(lambda: compile("\n\n(", report.MAIN_FILE, "exec"))
        described = report.describe(error, report.MAIN_FILE)
        self.assertEqual((described["line"], described["type"]), (3, "SyntaxError"))

    def test_own_frames_go_from_the_whole_chain(self) -> None:
        scope: Dict[str, Any] = {}
        exec(compile("def inner(): raise KeyError('k')", "<iso_init.x>", "exec"), scope)

        def outer() -> None:
            try:
                scope["inner"]()
            except KeyError as error:
                raise ValueError("v") from error

        error = self.raised(outer)
        report.hide_own_frames(error)
        text = report.formatted(error)
        self.assertNotIn("iso_init", text)
        self.assertIn("KeyError", text)

    def test_a_cycle_of_causes_ends(self) -> None:
        first, second = ValueError("1"), ValueError("2")
        first.__cause__, second.__cause__ = second, first
        report.hide_own_frames(first)


if __name__ == "__main__":
    unittest.main()
