"""Reads a program once: its scopes with what they bind, and the places where tools may be meant.

With a stack of its own: a program may be nested more deeply than Python's would bear.
"""

from __future__ import annotations

import ast
from typing import Any, Callable, Iterable, NamedTuple

from iso_check.names import CLASS, COMPREHENSION, FUNCTION, MODULE, Alias, Scope

# With these a program may bind names that it does not spell.
DYNAMIC = frozenset({"exec", "globals", "locals", "vars"})
DYNAMIC_ATTRIBUTES = frozenset({"__dict__", "modules"})
ISO = ("OUTPUT_DIR", "WORKDIR", "find_tools", "set_result")


class Place(NamedTuple):
    """Where a node stands."""

    scope: Scope
    caught: frozenset[str]  # the exceptions that are expected here, by name


class Use(NamedTuple):
    node: Any
    place: Place


class Asked(NamedTuple):
    """Such as ``hasattr(tools, "x")``, ``setattr``, ``patch.object``: an attribute that is named by a text."""

    of: Any
    place: Place
    attribute: str


class Imported(NamedTuple):
    """A path in tools that an import names."""

    node: Any
    place: Place
    path: str
    is_module: bool  # as by `import tools.orders`


class Reading:
    """What there is in a program."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope(MODULE, None)
        self.scopes = [self.module]
        self.imports: list[Imported] = []
        self.chains: list[Use] = []  # names and attributes, the whole of each chain
        self.calls: list[Use] = []
        self.attributes_set: set[str] = set()
        self.asked: list[Asked] = []
        self.is_certain = True
        self._stack: list[tuple[ast.AST, Place]] = [(tree, Place(self.module, frozenset()))]
        while self._stack:
            node, place = self._stack.pop()
            name = type(node).__name__
            _READERS.get(name, Reading._children)(self, node, place)
        for scope in self.scopes:
            scope.settle()

    def _push(self, nodes: Iterable[ast.AST | None], place: Place) -> None:
        self._stack.extend((node, place) for node in nodes if node is not None)

    def _children(self, node: ast.AST, place: Place) -> None:
        self._push(ast.iter_child_nodes(node), place)
        # `except … as`, patterns, and parameters of types bind names that are no nodes.
        for field in ("name", "rest"):
            bound = getattr(node, field, None)
            if isinstance(bound, str):
                place.scope.bind(bound, None)

    def _inner(self, kind: str, place: Place) -> Place:
        scope = Scope(kind, place.scope)
        self.scopes.append(scope)
        return Place(scope, place.caught)

    def _name(self, node: Any, place: Place) -> None:
        if isinstance(node.ctx, ast.Load):
            self.chains.append(Use(node, place))
            if node.id in DYNAMIC:
                self.is_certain = False
        else:
            place.scope.bind(node.id, None)

    def _attribute(self, node: Any, place: Place) -> None:
        if isinstance(node.ctx, ast.Load):
            self.chains.append(Use(node, place))
        else:
            self.attributes_set.add(node.attr)
        base = node
        while isinstance(base, ast.Attribute):
            if base.attr in DYNAMIC_ATTRIBUTES:
                self.is_certain = False
            base = base.value
        if not isinstance(base, ast.Name):
            self._push([base], place)

    def _call(self, node: Any, place: Place) -> None:
        self.calls.append(Use(node, place))
        if node.args and _is_text(node.args[0]):
            self._names(node.args[0].value)
        if len(node.args) > 1:
            self._asks(node.args[0], node.args[1], place)
        self._children(node, place)

    def _names(self, text: str) -> None:
        """Such as ``patch("tools.orders.search")``, which sets the last of these."""
        if text.startswith("tools."):
            self.attributes_set.add(text.rpartition(".")[2])

    def _asks(self, of: ast.AST, name: Any, place: Place) -> None:
        if _is_text(name):
            self.asked.append(Asked(of, place, name.value))

    def _compare(self, node: Any, place: Place) -> None:
        """Such as ``"x" in dir(tools)``."""
        for each in node.comparators:
            if isinstance(each, ast.Call) and each.args:
                self._asks(each.args[0], node.left, place)
        self._children(node, place)

    def _assign(self, node: Any, place: Place) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        aliased = isinstance(node.value, (ast.Name, ast.Attribute))
        for target in targets:
            if aliased and isinstance(target, ast.Name):
                place.scope.bind(target.id, Alias(node.value, place.scope))
            elif isinstance(target, ast.Name) and node.value is None:
                place.scope.bind(target.id, None)  # x: int
            else:
                self._push([target], place)
        self._push([node.value], place)  # no annotation: it may never be evaluated

    def _named(self, node: Any, place: Place) -> None:
        place.scope.around_comprehensions().bind(node.target.id, None)
        self._push([node.value], place)

    def _import(self, node: Any, place: Place) -> None:
        for each in node.names:
            first, _, rest = each.name.partition(".")
            if first != "tools":
                place.scope.bind(each.asname or first, None)
                continue
            if rest:
                self.imports.append(Imported(_placed(each, node), place, rest, True))
            place.scope.bind(each.asname or first, None if rest and each.asname else "")

    def _import_from(self, node: Any, place: Place) -> None:
        module = "." if node.level else node.module
        for each in node.names:
            bound = each.asname or each.name
            at = _placed(each, node)
            if each.name == "*":
                self._star(module, place)
            elif module == "tools":
                self.imports.append(Imported(at, place, each.name, False))
                place.scope.bind(bound, each.name)
            else:
                place.scope.bind(bound, None)
        if module.startswith("tools."):
            self.imports.append(Imported(node, place, module[len("tools.") :], True))

    def _star(self, module: str, place: Place) -> None:
        if module == "tools":
            place.scope.star = True
        elif module == "iso":
            for name in ISO:
                place.scope.bind(name, None)
        else:
            self.is_certain = False

    def _declared(self, node: Any, place: Place) -> None:
        kind = type(node).__name__.lower()
        for name in node.names:
            place.scope.elsewhere[name] = kind

    def _function(self, node: Any, place: Place) -> None:
        inner = self._inner(FUNCTION, place)
        arguments = node.args
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        parameters += [each for each in (arguments.vararg, arguments.kwarg) if each]
        for each in parameters:
            inner.scope.bind(each.arg, None)
        self._push([*arguments.defaults, *arguments.kw_defaults], place)
        if isinstance(node, ast.Lambda):
            self._push([node.body], inner)
            return
        place.scope.bind(node.name, None)
        self._push([*node.decorator_list, *getattr(node, "type_params", [])], place)
        self._push(node.body, inner)

    def _class(self, node: Any, place: Place) -> None:
        place.scope.bind(node.name, None)
        outer = [*node.decorator_list, *node.bases, *node.keywords]
        self._push([*outer, *getattr(node, "type_params", [])], place)
        self._push(node.body, self._inner(CLASS, place))

    def _comprehension(self, node: Any, place: Place) -> None:
        inner = self._inner(COMPREHENSION, place)
        for index, each in enumerate(node.generators):
            self._push([each.iter], inner if index else place)
            self._push([each.target, *each.ifs], inner)
        results = (getattr(node, field, None) for field in ("elt", "key", "value"))
        self._push(results, inner)

    def _try(self, node: Any, place: Place) -> None:
        caught = place.caught.union(*(_exceptions(each.type) for each in node.handlers))
        self._push(node.body, Place(place.scope, caught))
        self._push([*node.handlers, *node.orelse, *node.finalbody], place)

    def _with(self, node: Any, place: Place) -> None:
        """Such as ``with suppress(TypeError)``, and assertRaises of tests."""
        caught = set(place.caught)
        for item in node.items:
            if isinstance(item.context_expr, ast.Call):
                for each in item.context_expr.args:
                    caught |= _exceptions(each)
        self._push(node.items, place)
        self._push(node.body, Place(place.scope, frozenset(caught)))


def _is_text(node: Any) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _exceptions(node: ast.AST | None) -> set[str]:
    """Names only: who catches everything does not expect this."""
    if isinstance(node, ast.Tuple):
        return set().union(*(_exceptions(each) for each in node.elts))
    if isinstance(node, ast.Attribute):
        return {node.attr}
    return {node.id} if isinstance(node, ast.Name) else set()


def _placed(alias: ast.alias, statement: ast.stmt) -> ast.AST:
    """Before Python 3.10 an imported name does not tell where it stands."""
    return alias if hasattr(alias, "lineno") else statement


_READERS: dict[str, Callable[[Reading, Any, Place], None]] = {
    "Name": Reading._name,
    "Attribute": Reading._attribute,
    "Call": Reading._call,
    "Compare": Reading._compare,
    "Assign": Reading._assign,
    "AnnAssign": Reading._assign,
    "NamedExpr": Reading._named,
    "Import": Reading._import,
    "ImportFrom": Reading._import_from,
    "Global": Reading._declared,
    "Nonlocal": Reading._declared,
    "FunctionDef": Reading._function,
    "AsyncFunctionDef": Reading._function,
    "Lambda": Reading._function,
    "ClassDef": Reading._class,
    "ListComp": Reading._comprehension,
    "SetComp": Reading._comprehension,
    "DictComp": Reading._comprehension,
    "GeneratorExp": Reading._comprehension,
    "Try": Reading._try,
    "TryStar": Reading._try,
    "With": Reading._with,
    "AsyncWith": Reading._with,
}
