"""The checker of programs: what it finds, and above all what it leaves alone."""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile
import textwrap
import time
import unittest
import zlib
from typing import Any, Dict, List, Tuple
from unittest import mock

from test_guest import guest


def parameter(name: str, kind: str, required: bool = True, *initial: Any) -> List[Any]:
    return [name, name if name != "from" else "from_", kind, required, *initial]


def tool(name: str, *parameters: List[Any]) -> Dict[str, Any]:
    return {
        "tool": name,
        "params": parameters,
        "returns": "Any",
        "doc": "Does it.",
        "about": len("Does it."),
        "brief": "Does it.",
        "raises": {},
    }


SEARCH = tool(
    "orders.search",
    parameter("customer", "str"),
    parameter("limit", "int | None", False, None),
    parameter("sort", "Literal['up', 'down']", False),
)
DECLARED: Dict[str, Dict[str, Any]] = {
    "orders.search": SEARCH,
    "orders.eu.count": tool("orders.eu.count", parameter("from", "list[int]", False)),
    "add": tool("add", parameter("a", "int"), parameter("b", "int")),
    "nothing": tool("nothing"),
    "draw": tool("draw", parameter("at", "Point")),
    "Point": {"fields": {"x": ["int", True], "y": ["int", False]}},
    "NoLuck": {"error": "NO_LUCK"},
}

machinery: Any = None
check: Any = None


def setUpModule() -> None:
    global machinery, check
    guest("guest_checks", "_iso_checks")
    machinery = guest("guest_tools", "_iso_tools")
    from iso_check import declarations, findings

    vars(declarations)["_iso_tools"] = machinery  # that of another test may have been there
    check = findings.found
    directory = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(directory.cleanup)
    file = pathlib.Path(directory.name, "tools.data")
    lines = "".join(f"{name}\t{json.dumps(what)}\n" for name, what in DECLARED.items())
    file.write_bytes(zlib.compress(lines.encode()))
    machinery.FILE = str(file)


def found(source: str) -> List[Dict[str, Any]]:
    findings: List[Dict[str, Any]] = check(textwrap.dedent(source).encode())
    return findings


def places(source: str) -> List[Tuple[str, int, int]]:
    return [(each["code"], each["line"], each["column"]) for each in found(source)]


class Check(unittest.TestCase):
    def fine(self, *sources: str) -> None:
        for source in sources:
            with self.subTest(source=source):
                self.assertEqual(found(source), [])

    def fine_since(self, version: Tuple[int, int], *sources: str) -> None:
        """An older interpreter, whose own parser is what checks, does not know the syntax."""
        if sys.version_info >= version:
            self.fine(*sources)
        else:
            self.wrong("SYNTAX_ERROR", *sources)

    def wrong(self, code: str, *sources: str) -> None:
        for source in sources:
            with self.subTest(source=source):
                self.assertEqual([each["code"] for each in found(source)], [code])


class Syntax(Check):
    def test_what_does_not_parse_is_told_alone_with_its_place(self) -> None:
        (only,) = found("from tools import nope\nx = = 1\n")
        self.assertEqual((only["code"], only["line"], only["column"]), ("SYNTAX_ERROR", 2, 5))
        self.assertIn("x = = 1", only["remedy"])

    def test_what_parses_but_does_not_compile_is_told_too(self) -> None:
        self.assertEqual(places("x = 1\nreturn x\n")[0][:2], ("SYNTAX_ERROR", 2))
        self.wrong("SYNTAX_ERROR", "await f()", "break", "def f(a, a): pass", "nonlocal x")

    def test_bytes_that_are_no_text_are_a_syntax_error(self) -> None:
        self.assertEqual(places("a = 1\nb = '\0'\n")[0][:2], ("SYNTAX_ERROR", 2))
        for source in (b"a = '\xff'", b"# coding: nonsense\n", b"\xff\xfea\0", b"\xef\xbb\xbf\xff"):
            self.assertEqual([each["code"] for each in check(source)], ["SYNTAX_ERROR"], source)

    def test_what_is_nested_too_deeply_is_a_finding(self) -> None:
        for source in ("(" * 100_000, "-" * 100_000 + "1", "a" + ".a" * 100_000, "f(" * 5000):
            (only,) = check(source.encode())
            self.assertIn(only["code"], ("SYNTAX_ERROR", "NOT_CHECKED"))

    def test_what_the_parser_is_long_about_is_a_finding(self) -> None:
        (only,) = check(b"a" + b",a" * 500_000 + b"=")
        self.assertEqual(only["code"], "SYNTAX_ERROR")

    def test_a_long_sum_is_no_trouble(self) -> None:
        self.fine("x = " + " + ".join(["'a'"] * 900))

    def test_an_empty_program_is_fine(self) -> None:
        self.fine("", "\n", "# nothing", "\ufeffprint(1)", "\x0cprint(1)")


