"""JSON through CPython's own accelerator.

``import json`` costs a fifth of a cold start, because its pure-Python half imports ``re`` and ``enum``. The C half
alone reads and writes all that the frames need. Where an interpreter has no such C half, ``json`` serves.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Context:
    """What the C scanner reads its options from (the attributes of ``json.JSONDecoder``)."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}


def _refuse(value: object) -> object:
    raise TypeError(f"{type(value).__name__} is not JSON")


def _accelerated() -> Any:
    import _json

    context: Any = _Context()
    scan = _json.make_scanner(context)
    quote = _json.encode_basestring_ascii
    encode = _json.make_encoder(None, _refuse, quote, None, ":", ",", False, False, False)
    return scan, encode


try:
    _scan, _encode = _accelerated()
    _scan("[]", 0), _encode({"a": 1}, 0)
except Exception:  # another implementation, or another signature
    import json

    _scan, _encode = json.JSONDecoder().raw_decode, lambda value, level: (json.dumps(value),)


def loads(text: bytes) -> Any:
    """Reads one JSON value and ignores what follows it."""
    return _scan(text.decode("utf-8").lstrip(), 0)[0]


def dumps(value: object) -> bytes:
    return "".join(_encode(value, 0)).encode("ascii")
