"""Arguments and results on the way, as between programs and tools everywhere (docs/protocol.md).

What JSON lacks travels in objects of one member, such as ``{"$bytes": base64}`` or ``{"$decimal": "1.10"}``; a dictionary
that looks like one has another dollar sign before its key. A schema's default is the same without the objects.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import decimal
import enum
import json
import math
import re
import uuid
from typing import Any, Callable, Mapping

MAX_DEPTH = 200
_DURATION = re.compile(
    r"P(?:(-?\d{1,9})D)?(?:T(?:(-?\d{1,9})H)?(?:(-?\d{1,9})M)?(?:(-?)(\d{1,15})(?:\.(\d{1,6}))?S)?)?",
    re.ASCII,
)


class Misfit(Exception):
    """A value that isn't what the declaration says; the message names its place."""


class Unserialisable(Exception):
    """A result that can't be sent; the message names its place."""


def encode(value: Any) -> bytes:
    """The JSON of a result; raises ``Unserialisable``."""
    try:
        plain = _plain(value, "the result", 0, True)
        return json.dumps(plain, allow_nan=False, separators=(",", ":")).encode("ascii")
    except RecursionError:
        raise Unserialisable("the result is nested too deep, or contains itself") from None


def schematic(value: Any) -> Any:
    """A value as schemas know it; raises ``Unserialisable``."""
    return _plain(value, "the default", 0, False)


def _plain(value: Any, place: str, depth: int, tagged: bool) -> Any:
    if depth > MAX_DEPTH:
        raise Unserialisable(f"{place[:200]} is nested too deep, or contains itself")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, enum.Enum):
        return _plain(value.value, place, depth + 1, tagged)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if isinstance(value, Mapping):
        return _mapping(value, place, depth, tagged)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):  # a named one
        return _plain(getattr(value, "_asdict")(), place, depth + 1, tagged)
    if isinstance(value, (list, tuple)):
        return [
            _plain(item, f"{place}[{index}]", depth + 1, tagged) for index, item in enumerate(value)
        ]
    if isinstance(value, (set, frozenset)):
        return [_plain(item, f"an element of {place}", depth + 1, tagged) for item in value]
    if isinstance(value, uuid.UUID):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(
                getattr(value, field.name), f"{place}.{field.name}", depth + 1, tagged
            )
            for field in dataclasses.fields(value)
        }
    name, text = _named(value, place)
    return {name: text} if tagged else text


def _mapping(value: Mapping[Any, Any], place: str, depth: int, tagged: bool) -> dict[str, Any]:
    plain = {
        _key(key, place): _plain(item, f"{place}[{key!r:.80}]", depth + 1, tagged)
        for key, item in value.items()
    }
    if len(plain) != len(value):
        raise Unserialisable(
            f"{place[:200]} has two keys that are the same text, such as 1 and '1'"
        )
    if tagged and len(plain) == 1:
        [(key, item)] = plain.items()
        if key.startswith("$"):
            return {"$" + key: item}
    return plain


def _named(value: Any, place: str) -> tuple[str, str]:
    """What JSON lacks."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "$bytes", base64.b64encode(value).decode("ascii")
    if isinstance(value, float):
        return "$float", repr(float(value))
    if isinstance(value, datetime.datetime):
        return "$datetime", value.isoformat()
    if isinstance(value, datetime.date):
        return "$date", value.isoformat()
    if isinstance(value, datetime.time):
        return "$time", value.isoformat()
    if isinstance(value, datetime.timedelta):
        micros = value // datetime.timedelta(microseconds=1)
        whole, part = divmod(abs(micros), 1_000_000)
        return "$duration", f"PT{'-' if micros < 0 else ''}{whole}.{part:06}S"
    if isinstance(value, decimal.Decimal) and value.is_finite():
        return "$decimal", str(value)
    kind = type(value)
    raise Unserialisable(f"{place[:200]} is a {kind.__module__}.{kind.__qualname__}")


def _key(key: Any, place: str) -> str:
    if isinstance(key, enum.Enum):
        key = key.value
    if isinstance(key, str):
        return str(key)
    if isinstance(key, int) and not isinstance(key, bool):
        return str(int(key))
    raise Unserialisable(f"{place[:200]} has a key of type {type(key).__qualname__}, not text")


def decode(text: bytes) -> Any:
    """The value that a JSON text stands for; a ``ValueError`` if it stands for none."""
    return json.loads(text, object_hook=_object)


def _object(value: dict[str, Any]) -> Any:
    if len(value) == 1:
        [(key, item)] = value.items()
        if key.startswith("$$"):
            return {key[1:]: item}
        if key in _TAGS and isinstance(item, str):
            return _TAGS[key](item)
    return value


def parse_bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def parse_datetime(text: str) -> datetime.datetime:
    # Python 3.9 and 3.10 don't know the letter.
    return datetime.datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)


def parse_time(text: str) -> datetime.time:
    return datetime.time.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)


def parse_duration(text: str) -> datetime.timedelta:
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise ValueError(f"{text[:80]!r} is no duration such as PT1.5S or P1DT12H")
    days, hours, minutes, sign, whole, part = match.groups(default="0")
    seconds = datetime.timedelta(seconds=int(whole), microseconds=int(part.ljust(6, "0")))
    rest = datetime.timedelta(days=int(days), hours=int(hours), minutes=int(minutes))
    return rest - seconds if sign == "-" else rest + seconds


_TAGS: dict[str, Callable[[str], Any]] = {
    "$bytes": parse_bytes,
    "$float": float,
    "$decimal": decimal.Decimal,
    "$datetime": parse_datetime,
    "$date": datetime.date.fromisoformat,
    "$time": parse_time,
    "$duration": parse_duration,
}