class Tools(Check):
    def test_right_calls_are_fine(self) -> None:
        self.fine(
            "import tools\ntools.orders.search('Ann', limit=3, sort='up')",
            "import tools as t\nt.add(1, b=2)\nt.nothing()",
            "from tools import orders, add as plus\norders.search('Ann', None)\nplus(a=1, b=2)",
            "from tools import *\norders.eu.count([1, 2])\nadd(1, 2)",
            "from tools import orders\ns = orders.search\nasync def f():\n  await s.aio('Ann')",
            "import tools\ntry:\n  tools.add(1, 2)\nexcept tools.NoLuck as e:\n  print(e.code)",
            "from tools import ToolError, NoLuck, Point\np: Point = {'x': 1}",
            "from tools import orders\nprint(orders.search.__doc__, orders.__name__)",
            "from tools import draw\ndraw({'x': 1})\ndraw(at={'x': 1, 'y': 2})",
            "from tools import orders\norders.eu.count(from_=[1])",
        )

    def test_an_unknown_tool_is_told_where_it_stands_with_what_there_is(self) -> None:
        (only,) = found("from tools import orders\nx = (1,\n     orders.serch('Ann'))\n")
        self.assertEqual((only["code"], only["line"], only["column"]), ("UNKNOWN_TOOL", 3, 13))
        self.assertEqual(only["message"], "There is no tool 'orders.serch'.")
        self.assertIn("Did you mean 'orders.search'?", only["remedy"])
        self.assertIn("orders.eu, orders.search", only["remedy"])

    def test_only_the_first_unknown_tools_come_with_a_guess(self) -> None:
        findings = found("import tools\n" + "tools.orders.serch()\n" * 12)
        guesses = ["Did you mean 'orders.search'?" in each["remedy"] for each in findings]
        self.assertEqual(guesses, [True] * 10 + [False] * 2)
        self.assertEqual(findings[11]["remedy"], "There is orders.eu, orders.search.")

    def test_an_unknown_tool_is_found_however_it_is_named(self) -> None:
        self.wrong(
            "UNKNOWN_TOOL",
            "from tools import serch",
            "from tools import serch\nserch(1)\ns = serch.x",
            "import tools\ntools.ad(1, 2)",
            "import tools\nt = tools\nu = t\nu.ad",
            "from tools import orders\norders.eu.counts()",
            "from tools import *\norders.counts()",
            "from tools import orders\norders.search.later('x')",
            "def f():\n  from tools import orders\n  return [orders.find(x) for x in y]",
            "import tools\nclass A:\n  def f(self):\n    return tools.no_such",
            "import tools\ntry:\n  pass\nexcept tools.NoSuch:\n  pass",
            "import tools\ntools.orders('Ann')",
            "import tools\ntools()",
        )

    def test_its_like_is_found_in_other_namespaces(self) -> None:
        (only,) = found("from tools import search")
        self.assertIn("Did you mean 'orders.search'?", only["remedy"])

    def test_a_namespace_is_nearer_than_a_type_that_is_less_like_it(self) -> None:
        with mock.patch.dict(machinery.declared(), {"Order": '{"fields": {}}'}):
            (only,) = found("from tools import order")
        self.assertTrue(only["remedy"].startswith("Did you mean 'orders'? There is add, draw,"))
        self.assertTrue(only["remedy"].endswith(", NoLuck, Order, Point."), only["remedy"])

    def test_what_there_is_alone_is_not_told_twice(self) -> None:
        (only,) = found("import tools\ntools.orders.eu.counts()")
        self.assertEqual(only["remedy"], "Did you mean 'orders.eu.count'?")

    def test_a_program_without_tools_is_told_so(self) -> None:
        with mock.patch.object(machinery, "declared", dict):
            (only,) = found("from tools import add")
        self.assertEqual(only["remedy"], "This program is lent no tools.")

    def test_columns_count_characters(self) -> None:
        self.assertEqual(
            places("import tools\nx = 'äöü€😀', tools.nope, 1"), [("UNKNOWN_TOOL", 2, 20)]
        )

    def test_tools_is_no_package(self) -> None:
        self.wrong(
            "WRONG_IMPORT",
            "import tools.orders",
            "import tools.orders as o\no.anything()",
            "from tools.orders import search\nsearch(1, 2, 3, 4)",
        )
        (only,) = found("from tools.orders import search")
        self.assertEqual(only["remedy"], "Write 'from tools import orders'.")

    def test_a_tool_that_is_not_imported_is_told_once(self) -> None:
        self.assertEqual(
            places("print(1)\norders.search('Ann')\norders.eu.count()"), [("NOT_IMPORTED", 2, 1)]
        )
        self.wrong("NOT_IMPORTED", "tools.orders.search('Ann')", "def f(): return add(1, 2)")

    def test_findings_are_in_order_of_position_and_not_too_many(self) -> None:
        source = "import tools\n" + "tools.a; tools.b\n" * 1000
        found_places = places(source)
        self.assertEqual(len(found_places), 100)
        self.assertEqual(found_places, sorted(found_places, key=lambda each: (each[1], each[2])))
        self.assertEqual(found_places[-1], ("UNKNOWN_TOOL", 51, 16))

    def test_no_text_is_too_long(self) -> None:
        (only,) = found("import tools\ntools." + "x" * 100_000)
        self.assertLessEqual(len(only["message"]), 500)
        self.assertLessEqual(len(only["remedy"]), 1000)


