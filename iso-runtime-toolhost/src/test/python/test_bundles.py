import unittest

from hosting import Host


class LoadingTest(unittest.TestCase):
    def faults(self, files: "dict[str, str]") -> "list[tuple[str, int, str]]":
        with Host(files) as host:
            return [
                (f"{fault['bundle']}/{fault['file']}", fault["line"], fault["message"])
                for fault in host.catalog["faults"]
            ]

    def names(self, files: "dict[str, str]") -> "list[str]":
        with Host(files) as host:
            self.assertEqual([], host.catalog["faults"])
            return [tool["name"] for tool in host.catalog["tools"]]

    def test_public_functions_are_tools(self) -> None:
        names = self.names(
            {
                "shop/orders.py": """
                    import json
                    from os.path import join
                    CONSTANT = 1
                    def search(customer: str) -> str: return customer
                    def _helper(): pass
                    class Order: pass
                    """,
                "shop/_private.py": "def hidden(x: int) -> int: return x",
                "shop/deep/__init__.py": "",
                "shop/deep/inner.py": "async def find() -> None: pass",
            }
        )
        self.assertEqual(["shop.deep.inner.find", "shop.orders.search"], sorted(names))

    def test_all_is_honoured(self) -> None:
        names = self.names(
            {
                "shop/_code.py": "def given(x: int) -> int: return x",
                "shop/front.py": """
                    from ._code import given
                    __all__ = ["given"]
                    def other(x: int) -> int: return x
                    """,
            }
        )
        self.assertEqual(["shop.front.given"], names)

    def test_siblings_are_found_and_bundles_do_not_mix_theirs(self) -> None:
        files = {
            "one/tools.py": "import helper\ndef who() -> str: return helper.NAME",
            "one/helper.py": "NAME = 'one'",
            "two/tools.py": "from helper import NAME\ndef who() -> str: return NAME",
            "two/helper.py": "NAME = 'two'",
            "three/tools.py": "def who() -> str:\n    from .helper import NAME\n    return NAME",
            "three/helper.py": "NAME = 'three'",
            "four/tools.py": "def who() -> str:\n    import helper\n    return helper.NAME",
            "four/helper.py": "NAME = 'four'",
        }
        with Host(files) as host:
            self.assertEqual([], host.catalog["faults"])
            for name in ("one", "two", "three", "four"):
                self.assertEqual(name, host.call(f"{name}.tools.who"))

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        faults = self.faults(
            {
                "bad/a_syntax.py": "x = 1\ndef f(:\n",
                "bad/b_import.py": "\nimport nothing_of_this_name\n",
                "bad/c_raises.py": "def g():\n    return 1 / 0\ng()\n",
                "bad/d_exits.py": "import sys\nsys.exit(1)\n",
                "bad/e_crashes.py": "import ctypes\nctypes.string_at(0)\n",
                "bad/f_leaves.py": "import os\nos._exit(4)\n",
                "bad/g_hints.py": """
                    import io
                    def none(x) -> int: return x
                    def strange(x: io.StringIO) -> int: return 1
                    def many(*x: int) -> int: return 1
                    def keys(x: dict[int, str]) -> int: return 1
                    def answer() -> io.StringIO: return io.StringIO()
                    def unknown(x: "Missing") -> int: return 1
                    def generates(): yield 1
                    def good(x: int) -> int: return x
                    """,
                "bad/h_all.py": "__all__ = ['absent']\n",
            }
        )
        told = {(file, line): message for file, line, message in faults}
        self.assertEqual("invalid syntax", told["bad/a_syntax.py", 2])
        self.assertIn("nothing_of_this_name", told["bad/b_import.py", 2])
        self.assertIn("ZeroDivisionError", told["bad/c_raises.py", 2])
        self.assertIn("SystemExit", told["bad/d_exits.py", 2])
        self.assertIn("SIGSEGV", told["bad/e_crashes.py", 0])
        self.assertIn("status 4", told["bad/f_leaves.py", 0])
        self.assertIn("'x' has no type hint", told["bad/g_hints.py", 3])
        self.assertIn("StringIO has no JSON Schema", told["bad/g_hints.py", 4])
        self.assertIn("*x", told["bad/g_hints.py", 5])
        self.assertIn("keys that aren't str", told["bad/g_hints.py", 6])
        self.assertIn("what it returns", told["bad/g_hints.py", 7])
        self.assertIn("Missing", told["bad/g_hints.py", 8])
        self.assertIn("generator", told["bad/g_hints.py", 9])
        self.assertIn("absent", told["bad/h_all.py", 0])
        self.assertEqual(14, len(faults), faults)

    def test_a_declaration_that_cannot_be_read_hides_no_other(self) -> None:
        code = """
            def odd(x: []) -> int: return 1
            def untyped(x) -> int: return 1
            def wrapper(x: int) -> int: return 1
            wrapper.__wrapped__ = len
            wrapper.__signature__ = 5
            """
        told = self.faults({"shop/odd.py": code})
        self.assertEqual([("shop/odd.py", 2), ("shop/odd.py", 3)], [each[:2] for each in told[:2]])
        self.assertIn("odd: its declaration can't be read: TypeError", told[0][2])
        self.assertIn("untyped: parameter 'x' has no type hint", told[1][2])
        self.assertIn("wrapper: its declaration can't be read: TypeError", told[2][2])

    def test_a_name_that_python_has_already_is_refused(self) -> None:
        self.assertIn("rename", self.faults({"json/tools.py": ""})[0][2])
        self.assertIn("rename", self.faults({"no-name/tools.py": ""})[0][2])

    def test_printing_at_import_harms_nothing(self) -> None:
        with Host({"loud/tools.py": "print('x' * 300_000)\ndef f() -> int: return 1"}) as host:
            self.assertEqual(1, host.call("loud.tools.f"))
            self.assertIn("xxx", host.log[0])

    def test_descriptions_and_defaults_are_in_the_catalog(self) -> None:
        source = '''
            def search(customer: str, limit: int = 10) -> list[str]:
                """Finds orders.

                More about it.
                """
                return []
            '''
        with Host({"shop/orders.py": source}) as host:
            (tool,) = host.catalog["tools"]
        self.assertEqual("Finds orders.\n\nMore about it.", tool["description"])
        self.assertEqual(
            {
                "type": "object",
                "properties": {
                    "customer": {"type": "string"},
                    "limit": {"type": "integer", "default": 10},
                },
                "required": ["customer"],
                "additionalProperties": False,
            },
            tool["input"],
        )
        self.assertEqual({"type": "array", "items": {"type": "string"}}, tool["output"])
