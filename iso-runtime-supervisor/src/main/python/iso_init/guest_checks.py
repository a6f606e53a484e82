"""Compares arguments with the types that a tool declares: cheaply, since the host compares them once more, strictly.

A check takes a value and gives None if it fits, or what is wrong: `` must be int, not str``, after the place within.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    Check = Callable[[Any], Optional[str]]

MOST = 1000  # elements of a list or dictionary that are looked at
ONLY_AST = 0x400

_checks: dict[str, Check] = {}  # by annotation
_definitions: dict[str, Check] = {}  # by name


def check(text: str) -> Check:
    """The check of an annotation."""
    if text not in _checks:
        _checks[text] = _of(_parsed(text), text)
    return _checks[text]


def _parsed(text: str) -> Any:
    return compile(text, "<type>", "eval", ONLY_AST, True).body


def _of(node: Any, text: str) -> Check:
    kind = type(node).__name__
    if kind == "BinOp":
        return _union(_choices(node), text)
    if kind == "Constant":
        return _leaf(lambda value: value is None, "None")
    if kind == "Subscript" and node.value.id == "list":
        return _list(_of(node.slice, _source(node.slice)), text)
    if kind == "Subscript" and node.value.id == "dict":
        item = _elements(node)[1]
        return _dict(_of(item, _source(item)), text)
    if kind == "Subscript":
        return _literal(_elements(node), text)
    if node.id in _LEAVES:
        return _leaf(_LEAVES[node.id], node.id)
    return _defined(node.id)


def _source(node: Any) -> str:
    """As `ast.unparse` has it, without the time that the import of `ast` takes."""
    kind = type(node).__name__
    if kind == "BinOp":
        return f"{_source(node.left)} | {_source(node.right)}"
    if kind == "Subscript":
        return f"{node.value.id}[{', '.join(_source(each) for each in _elements(node))}]"
    return str(node.id) if kind == "Name" else repr(_value(node))


def _elements(subscript: Any) -> list[Any]:
    """What stands between the brackets."""
    return getattr(subscript.slice, "elts", [subscript.slice])


def _value(node: Any) -> Any:
    """What a constant or a negative number is."""
    return -_value(node.operand) if type(node).__name__ == "UnaryOp" else node.value


def _choices(node: Any) -> list[Any]:
    if type(node).__name__ == "BinOp":
        return _choices(node.left) + _choices(node.right)
    return [node]


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_of(module: str, name: str, but: str = "") -> Callable[[Any], bool]:
    """Whether a value is of a class that is imported only when it comes to this."""

    def test(value: Any) -> bool:
        loaded = __import__(module)
        return isinstance(value, getattr(loaded, name)) and not (
            but and isinstance(value, getattr(loaded, but))
        )

    return test


_is_decimal = _is_of("decimal", "Decimal")

_LEAVES: dict[str, Callable[[Any], bool]] = {
    "Any": lambda value: True,
    "str": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "int": _is_int,
    "float": lambda value: isinstance(value, float) or _is_int(value),
    "bytes": lambda value: isinstance(value, (bytes, bytearray, memoryview)),
    "datetime": _is_of("datetime", "datetime"),
    "date": _is_of("datetime", "date", "datetime"),
    "time": _is_of("datetime", "time"),
    "timedelta": _is_of("datetime", "timedelta"),
    "Decimal": lambda value: isinstance(value, float) or _is_int(value) or _is_decimal(value),
}


def _wrong(expected: str, value: Any) -> str:
    return f" must be {expected}, not {type(value).__name__}"


def _leaf(test: Callable[[Any], bool], expected: str) -> Check:
    def fits(value: Any) -> str | None:
        if test(value) or test(_plain(value)):
            return None
        return _wrong(expected, value)

    return fits


def _plain(value: Any) -> Any:
    """What is sent for a value of numpy, pandas and others that are converted on the way."""
    if value is None or type(value).__module__ in ("builtins", "datetime", "decimal"):
        return value
    try:
        from _iso_values import unwrapped

        return unwrapped(value)
    except Exception:
        return value


def _union(nodes: list[Any], text: str) -> Check:
    checks = [_of(node, _source(node)) for node in nodes]

    def fits(value: Any) -> str | None:
        for each in checks:
            if each(value) is None:
                return None
        return _wrong(text, value)

    return fits


def _list(element: Check, text: str) -> Check:
    def fits(value: Any) -> str | None:
        if not isinstance(value, (list, tuple, set, frozenset)):
            value, given = _plain(value), value
            if not isinstance(value, list):
                return _wrong(text, given)
        for index, item in enumerate(value):
            if index == MOST:
                break
            why = element(item)
            if why is not None:
                return f"[{index}]{why}"
        return None

    return fits


def _dict(item: Check, text: str) -> Check:
    def fits(value: Any) -> str | None:
        value, given = _mapping(value), value
        if value is None:
            return _wrong(text, given)
        for index, (key, each) in enumerate(value.items()):
            if index == MOST:
                break
            why = item(each)
            if why is not None:
                return f"[{key!r:.80}]{why}"
        return None

    return fits


def _mapping(value: Any) -> Any:
    if not isinstance(value, dict):
        value = _plain(value)
    return value if isinstance(value, dict) else None


def _literal(nodes: list[Any], text: str) -> Check:
    allowed = [(type(value), value) for value in map(_value, nodes)]

    def fits(value: Any) -> str | None:
        value = _plain(value)
        for kind, each in allowed:
            if (
                isinstance(value, kind)
                and value == each
                and isinstance(value, bool) == (kind is bool)
            ):
                return None
        shown = f"{value!r:.80}" if isinstance(value, (str, int)) else type(value).__name__
        return f" must be {text}, not {shown}"

    return fits


def _defined(name: str) -> Check:
    """A type of the module itself; looked up at the first value, since it may contain itself."""

    def fits(value: Any) -> str | None:
        if name not in _definitions:
            from _iso_tools import declaration

            found = declaration(name) or {"alias": "Any"}
            _definitions[name] = (
                _fields(name, found["fields"]) if "fields" in found else check(found["alias"])
            )
        try:
            return _definitions[name](value)
        except RecursionError:
            return None  # sending it will say why

    return fits


def _fields(name: str, fields: dict[str, Any]) -> Check:
    checks = {field: check(text) for field, (text, _) in fields.items()}
    required = [field for field, (_, needed) in fields.items() if needed]

    def fits(value: Any) -> str | None:
        value, given = _mapping(value), value
        if value is None:
            return _wrong(f"a dict ({name})", given)
        for field in required:
            if field not in value:
                return f" lacks {field!r} ({name})"
        for field, item in value.items():
            if field not in checks:
                return f" has {field!r:.80}, which {name} does not know"
            why = checks[field](item)
            if why is not None:
                return f"[{field!r}]{why}"
        return None

    return fits


def runtime_type(name: str, found: dict[str, Any]) -> Any:
    """The type itself, for a program's own annotations."""
    import typing

    if "fields" in found:
        fields = {field: text for field, (text, _) in found["fields"].items()}
        total = all(needed for _, needed in found["fields"].values())
        typed_dict: Any = typing.TypedDict  # which type checkers know with literals only
        made = typed_dict(name, fields, total=total)
        made.__module__ = "tools"
        made.__doc__ = "A dict:\n\n" + "\n".join(
            f"    {field!r}: {text}" + ("" if needed else "  (may be left out)")
            for field, (text, needed) in found["fields"].items()
        )
        return made
    return _evaluated(_parsed(found["alias"]))


def _evaluated(node: Any) -> Any:
    import typing

    kind = type(node).__name__
    if kind == "BinOp":
        return typing.Union[tuple(_evaluated(each) for each in _choices(node))]
    if kind == "Subscript" and node.value.id == "Literal":
        return typing.Literal[tuple(map(_value, _elements(node)))]
    return None if kind == "Constant" else typing.ForwardRef(_source(node))
