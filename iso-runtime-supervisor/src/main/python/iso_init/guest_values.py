"""Values on their way to JSON and back.

A program's result is for anybody who reads JSON: bytes become ``{"$bytes": base64}``; what has ``tolist`` or ``item``
(numpy, pandas), data classes, enumerations, paths and decimals, dates in ISO 8601, sets and other iterables of
numpy-like libraries become what JSON has. Anything else, and NaN or infinity, is an error that names the place.

Between programs and tools nothing is lost: decimals, dates, times, durations, NaN and infinities travel in objects of
one member too, ``{"$decimal": "1.10"}``, and arrive as what they were. A dictionary that looks like one of these gets
another dollar sign before its key.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_DEPTH = 200
BYTES, FLOAT, DECIMAL = "$bytes", "$float", "$decimal"
DATETIME, DATE, TIME, DURATION = "$datetime", "$date", "$time", "$duration"


class _Codec:
    """Made at the first call: its import takes 10 ms, which a program without tools and result need not wait for."""

    def __init__(self) -> None:
        import json

        self.encode = json.JSONEncoder(
            allow_nan=False, ensure_ascii=False, separators=(",", ":")
        ).encode
        self.escape = json.JSONEncoder(separators=(",", ":")).encode
        self.decode = json.JSONDecoder(object_hook=_object).decode


_codec: _Codec | None = None


def _json() -> _Codec:
    global _codec
    if _codec is None:
        _codec = _Codec()
    return _codec


def to_json(value: Any, what: str) -> bytes:
    """``what`` is how an error calls the value."""
    try:
        return _json().encode(value).encode("utf-8")  # the common case, in C
    except (TypeError, ValueError, RecursionError):
        return _json().escape(_plain(value, what, 0)).encode("ascii")


def to_call(tool: str, arguments: dict[str, Any]) -> bytes:
    """A call of a tool but for its id: ``{"tool": ..., "args": ...}``."""
    try:
        text = _json().encode({"tool": tool, "args": arguments})
        if '{"$' not in text:
            return text.encode("utf-8")  # the common case, in C
    except (TypeError, ValueError, RecursionError):
        pass
    lossless = {
        name: _plain(value, f"the argument {name!r} of {tool}", 0, True)
        for name, value in arguments.items()
    }
    return _json().escape({"tool": tool, "args": lossless}).encode("ascii")


def _plain(value: Any, place: str, depth: int, lossless: bool = False) -> Any:
    if depth > MAX_DEPTH:
        raise ValueError(f"{place[:200]} is nested more than {MAX_DEPTH} deep, or contains itself")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _float(float(value), place, lossless)
    if isinstance(value, dict):
        plain = {
            _key(key, place): _plain(item, f"{place}[{key!r:.80}]", depth + 1, lossless)
            for key, item in value.items()
        }
        return _escaped(plain) if lossless else plain
    if isinstance(value, (list, tuple)):
        return [
            _plain(item, f"{place}[{index}]", depth + 1, lossless)
            for index, item in enumerate(value)
        ]
    if isinstance(value, (set, frozenset)):
        return [
            _plain(item, f"an element of {place}", depth + 1, lossless) for item in _ordered(value)
        ]
    if isinstance(value, (bytes, bytearray, memoryview)):
        import base64

        return {BYTES: base64.b64encode(value).decode("ascii")}
    if lossless:
        tagged = _tagged(value, place)
        if tagged is not None:
            return tagged
    return _plain(unwrapped(value, place), place, depth + 1, lossless)


def _float(value: float, place: str, lossless: bool) -> Any:
    if lossless and (value != value or value in (float("inf"), float("-inf"))):
        return {FLOAT: repr(value)}
    return _finite(value, place)


def _escaped(value: dict[str, Any]) -> dict[str, Any]:
    """A dictionary that looks like a tagged value gets another dollar sign."""
    if len(value) == 1:
        [(key, item)] = value.items()
        if key.startswith("$"):
            return {"$" + key: item}
    return value


def _tagged(value: Any, place: str) -> dict[str, str] | None:
    import datetime
    import decimal

    if isinstance(value, datetime.datetime):
        if value != value:
            raise ValueError(f"{place[:200]} is {value}, which is no datetime")
        return {DATETIME: value.isoformat()}
    if isinstance(value, datetime.date):
        return {DATE: value.isoformat()}
    if isinstance(value, datetime.time):
        return {TIME: value.isoformat()}
    if isinstance(value, datetime.timedelta):
        micros = (value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds
        whole, part = divmod(abs(micros), 1_000_000)
        return {DURATION: f"PT{'-' if micros < 0 else ''}{whole}.{part:06}S"}
    if isinstance(value, decimal.Decimal):
        if not value.is_finite():
            raise ValueError(f"{place[:200]} is {value}, which a tool cannot take")
        return {DECIMAL: str(value)}
    return None


def unwrapped(value: Any, place: str = "the value") -> Any:
    """What stands for a value of a library, one step nearer to JSON."""
    import dataclasses
    import datetime
    import decimal
    import enum
    import os
    import uuid

    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    for method, arguments in (("tolist", ()), ("item", ()), ("to_dict", ("records",))):
        convert = getattr(value, method, None)
        if callable(convert) and not isinstance(value, type):
            if method == "to_dict" and not hasattr(value, "columns"):
                arguments = ()
            return convert(*arguments)
    raise TypeError(
        f"{place[:200]} is a {type(value).__module__}.{type(value).__qualname__}, which is not JSON"
    )


def _key(key: Any, place: str) -> str:
    if isinstance(key, str):
        return str(key)
    if key is None or isinstance(key, (bool, int, float)):
        return _json().escape(key)
    item = getattr(key, "item", None)
    if callable(item):
        return _key(item(), place)
    if hasattr(key, "isoformat"):
        return str(key.isoformat())
    raise TypeError(
        f"{place[:200]} has a key of type {type(key).__qualname__}; keys must be text or numbers"
    )


def _finite(value: float, place: str) -> float:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{place[:200]} is {value}, which JSON cannot hold")
    return value


def _ordered(value: Any) -> list[Any]:
    try:
        return sorted(value)
    except TypeError:
        return list(value)


def _object(value: dict[str, Any]) -> Any:
    if len(value) == 1:
        [(key, item)] = value.items()
        if key.startswith("$"):
            return _untagged(key, item, value)
    return value


def _untagged(key: str, item: Any, value: dict[str, Any]) -> Any:
    if key.startswith("$$"):
        return {key[1:]: item}
    if not isinstance(item, str):
        return value
    if key == BYTES:
        import base64

        return base64.b64decode(item)
    if key == FLOAT:
        return float(item)
    if key == DECIMAL:
        import decimal

        return decimal.Decimal(item)
    if key in (DATETIME, DATE, TIME, DURATION):
        import datetime

        if key == DATETIME:
            return datetime.datetime.fromisoformat(item)
        if key == DATE:
            return datetime.date.fromisoformat(item)
        if key == TIME:
            return datetime.time.fromisoformat(item)
        return datetime.timedelta(microseconds=int(item[2:-1].replace(".", "")))
    return value


def from_json(data: bytes) -> Any:
    return _json().decode(data.decode("utf-8"))
