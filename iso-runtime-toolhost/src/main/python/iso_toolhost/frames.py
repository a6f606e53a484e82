"""Frames between the service and the tool host, and between the tool host's own processes.

A frame is ``u32 length of the payload, u8 type, u64 call, payload``, in network order. A payload is JSON, or text of a
log. The keeper passes results on without looking into them.
"""

from __future__ import annotations

import os
import struct
from typing import Iterator, NamedTuple

# From the service.
LOAD = 1
CALL = 2
CANCEL = 3
# To the service.
CATALOG = 16
IMPORTING = 17
RESULT = 18
FAILURE = 19
LOG = 20
# Within the tool host.
READY = 32

HEADER = struct.Struct("!IBQ")
TIMEOUT = struct.Struct("!I")
MAX_LENGTH = 32 * 1024 * 1024


class Frame(NamedTuple):
    type: int
    call: int
    payload: bytes


class Malformed(Exception):
    """The other side doesn't keep to the protocol."""


def pack(kind: int, call: int, payload: bytes) -> bytes:
    return HEADER.pack(len(payload), kind, call) + payload


def write(target: int, data: bytes) -> None:
    """Blocks until all is written."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(target, rest) :]


def read(source: int) -> Frame | None:
    """Blocks until there is a whole frame; nothing at its end."""
    header = _exactly(source, HEADER.size)
    if header is None:
        return None
    length, kind, call = HEADER.unpack(header)
    if length > MAX_LENGTH:
        raise Malformed(f"a frame of {length} bytes")
    payload = _exactly(source, length)
    return None if payload is None else Frame(kind, call, payload)


def _exactly(source: int, length: int) -> bytes | None:
    data = bytearray()
    while len(data) < length:
        piece = os.read(source, min(length - len(data), 1 << 20))
        if not piece:
            return None
        data += piece
    return bytes(data)


class Buffer:
    """Collects bytes until they are frames."""

    def __init__(self, limit: int = MAX_LENGTH) -> None:
        self._limit = limit
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Gives the frames that are complete."""
        self._data += data
        while len(self._data) >= HEADER.size:
            length, kind, call = HEADER.unpack_from(self._data)
            if length > self._limit:
                raise Malformed(f"a frame of {length} bytes")
            end = HEADER.size + length
            if len(self._data) < end:
                return
            payload = bytes(self._data[HEADER.size : end])
            del self._data[:end]
            yield Frame(kind, call, payload)
