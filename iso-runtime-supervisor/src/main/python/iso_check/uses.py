"""Compares how a program uses tools with what is declared. In doubt there is no finding."""

from __future__ import annotations

import ast
import builtins
from typing import Any, Callable, Iterator

from iso_check.calls import examine
from iso_check.declarations import AIO, MISSING, NAMESPACE, TOOL, Declarations
from iso_check.findings import Finding
from iso_check.names import Names, chain, joined
from iso_check.reading import Imported, Place, Reading, Use

# Who catches one of these tries whether there is a name.
ABSENT = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "NameError"})
MOST_NAMES = 20


def examined(tree: ast.Module) -> Iterator[Finding]:
    """All findings, in no order."""
    reading = Reading(tree)
    if reading.is_certain:
        yield from _Examination(reading).findings()


class _Examination:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.declared = Declarations()
        self.names = Names(self.declared.top)
        self.bound = {name for scope in reading.scopes for name in scope.bindings}
        self.doubtful = set(reading.attributes_set)
        for asked in reading.asked:
            if self._path(asked.of, asked.place) is not None:
                self.doubtful.add(asked.attribute)
        self.starred = any(scope.star for scope in reading.scopes)

    def findings(self) -> Iterator[Finding]:
        for imported in self.reading.imports:
            if not imported.place.caught & ABSENT:
                yield from self._import(imported)
        unknown: set[str] = set()
        for use in sorted(self.reading.chains, key=lambda each: _position(each.node)):
            if not use.place.caught & ABSENT:
                yield from self._chain(use)
                yield from self._not_imported(use, unknown)
        for use in self.reading.calls:
            yield from self._call(use)

    def _import(self, imported: Imported) -> Iterator[Finding]:
        path, node = imported.path, imported.node
        if imported.is_module:
            message = f"'tools.{path}' can't be imported: tools is no package, but a module."
            first = path.split(".")[0]

            def remedy() -> str:
                known = self.declared.kind(first) != MISSING
                return f"Write 'from tools import {first}'." if known else self._advice(path)

            yield _finding(node, "WRONG_IMPORT", message, remedy)
        elif self.declared.kind(path) == MISSING and not self._is_doubtful(path):
            yield self._unknown(_position(node), path)

    def _path(self, node: ast.AST, place: Place) -> str | None:
        """What an expression means, whether it exists or not."""
        base, attributes = chain(node)
        path = self.names.path(base, place.scope) if base else None
        return None if path is None else joined(path, *attributes)

    def _is_doubtful(self, path: str) -> bool:
        """Whether the program may have put something else there, or knows that it may be absent."""
        return not self.doubtful.isdisjoint(path.split("."))

    def _chain(self, use: Use) -> Iterator[Finding]:
        base, attributes = chain(use.node)
        path = self.names.path(base, use.place.scope) if base else None
        if path is None or self.declared.kind(path) == MISSING:
            return  # where the name was bound there is a finding
        for index, attribute in enumerate(attributes):
            path = joined(path, attribute)
            if self._is_doubtful(path):
                return
            if self.declared.kind(path) == MISSING:
                node = use.node
                for _ in attributes[index + 1 :]:
                    node = node.value
                yield self._unknown(_at_attribute(node), path)
                return

    def _not_imported(self, use: Use, told: set[str]) -> Iterator[Finding]:
        name, attributes = chain(use.node)
        if name is None or name in told or name in self.bound or hasattr(builtins, name):
            return
        if name in self.doubtful:
            return
        is_module = name == "tools" and attributes
        if self.starred or not is_module and self.declared.kind(name) not in (TOOL, NAMESPACE):
            return
        told.add(name)
        statement = "import tools" if is_module else f"from tools import {name}"
        yield _finding(
            _base(use.node),
            "NOT_IMPORTED",
            f"'{name}' is used, but not imported.",
            lambda: f"Write '{statement}' at the beginning.",
        )

    def _call(self, use: Use) -> Iterator[Finding]:
        path = self._path(use.node.func, use.place)
        if path is None or self._is_doubtful(path) or "TypeError" in use.place.caught:
            return
        kind = self.declared.kind(path)
        if kind in (TOOL, AIO):
            name = path if kind == TOOL else path.rpartition(".")[0]
            yield from examine(use.node, self.declared.tool(name))
        elif kind == NAMESPACE:
            yield self._called_namespace(use.node, path)

    def _called_namespace(self, node: ast.Call, path: str) -> Finding:
        what = f"'{path}' is a namespace of tools" if path else "tools is a module"
        return _finding(
            node,
            "UNKNOWN_TOOL",
            f"{what}, and can't be called.",
            lambda: f"Call one of its tools: {self._listed(path)}.",
        )

    def _unknown(self, position: tuple[int, int], path: str) -> Finding:
        message = f"There is no tool '{path}'."
        return Finding(*position, "UNKNOWN_TOOL", message, lambda: self._advice(path))

    def _advice(self, path: str) -> str:
        above = path.rpartition(".")[0]
        if self.declared.kind(above) == TOOL:
            return f"Call '{above}(…)', or await '{above}.aio(…)'."
        while self.declared.kind(above) != NAMESPACE:
            above = above.rpartition(".")[0]
        there = self.declared.within(above)
        if not there:
            return "This program is lent no tools."
        near = self.declared.nearest(path)
        if near is None:
            return f"There is {self._listed(above)}."
        guess = f"Did you mean '{near}'?"
        return guess if there == [near] else f"{guess} There is {self._listed(above)}."

    def _listed(self, namespace: str) -> str:
        found = self.declared.within(namespace)
        more = ", …" if len(found) > MOST_NAMES else ""
        return ", ".join(found[:MOST_NAMES]) + more


def _finding(node: Any, code: str, message: str, remedy: Callable[[], str]) -> Finding:
    return Finding(*_position(node), code, message, remedy)


def _position(node: Any) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _base(node: ast.AST) -> ast.AST:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def _at_attribute(node: Any) -> tuple[int, int]:
    """Where the attribute's name begins, which the node doesn't tell; it ends with it."""
    if node.attr.isascii() and node.end_col_offset >= len(node.attr):
        return node.end_lineno, node.end_col_offset - len(node.attr)
    return _position(node)
