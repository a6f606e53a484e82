"""Type hints as JSON Schemas, and arguments as the Python values that the hints promise.

What a function gets is what it declares: an enumeration's member, a data class, a ``datetime``. Anything that doesn't
fit is a ``Misfit``; a hint that has no schema is ``Unsupported`` and told when the bundle is loaded.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import datetime
import decimal
import enum
import inspect
import sys
import types
import typing
import uuid
from typing import Any, Callable, NamedTuple

from iso_toolhost import values
from iso_toolhost.values import Misfit

Schema = typing.Dict[str, Any]
Decoder = Callable[[Any, str], Any]


class Unsupported(Exception):
    """A type hint that tools can't have; the message says which and what to use instead."""


class Shape(NamedTuple):
    schema: Schema
    decode: Decoder


def shape(hint: Any, around: tuple[type, ...] = ()) -> Shape:
    """``around`` are the classes that this hint lies in, so that one in itself is noticed."""
    if hint is Any or hint is inspect.Parameter.empty:
        return Shape({}, lambda value, place: value)
    if hint is None or hint is type(None):
        return Shape({"type": "null"}, _exactly(type(None), "null"))
    origin = typing.get_origin(hint)
    if origin is not None:  # asked first: what stands in Annotated may have no hash
        return _generic(hint, origin, typing.get_args(hint), around)
    if hint in _SCALARS:
        return _SCALARS[hint]
    if hasattr(hint, "__supertype__"):  # NewType
        return shape(hint.__supertype__, around)
    if isinstance(hint, type):
        return _class(hint, around)
    raise Unsupported(f"{_name(hint)} has no JSON Schema")


def _generic(hint: Any, origin: Any, args: tuple[Any, ...], around: tuple[type, ...]) -> Shape:
    if origin is typing.Annotated:
        inner = shape(args[0], around)
        notes = [note for note in args[1:] if isinstance(note, str)]
        return Shape({**inner.schema, "description": notes[0]}, inner.decode) if notes else inner
    if origin is typing.Literal:
        return _literal(args)
    if origin is typing.Union or origin is getattr(types, "UnionType", None):
        return _union([shape(arg, around) for arg in args])
    if origin in _LISTS:
        return _list(shape(args[0], around), list)
    if origin in _SETS:
        inner = shape(args[0], around)
        listed = _list(inner, _SETS[origin])
        return Shape({**listed.schema, "uniqueItems": True}, listed.decode)
    if origin is tuple:
        return _tuple(args, around)
    if origin in _DICTS:
        if args[0] is not str:
            raise Unsupported(f"{_name(hint)} has keys that aren't str, and JSON has no others")
        return _dict(shape(args[1], around))
    if _name(origin).endswith(("Required", "ReadOnly")):
        return shape(args[0], around)
    raise Unsupported(f"{_name(hint)} has no JSON Schema")


def _class(hint: type, around: tuple[type, ...]) -> Shape:
    if hint in around:
        raise Unsupported(f"{_name(hint)} contains itself")
    if hint in (list, dict, tuple, set, frozenset):
        return _generic(hint, hint, (str, Any) if hint is dict else (Any, ...), around)
    if issubclass(hint, enum.Enum):
        return _enum(hint)
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint, around + (hint,))
    if hasattr(hint, "__required_keys__") and issubclass(hint, dict):
        return _typed_dict(hint, around + (hint,))
    raise Unsupported(
        f"{_name(hint)} has no JSON Schema; use a data class, a TypedDict, or a built-in type"
    )


def _exactly(kind: type, called: str) -> Decoder:
    def decode(value: Any, place: str) -> Any:
        if type(value) is not kind:
            raise Misfit(f"{place} is not {called}")
        return value

    return decode


def _float(value: Any, place: str) -> float:
    try:
        if type(value) in (int, float):
            return float(value)
    except OverflowError:
        pass
    raise Misfit(f"{place} is not a number that a float can hold")


