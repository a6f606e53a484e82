"""Values on their way to JSON and back, the same for results and tool arguments.

Bytes travel as ``{"$bytes": base64}``. Beyond JSON's own types: what has ``tolist`` or ``item`` (numpy, pandas), data
classes, enumerations, paths and decimals as text, dates in ISO 8601, sets and other iterables of numpy-like libraries
as lists. Anything else, and NaN or infinity, is an error that names the place.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_DEPTH = 200
BYTES = "$bytes"


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


def _plain(value: Any, place: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ValueError(f"{place[:200]} is nested more than {MAX_DEPTH} deep, or contains itself")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _finite(float(value), place)
    if isinstance(value, dict):
        return {
            _key(key, place): _plain(item, f"{place}[{key!r:.80}]", depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        if hasattr(value, "_asdict"):
            return _plain(value._asdict(), place, depth)
        return [_plain(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(value)]
    if isinstance(value, (set, frozenset)):
        return [_plain(item, f"an element of {place}", depth + 1) for item in _ordered(value)]
    if isinstance(value, (bytes, bytearray, memoryview)):
        import base64

        return {BYTES: base64.b64encode(value).decode("ascii")}
    return _plain(_unwrapped(value, place), place, depth + 1)


def _unwrapped(value: Any, place: str) -> Any:
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
    if len(value) == 1 and isinstance(value.get(BYTES), str):
        import base64

        return base64.b64decode(value[BYTES])
    return value


def from_json(data: bytes) -> Any:
    return _json().decode(data.decode("utf-8"))
