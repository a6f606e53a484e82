"""What the names of a program mean, as far as it is certain without running it.

A name means a tool only if all that binds it in its scope says so: an import of ``tools``, or an assignment of what
means one. Everything else that binds it, be it on another path, makes it mean nothing here.
"""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple, Union

MAX_ALIASES = 50  # a chain of assignments that is longer means nothing

MODULE, FUNCTION, CLASS, COMPREHENSION = "module", "function", "class", "comprehension"


class Alias(NamedTuple):
    """An assignment of a name or attribute."""

    value: ast.expr
    scope: "Scope"


Binding = Union[
    str, Alias, None
]  # a dotted path in tools, "" for the module itself; None: not ours


class Scope:
    """Where names are bound; ``star`` if there is ``from tools import *``."""

    def __init__(self, kind: str, parent: Scope | None) -> None:
        self.kind = kind
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.elsewhere: dict[str, str] = {}  # names declared global or nonlocal
        self.star = False

    def bind(self, name: str, binding: Binding) -> None:
        self.bindings.setdefault(name, []).append(binding)

    def outward(self) -> Iterator[Scope]:
        """The scopes in which a name is looked up from here."""
        scope: Scope | None = self
        while scope is not None:
            if scope is self or scope.kind != CLASS:
                yield scope
            scope = scope.parent

    def around_comprehensions(self) -> Scope:
        """Where a ``:=`` binds."""
        scope = self
        while scope.kind == COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        return scope

    def module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def settle(self) -> None:
        """Gives what is bound here by a ``global`` or ``nonlocal`` name to those whose it is."""
        for name, kind in self.elsewhere.items():
            bindings = self.bindings.pop(name, [])
            if kind == "global":
                for each in bindings:
                    self.module().bind(name, each)
            elif bindings:
                for scope in self.outward():
                    if scope is not self and name in scope.bindings:
                        scope.bind(name, None)


class Names:
    """Looks up names in settled scopes."""

    def __init__(self, top: frozenset[str]) -> None:
        self.top = top  # what a star import brings
        self._known: dict[tuple[int, str], str | None] = {}
        self._depth = 0

    def path(self, name: str, scope: Scope) -> str | None:
        """The path in tools that a name means."""
        for each in scope.outward():
            if each.elsewhere.get(name) == "global":
                return self._bound(name, scope.module())
            if name in each.bindings:
                return self._bound(name, each)
            if each.star and name in self.top:
                return name
        return None

    def _bound(self, name: str, scope: Scope) -> str | None:
        key = (id(scope), name)
        if key not in self._known:
            self._known[key] = None  # while it is looked for: one that means itself means nothing
            self._known[key] = self._meant(name, scope)
        return self._known[key]

    def _meant(self, name: str, scope: Scope) -> str | None:
        bindings = scope.bindings.get(name, [])
        if scope.star and name in self.top:
            bindings = [*bindings, name]
        meanings = {self._meaning(each) for each in bindings}
        return meanings.pop() if len(meanings) == 1 else None

    def _meaning(self, binding: Binding) -> str | None:
        if not isinstance(binding, Alias):
            return binding
        if self._depth == MAX_ALIASES:
            return None
        self._depth += 1
        try:
            base, attributes = chain(binding.value)
            path = self.path(base, binding.scope) if base else None
            return None if path is None else joined(path, *attributes)
        finally:
            self._depth -= 1


def chain(node: ast.AST) -> tuple[str | None, list[str]]:
    """``a.b.c`` as ``a`` and its attributes; None where it begins with something else than a name."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id if isinstance(node, ast.Name) else None), attributes[::-1]


def joined(*parts: str) -> str:
    return ".".join(filter(None, parts))