def _parsed(kind: type, parse: Callable[[str], Any], called: str) -> Decoder:
    """Either the value itself, or the text that the schema describes."""

    def decode(value: Any, place: str) -> Any:
        if type(value) is kind:
            return value
        try:
            if isinstance(value, str):
                return parse(value)
        except (ValueError, ArithmeticError):
            pass
        raise Misfit(f"{place} is not {called}")

    return decode


def _text(kind: type, parse: Callable[[str], Any], called: str, **schema: str) -> Shape:
    return Shape({"type": "string", **schema}, _parsed(kind, parse, called))


def _either(format: str, kind: type, parse: Callable[[str], Any]) -> Shape:
    """With an offset or without one, which the standard's format does not allow."""
    schemas = [{"type": "string", "format": each} for each in (format, f"local-{format}")]
    return Shape({"anyOf": schemas}, _parsed(kind, parse, f"a {kind.__name__} in ISO 8601"))


_SCALARS: dict[Any, Shape] = {
    str: Shape({"type": "string"}, _exactly(str, "a string")),
    bool: Shape({"type": "boolean"}, _exactly(bool, "a boolean")),
    int: Shape({"type": "integer"}, _exactly(int, "an integer")),
    float: Shape({"type": "number"}, _float),
    bytes: _text(bytes, values.parse_bytes, "bytes", contentEncoding="base64"),
    datetime.datetime: _either("date-time", datetime.datetime, values.parse_datetime),
    datetime.date: _text(
        datetime.date, datetime.date.fromisoformat, "a date in ISO 8601", format="date"
    ),
    datetime.time: _either("time", datetime.time, values.parse_time),
    datetime.timedelta: _text(
        datetime.timedelta, values.parse_duration, "a duration in ISO 8601", format="duration"
    ),
    decimal.Decimal: _text(decimal.Decimal, decimal.Decimal, "a decimal number", format="decimal"),
    uuid.UUID: _text(uuid.UUID, uuid.UUID, "a UUID", format="uuid"),
}

_SENT_AS_SUCH = (
    float,
    bytes,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    decimal.Decimal,
)
_LISTS = (list, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
_SETS: dict[Any, Callable[[list[Any]], Any]] = {
    set: set,
    frozenset: frozenset,
    collections.abc.Set: frozenset,
}
_DICTS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)


def _list(inner: Shape, make: Callable[[list[Any]], Any]) -> Shape:
    def decode(value: Any, place: str) -> Any:
        if not isinstance(value, list):
            raise Misfit(f"{place} is not a list")
        try:
            return make([inner.decode(item, f"{place}[{i}]") for i, item in enumerate(value)])
        except TypeError:
            raise Misfit(f"{place} has an element that can't be in a set") from None

    return Shape({"type": "array", "items": inner.schema}, decode)


def _tuple(args: tuple[Any, ...], around: tuple[type, ...]) -> Shape:
    if len(args) == 2 and args[1] is ...:
        return _list(shape(args[0], around), tuple)
    parts = [shape(arg, around) for arg in args if arg != ()]

    def decode(value: Any, place: str) -> Any:
        if not isinstance(value, list) or len(value) != len(parts):
            raise Misfit(f"{place} is not a list of {len(parts)}")
        return tuple(
            p.decode(item, f"{place}[{i}]") for i, (p, item) in enumerate(zip(parts, value))
        )

    schema: Schema = {"type": "array", "minItems": len(parts), "maxItems": len(parts)}
    if parts:
        schema["prefixItems"] = [part.schema for part in parts]
    return Shape(schema, decode)


def _dict(inner: Shape) -> Shape:
    def decode(value: Any, place: str) -> Any:
        if not isinstance(value, dict):
            raise Misfit(f"{place} is not an object")
        return {key: inner.decode(item, f"{place}[{key!r:.80}]") for key, item in value.items()}

    return Shape({"type": "object", "additionalProperties": inner.schema}, decode)