class Arguments(Check):
    def test_each_mistake_has_its_code_and_place(self) -> None:
        before = "from tools import orders, add, nothing, draw\n"
        for call, expected in (
            ("add(1)", ("MISSING_ARGUMENT", 2, 1)),
            ("x = add()", ("MISSING_ARGUMENT", 2, 5)),
            ("add(1, 2, 3)", ("TOO_MANY_ARGUMENTS", 2, 11)),
            ("nothing(1)", ("TOO_MANY_ARGUMENTS", 2, 9)),
            ("orders.search('Ann', lmit=3)", ("UNKNOWN_ARGUMENT", 2, 22)),
            ("add(1, 2, a=3)", ("DUPLICATE_ARGUMENT", 2, 11)),
            ("orders.search('Ann', '3')", ("WRONG_ARGUMENT", 2, 22)),
            ("orders.search('Ann', sort='over')", ("WRONG_ARGUMENT", 2, 27)),
            ("orders.search(None)", ("WRONG_ARGUMENT", 2, 15)),
            ("add(True, 2)", ("WRONG_ARGUMENT", 2, 5)),
            ("add.aio(1, 2.5)", ("WRONG_ARGUMENT", 2, 12)),
            ("draw({'x': 1, 'z': 2})", ("WRONG_ARGUMENT", 2, 6)),
            ("draw([1, -2])", ("WRONG_ARGUMENT", 2, 6)),
        ):
            with self.subTest(call=call):
                self.assertEqual(places(before + call), [expected])

    def test_the_message_is_that_of_the_call_and_the_remedy_has_the_signature(self) -> None:
        (only,) = found("import tools\ntools.orders.search('Ann', limit='3')")
        self.assertEqual(
            only["message"], "orders.search(): argument 'limit' must be int | None, not str."
        )
        self.assertTrue(
            only["remedy"].startswith("Its signature: orders.search(customer: str, limit: int"),
            only["remedy"],
        )

    def test_a_mistyped_name_is_not_missed_as_well(self) -> None:
        (only,) = found("from tools import orders\norders.search(custmer='Ann')")
        self.assertEqual(only["code"], "UNKNOWN_ARGUMENT")
        self.assertIn("Did you mean 'customer'?", only["remedy"])

    def test_several_mistakes_of_a_call_are_all_told(self) -> None:
        self.assertEqual(
            [each[0] for each in places("from tools import add\nadd(c=1, b='x')")],
            ["MISSING_ARGUMENT", "UNKNOWN_ARGUMENT", "WRONG_ARGUMENT"],
        )

    def test_what_is_not_known_is_not_judged(self) -> None:
        self.fine(
            "from tools import add\nadd(*args)",
            "from tools import add\nadd(1, **more)",
            "from tools import add\nadd(*a, *b, **{'c': 1})",
            "from tools import add\nadd(x, y + 1)",
            "from tools import add\nadd(int('1'), f('x'))",
            "from tools import orders\norders.search(f'{x}', sort=y)",
            "from tools import draw\ndraw({'x': x})\ndraw(dict(x=1))\ndraw({**p})",
        )
        self.wrong("UNKNOWN_ARGUMENT", "from tools import add\nadd(*args, c=1)")


