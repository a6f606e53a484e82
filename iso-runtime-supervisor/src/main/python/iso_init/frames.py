"""The frames of the channel and of the tool pipes: ``u32 length · u8 type · payload`` (docs/protocol.md)."""

from __future__ import annotations

import os

from iso_init import jsontext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PROTOCOL = 3  # the image says it too: a supervisor refuses an init of another version
MAX_FRAME = 16 * 1024 * 1024
HEADER = 5
CHUNK = 256 * 1024

HELLO, FAILED, ATTEST, STDOUT, STDERR, CALL, RESULT, END, EXITED, EMPTY = range(1, 11)
FILE, FILE_DATA, REJECTED, DONE, STARTED, VIOLATION, TAKEN, USAGE = range(11, 19)
INPUT, INPUT_DATA, RUN, REPLY, KILL, BYE = range(32, 38)

NAMES = {
    value: name
    for name, value in list(globals().items())
    if type(value) is int and name not in ("PROTOCOL", "MAX_FRAME", "HEADER", "CHUNK")
}


class FrameError(Exception):
    """The other side broke the framing, or sent a type that it may not send."""


def encode(kind: int, payload: bytes = b"") -> bytes:
    return header(kind, len(payload)) + payload


def header(kind: int, size: int) -> bytes:
    """What stands before a payload of this size."""
    if size >= MAX_FRAME:
        raise FrameError(f"a {NAMES[kind]} frame of {size} bytes exceeds {MAX_FRAME}")
    return (size + 1).to_bytes(4, "big") + bytes((kind,))


def encode_json(kind: int, value: object) -> bytes:
    return encode(kind, jsontext.dumps(value))


class Decoder:
    """Cuts a byte stream into frames. ``limits`` names the types it accepts and the longest payload of each."""

    def __init__(self, limits: dict[int, int]) -> None:
        self._limits = limits
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        buffer = self._buffer
        buffer += data
        frames = []
        while len(buffer) >= HEADER:
            length = int.from_bytes(buffer[:4], "big")
            kind = buffer[4]
            # Checked as soon as the header is there: a forged length never grows the buffer.
            limit = self._limits.get(kind)
            if limit is None:
                raise FrameError(f"a frame of type {kind} is not allowed here")
            if not 0 <= length - 1 <= limit:
                raise FrameError(f"a {NAMES[kind]} frame of {length} bytes exceeds {limit}")
            if len(buffer) < 4 + length:
                break
            frames.append((kind, bytes(buffer[HEADER : 4 + length])))
            del buffer[: 4 + length]
        return frames


def read_exactly(fd: int, size: int) -> bytes:
    """Blocking; raises EOFError when the stream ends first."""
    data = bytearray()
    while len(data) < size:
        piece = os.read(fd, min(size - len(data), 1 << 20))
        if not piece:
            raise EOFError(f"the stream ended {size - len(data)} bytes early")
        data += piece
    return bytes(data)


def read_frame(fd: int) -> tuple[int, bytes]:
    header = read_exactly(fd, HEADER)
    length = int.from_bytes(header[:4], "big")
    if not 1 <= length <= MAX_FRAME:
        raise FrameError(f"a frame of {length} bytes")
    return header[4], read_exactly(fd, length - 1)


def write_all(fd: int, *parts: bytes | memoryview) -> None:
    """Blocking; a pipe or socket may take less than all at once."""
    for view in rest(parts, os.writev(fd, parts)):
        while view:
            view = view[os.write(fd, view) :]


def rest(parts: tuple[bytes | memoryview, ...], written: int) -> Iterator[memoryview]:
    """What is left of these when so many bytes of them are written."""
    for part in parts:
        yield memoryview(part)[written:]
        written = max(0, written - len(part))
