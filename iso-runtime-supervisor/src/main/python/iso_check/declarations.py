"""The tools that a program may call, as they are declared in its sandbox."""

from __future__ import annotations

import difflib
from typing import Any, NamedTuple, Sequence

import _iso_tools

MAX_NAME = 100  # characters of a name that others are compared with
MAX_GUESSES = 10  # among a thousand tools each takes a tenth of a second

OWN = "ToolError"  # what the module `tools` has beside what is declared

NAMESPACE, TOOL, AIO, OTHER, MISSING = "namespace", "tool", "aio", "other", "missing"


class Parameter(NamedTuple):
    name: str
    spelled: str
    required: bool


class Tool:
    """One tool: its parameters, and the checks of a call."""

    def __init__(self, path: str, declared: dict[str, Any]) -> None:
        self.path = path
        self.parameters = [Parameter(p[0], p[1], p[3]) for p in declared["params"]]
        self._declared = declared
        self._checks = _iso_tools._Tool(path, declared)

    def signature(self) -> str:
        return str(_iso_tools._line(self.path, self._declared)).partition("  # ")[0]

    def wrong(self, name: str, value: Any) -> str | None:
        """What a call would say of this argument."""
        try:
            self._checks.arguments({name: value})
        except TypeError as error:
            return str(error)
        except Exception:
            return None  # no matter of its type
        return None


class Declarations:
    """Everything in the module ``tools``, by its path; ``""`` is the module itself."""

    def __init__(self) -> None:
        self._declared = _iso_tools.declared()
        self._namespaces = {""}
        for name in self._declared:
            parts = name.split(".")
            self._namespaces.update(".".join(parts[:end]) for end in range(1, len(parts)))
        self.top = frozenset({OWN, *(name.split(".")[0] for name in self._declared)})
        self._tools: dict[str, Tool] = {}
        self._within: dict[str, list[str]] = {}
        self._guesses = 0

    def kind(self, path: str) -> str:
        """What stands there; OTHER is what has attributes of its own, such as a type."""
        if path in self._declared:
            return TOOL if "tool" in (_iso_tools.declaration(path) or {}) else OTHER
        if path in self._namespaces:
            return NAMESPACE
        above, _, last = path.rpartition(".")
        if last.startswith("_") or path == OWN:
            return OTHER
        kind = self.kind(above)
        if kind == TOOL:
            return AIO if last == "aio" else MISSING
        return MISSING if kind == NAMESPACE else kind

    def tool(self, path: str) -> Tool:
        if path not in self._tools:
            self._tools[path] = Tool(path, _iso_tools.declaration(path) or {})
        return self._tools[path]

    def within(self, namespace: str) -> list[str]:
        """What is there, tools and namespaces before types and exceptions."""
        if namespace not in self._within:
            prefix = namespace + "." if namespace else ""
            found = [prefix + name for name in _iso_tools.names(prefix)]
            self._within[namespace] = sorted(found, key=lambda each: self.kind(each) == OTHER)
        return self._within[namespace]

    def nearest(self, path: str) -> str | None:
        """What there is that is most like it, in the same namespace or elsewhere; None after MAX_GUESSES."""
        if self._guesses == MAX_GUESSES:
            return None
        self._guesses += 1
        there = [*self._declared, *filter(None, self._namespaces)]
        found = close(path, there)
        if found is None:
            by_last = {name.rpartition(".")[2]: name for name in there}
            near = close(path.rpartition(".")[2], list(by_last))
            found = by_last[near] if near is not None else None
        return found


def close(name: str, among: Sequence[str]) -> str | None:
    """The one that is most like it, if any is."""
    found = difflib.get_close_matches(name[:MAX_NAME], among, 1)
    return found[0] if found else None