class LeftAlone(Check):
    """Names that mean something else, or may."""

    def test_names_of_the_programs_own(self) -> None:
        self.fine(
            "def add(x): return x\nadd(1)",
            "from tools import add\ndef add(x): return x\nadd(1)",
            "from tools import *\ndef add(x): return x\nadd(1)",
            "from tools import add\nadd = lambda x: x\nadd(1)",
            "from tools import add\ndef f(add): return add(1)",
            "from tools import add\nf = lambda add: add(1)",
            "from tools import add\nprint([add(1) for add in fs])",
            "from tools import add\nfor add in fs: add(1)",
            "from tools import add\nwith x as add: add(1)",
            "from tools import add\ntry: pass\nexcept E as add: add(1)",
            "from tools import add\nclass add: pass\nadd(1)",
            "from tools import add\nfrom operator import neg as add\nadd(1)",
            "from tools import add\nif (add := f()): add(1)",
            "from tools import add\nprint([add := f() for x in y], add(1))",
            "from tools import add\nadd, b = f()\nadd(1)",
            "from tools import add\nadd += 1\nadd(1)",
            "from tools import add\ndel add",
            "from tools import add\ndef f():\n  global add\n  add = g\nadd(1)",
            "def f():\n  from tools import add\n  def g():\n    nonlocal add\n    add = h\n  add(1)",
            "def add(x): return x\ndef f():\n  global add\n  return add(1)",
            "orders = {}\norders.get('x')",
            "class orders:\n  @staticmethod\n  def find(): pass\norders.find()",
            "from shop import tools\ntools.nope(1)",
            "from . import tools\ntools.nope(1)",
            "import shop as tools\ntools.nope(1)",
        )

    def test_patterns_bind_names(self) -> None:
        before = "from tools import add\nmatch x:\n"
        self.fine_since(
            (3, 10),
            *(
                before + f"  case {pattern}: add(1)"
                for pattern in ("add", "[1, *add]", "{'a': 1, **add}", "int() as add", "C(z=add)")
            ),
        )

    def test_parameters_of_types_bind_names(self) -> None:
        self.fine_since(
            (3, 12),
            "from tools import add\ndef f[add](): add(1)",
            "from tools import add\nclass C[*add]:\n  def f(): add(1)",
            "from tools import add\ntype add = int\nadd(1)",
        )

    def test_class_bodies_are_not_seen_from_methods(self) -> None:
        self.wrong(
            "MISSING_ARGUMENT",
            "from tools import add\nclass A:\n  add = None\n  def f(self): add(1)",
        )
        self.fine("from tools import add\nclass A:\n  add = None\n  add(1)")

    def test_what_is_bound_on_several_paths(self) -> None:
        self.wrong(
            "MISSING_ARGUMENT",
            "if x:\n  from tools import add\nelse:\n  from tools import add\nadd(1)",
        )
        self.fine("if x:\n  from tools import add\nelse:\n  add = None\nadd(1)")
        self.fine("from tools import add, nothing\nf = add\nf = nothing\nf(1)")

    def test_aliases_that_mean_themselves(self) -> None:
        self.fine("a = b\nb = a\na.x()", "tools = tools\ntools.x()")
        chained = "\n".join(f"a{i + 1} = a{i}" for i in range(10_000))
        self.fine(f"a10000.x()\nimport tools as a0\n{chained}")

    def test_who_expects_an_error_is_not_told_of_it(self) -> None:
        self.fine(
            "try:\n  from tools import nope\nexcept ImportError:\n  nope = None",
            "import tools\ntry:\n  tools.nope()\nexcept (ValueError, AttributeError):\n  pass",
            "from tools import add\ntry:\n  add('x')\nexcept TypeError as e:\n  print(e)",
            "import tools\nfrom contextlib import suppress\nwith suppress(TypeError):\n  tools.add()",
            "import tools\nif hasattr(tools, 'nope'):\n  tools.nope()",
            "import tools\nif 'nope' in dir(tools):\n  tools.nope()",
            "try:\n  orders\nexcept NameError:\n  pass",
        )
        self.wrong(
            "MISSING_ARGUMENT",
            "from tools import add\ntry:\n  add(1)\nexcept Exception as e:\n  print(e)",
            "from tools import add\ntry:\n  pass\nexcept TypeError:\n  add(1)",
        )

    def test_what_the_program_puts_there_itself(self) -> None:
        self.fine(
            "import tools\ntools.nope = f\ntools.nope()",
            "import tools\ntools.add = f\ntools.add(1)",
            "import tools\nsetattr(tools, 'add', f)\ntools.add(1)",
            "import tools\nfrom unittest.mock import patch\npatch.object(tools, 'add')\ntools.add(1)",
            "import tools\nfrom unittest.mock import patch\npatch('tools.orders.search')\ntools.orders.search(1)",
            "import tools\ntools.add = f\nplus = tools.add\nplus(1)",
            "import tools\ntools.add = f\nfrom tools import add\nadd(1)",
            "import builtins\nbuiltins.orders = f\norders.nope()",
            "import tools\nglobals()['tools'] = x\ntools.nope()",
            "import tools\nexec(code)\ntools.nope()",
            "import sys, tools\nsys.modules['tools'] = x\ntools.nope()",
            "from tools import add\nfrom numpy import *\nadd(1)",
        )

    def test_annotations_are_not_evaluated_always(self) -> None:
        self.fine(
            "import tools\ndef f(x: tools.Nope, *y: tools.Nope) -> tools.Nope: pass",
            "import tools\ndef f():\n  x: tools.Nope = 1",
        )

    def test_texts_about_something_else_hide_nothing(self) -> None:
        self.wrong(
            "MISSING_ARGUMENT",
            "from tools import add\nif 'add' in text: add(1)",
            "from tools import add\nif 'add' == kind(text): add(1)",
            "from tools import add\ngetattr(x, 'add')\nadd(1)",
        )

    def test_without_tools_there_is_little_to_find(self) -> None:
        declared, machinery._declared = machinery._declared, {}
        file, machinery.FILE = machinery.FILE, "/nowhere"
        try:
            self.fine("import tools", "from tools import ToolError", "print(orders)", "add(1)")
            self.wrong("UNKNOWN_TOOL", "from tools import orders", "import tools\ntools.x")
        finally:
            machinery._declared, machinery.FILE = declared, file


