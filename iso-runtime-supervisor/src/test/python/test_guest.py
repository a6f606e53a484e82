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
import pathlib
import sys
import types
import unittest
import uuid
from typing import Any, Dict, List, Tuple

import driver
from iso_init import report, toolstubs


def guest(carrier: str, name: str) -> Any:
    specification = importlib.util.spec_from_file_location(name, driver.SOURCES / f"{carrier}.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


values = guest("guest_values", "_iso_values")
channel = guest("guest_channel", "_iso_channel")
guest("guest_tools", "_iso_tools")


@dataclasses.dataclass
class Point:
    x: int
    when: datetime.date


class Colour(enum.Enum):
    RED = "red"


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

    def test_bytes_come_back(self) -> None:
        self.assertEqual(values.from_json(values.to_json([{"a": b"\xff"}], "x")), [{"a": b"\xff"}])


class Tools(unittest.TestCase):
    def load(self, *tools: Dict[str, Any]) -> Tuple[Any, List[Any]]:
        calls: List[Any] = []
        original = channel.call
        channel.call = lambda name, arguments: calls.append((name, arguments))
        self.addCleanup(setattr, channel, "call", original)
        module = types.ModuleType("tools")
        exec(compile(toolstubs.source(list(tools)), "tools.py", "exec"), module.__dict__)
        return module, calls

    def test_names_that_python_cannot_spell_are_made_so(self) -> None:
        spelled = {
            "add": "add",
            "get-user": "get_user",
            "import": "import_",
            "1st": "_1st",
            "": "_",
            "größe": "größe",
        }
        for name, expected in spelled.items():
            self.assertEqual(toolstubs.identifier(name), expected)

    def test_dotted_tools_nest_and_may_share_a_prefix_with_a_tool(self) -> None:
        parameter = {"name": "class", "type": "list[str]", "required": True}
        names = ("orders.search", "orders", "orders.eu.count", "eu.x.y")
        module, calls = self.load(*({"name": name, "params": [parameter]} for name in names))
        module.orders.search(1)
        module.orders(class_=2)
        module.orders.eu.count(3)
        module.eu.x.y(4)
        expected = ("orders.search", "orders", "orders.eu.count", "eu.x.y")
        self.assertEqual(
            calls, [(name, {"class": index + 1}) for index, name in enumerate(expected)]
        )
        self.assertEqual(module.orders.search.__qualname__, "orders.search")
        with self.assertRaisesRegex(TypeError, r"orders\.search\(\) missing 1 required"):
            module.orders.search()

    def test_signatures_show_types_and_what_may_be_left_out(self) -> None:
        tool = {
            "name": "find",
            "params": [
                {"name": "limit", "type": "int", "required": False, "default": 10},
                {"name": "text", "type": "str", "required": True},
                {"name": "odd", "type": "not a type", "required": False},
            ],
            "returns": "list[str]",
            "doc": 'Quotes """ and \\ stay.',
        }
        module, calls = self.load(tool)
        self.assertEqual(
            str(inspect.signature(module.find)),
            "(text: 'str', limit: 'int' = 10, odd: \"'not a type'\" = ...) -> 'list[str]'",
        )
        self.assertEqual(module.find.__doc__, tool["doc"])
        module.find("x")
        self.assertEqual(calls, [("find", {"text": "x", "limit": 10})])
        self.assertTrue(inspect.iscoroutinefunction(module.find.aio))
        self.assertEqual(module.__all__, ["ToolError", "find"])

    def test_hostile_declarations_do_not_become_code(self) -> None:
        self.load(
            {
                "name": "a\n    import os #",
                "params": [{"name": "x=os.abort()", "type": "1)\nimport os", "required": True}],
                "returns": "int:\n    import os",
                "doc": "'''\"\"\"\n",
            }
        )


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