def _literal(allowed: tuple[Any, ...]) -> Shape:
    def decode(value: Any, place: str) -> Any:
        for each in allowed:
            if type(value) is type(each) and value == each:
                return each
        raise Misfit(f"{place} is not one of {', '.join(map(repr, allowed))}")

    if any(type(value) not in (str, int, bool, type(None)) for value in allowed):
        raise Unsupported("a Literal may have str, int, bool and None")
    return Shape({"enum": list(allowed)}, decode)


def _enum(kind: type[enum.Enum]) -> Shape:
    members = {(type(member.value), member.value): member for member in kind}
    if any(key[0] not in (str, int) for key in members):
        raise Unsupported(f"{_name(kind)} has values that are neither str nor int")

    def decode(value: Any, place: str) -> Any:
        if type(value) in (str, int) and (type(value), value) in members:
            return members[type(value), value]
        allowed = ", ".join(repr(member.value) for member in kind)
        raise Misfit(f"{place} is not one of {allowed}")

    return Shape({"enum": [member.value for member in kind]}, decode)


def _union(parts: list[Shape]) -> Shape:
    """The first that fits; but a text that could be bytes or a date stays text where text will do, an integer an
    integer: what a program means as one of those, it sends as such."""

    def decode(value: Any, place: str) -> Any:
        failures = []
        converted = []
        for part in parts:
            try:
                fitting = part.decode(value, place)
            except Misfit as misfit:
                failures.append(str(misfit))
                continue
            if type(fitting) is type(value) or not isinstance(fitting, _SENT_AS_SUCH):
                return fitting
            converted.append(fitting)
        if converted:
            return converted[0]
        raise Misfit("; ".join(failures)[:500])

    return Shape({"anyOf": [part.schema for part in parts]}, decode)


def _dataclass(kind: type, around: tuple[type, ...]) -> Shape:
    hints = hints_of(kind)
    fields = [field for field in dataclasses.fields(kind) if field.init]
    shapes = {field.name: shape(hints[field.name], around) for field in fields}
    required = [
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    parts = _object(shapes, required)

    def decode(value: Any, place: str) -> Any:
        try:
            return kind(**parts.decode(value, place))
        except (TypeError, ValueError) as failure:  # of its own checks
            raise Misfit(f"{place}: {failure}") from failure

    return Shape({"title": kind.__name__, **parts.schema}, decode)


def _typed_dict(kind: type, around: tuple[type, ...]) -> Shape:
    shapes = {name: shape(hint, around) for name, hint in hints_of(kind).items()}
    required = [name for name in shapes if name in getattr(kind, "__required_keys__")]
    parts = _object(shapes, required)
    return Shape({"title": kind.__name__, **parts.schema}, parts.decode)


def _object(shapes: dict[str, Shape], required: list[str]) -> Shape:
    def decode(value: Any, place: str) -> Any:
        if not isinstance(value, dict):
            raise Misfit(f"{place} is not an object")
        for name in required:
            if name not in value:
                raise Misfit(f"{place}.{name} is missing")
        for name in value:
            if name not in shapes:
                raise Misfit(f"{place} has no {name!r:.80}")
        return {name: shapes[name].decode(item, f"{place}.{name}") for name, item in value.items()}

    schema: Schema = {
        "type": "object",
        "properties": {name: part.schema for name, part in shapes.items()},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    return Shape(schema, decode)


def hints_of(declared: Any) -> dict[str, Any]:
    """The hints of a function or class, with those evaluated that are text."""
    try:
        return typing.get_type_hints(declared, include_extras=True)
    except Exception as failure:
        version = ".".join(map(str, sys.version_info[:2]))
        raise Unsupported(
            f"its type hints can't be evaluated by Python {version}: {failure}"
        ) from failure


def _name(hint: Any) -> str:
    if isinstance(hint, type):
        return hint.__qualname__
    return str(hint).replace("typing.", "")