class AtRunTime(Check):
    """What is found is what the program would have failed of."""

    def setUp(self) -> None:
        modules = mock.patch.dict(sys.modules, {"_iso_tools": machinery})
        modules.start()
        self.addCleanup(modules.stop)
        guest("guest_toolbox", "tools")
        called = mock.patch.object(
            vars(machinery)["_iso_channel"], "call", lambda name, given: None
        )
        called.start()
        self.addCleanup(called.stop)

    def test_each_finding_is_an_error_of_the_run(self) -> None:
        before = "import tools\nfrom tools import add, draw, orders\n"
        for program, error in (
            ("import tools.orders", ImportError),
            ("from tools.orders import search", ImportError),
            ("from tools import nope", ImportError),
            ("tools.nope", AttributeError),
            ("orders.search.later", AttributeError),
            ("orders('x')", TypeError),
            ("tools()", TypeError),
            ("nothing()", NameError),
            ("add(1)", TypeError),
            ("add(1, 2, 3)", TypeError),
            ("add(1, 2, a=3)", TypeError),
            ("add(1, '2')", TypeError),
            ("add(1, b=None)", TypeError),
            ("add.aio(1)", TypeError),
            ("draw({'x': 1, 'z': 2})", TypeError),
            ("orders.search('x', lmit=2)", TypeError),
            ("orders.search('x', sort='side')", TypeError),
            ("orders.eu.count(from_=[True])", TypeError),
        ):
            with self.subTest(program=program):
                self.assertEqual(len(found(before + program)), 1)
                with self.assertRaises(error):
                    exec(before + program, {})

    def test_what_runs_has_no_finding(self) -> None:
        before = "import tools\nfrom tools import add, draw, orders\n"
        for program in (
            "orders.search('x', None, 'up')",
            "add(*[1], 2)",
            "add(1, **{'b': 2})",
            "draw(at={'x': 1})",
            "orders.eu.count(from_=(1, 2))",
            "tools.orders.eu.count([])",
        ):
            with self.subTest(program=program):
                exec(before + program, {})
                self.fine(before + program)


class Hostile(Check):
    def test_a_large_program_takes_no_time_out_of_proportion(self) -> None:
        began = time.process_time()
        found("from tools import orders\n" + "orders.serch('x', [1, 2, {'a': 'b'}])\n" * 10_000)
        found("import tools\n" + "".join(f"a{i} = tools.x{i}\n" for i in range(10_000)))
        found("import tools\n" + "tools." + "a." * 500 + "a\n")
        self.assertLess(time.process_time() - began, 10)


if __name__ == "__main__":
    unittest.main()
