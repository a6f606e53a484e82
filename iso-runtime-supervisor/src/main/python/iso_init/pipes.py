"""The ends of the program's pipes that init holds: what comes out of them, checked and bounded.

All are pipes, never sockets: a socket could carry descriptors, and one passed by SCM_RIGHTS can hold its receiver.
"""

from __future__ import annotations

import os
import select
import time

from iso_init import frames
from iso_init.jsontext import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable

READ_SIZE = 1 << 18
FIRST_READ = 1 << 14  # most programs write little, and a sandbox that waits should hold little
FIONREAD = 0x541B
LIMITS = {
    frames.STARTED: frames.MAX_FRAME - 1,
    frames.CALL: frames.MAX_FRAME - 1,
    frames.RESULT: frames.MAX_FRAME - 1,
    frames.END: 1 << 20,
}


class Output:
    """A non-blocking descriptor with what it has not taken yet."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.pending = bytearray()

    def send(self, parts: tuple[bytes | memoryview, ...]) -> None:
        """Writes these, and keeps what is not taken."""
        self.flush()
        written = 0
        if not self.pending:
            try:
                written = os.writev(self.descriptor, parts)
            except BlockingIOError:
                pass
        for view in frames.rest(parts, written):
            self.pending += view

    def flush(self) -> None:
        try:
            while self.pending:
                with memoryview(self.pending) as view, view[:READ_SIZE] as head:
                    written = os.write(self.descriptor, head)
                del self.pending[:written]
        except BlockingIOError:
            pass


class ProgramPipes:
    """Standard output, standard error and the tool calls. Raises FrameError when the program breaks the protocol."""

    def __init__(
        self, stdout: int, stderr: int, calls: int, send: Callable[[int, bytes | memoryview], None]
    ) -> None:
        self.started_at: float | None = None
        self.placed: dict[str, list[int]] = {}
        self._send = send  # it is done with the payload when it returns
        self._buffer = memoryview(bytearray(FIRST_READ))
        self._outputs = {stdout: frames.STDOUT, stderr: frames.STDERR}
        self._calls = calls
        self._decoder = frames.Decoder(LIMITS)
        self._ended = False
        self.interests = dict.fromkeys((stdout, stderr, calls), select.POLLIN)
        for descriptor in (stdout, stderr, calls):
            os.set_blocking(descriptor, False)

    def read(self, descriptor: int, size: int = READ_SIZE) -> None:
        if descriptor == self._calls:
            self._read_calls(size)
        elif descriptor in self._outputs:
            # The program writes after its STARTED, which therefore is in the other pipe already.
            while self.started_at is None and self._calls >= 0 and self._read_calls(READ_SIZE):
                pass
            self._read_output(descriptor, size)

    def drain(self) -> None:
        """Reads what is in the pipes at this moment, which is at most their capacity."""
        self._drain([self._calls, *self._outputs] if self._calls >= 0 else self._outputs)

    def _drain(self, descriptors: Iterable[int]) -> None:
        for descriptor in list(descriptors):
            left = _readable(descriptor)
            while left > 0 and descriptor in self.interests:
                size = min(left, len(self._buffer))
                self.read(descriptor, size)
                left -= size

    def close_calls(self) -> None:
        """No CALL, RESULT or END from now on."""
        if self._calls >= 0:
            del self.interests[self._calls]
            os.close(self._calls)
            self._calls = -1

    def _read_output(self, descriptor: int, size: int) -> None:
        try:
            count = os.readv(descriptor, [self._buffer[:size]])
        except BlockingIOError:
            return
        if count:
            self._send(self._outputs[descriptor], self._buffer[:count])
            if count == len(self._buffer) < READ_SIZE:
                self._buffer = memoryview(bytearray(READ_SIZE))
        else:
            del self._outputs[descriptor], self.interests[descriptor]
            os.close(descriptor)

    def _read_calls(self, size: int) -> bool:
        """Tells whether there was something to read."""
        data = _read(self._calls, size)
        if data is None:
            return False
        if not data:
            self.close_calls()
            return False
        for kind, payload in self._decoder.feed(data):
            self._frame(kind, payload)
        return True

    def _frame(self, kind: int, payload: bytes) -> None:
        if kind == frames.STARTED:
            if self.started_at is not None:
                raise frames.FrameError("a second STARTED")
            self.started_at = time.monotonic()
            self.placed = loads(payload)
            payload = b""
        elif kind == frames.END:
            if self._ended:
                raise frames.FrameError("a second END")
            self._ended = True
            self._drain(self._outputs)  # written before its END, so it comes first
        elif self.started_at is None:
            raise frames.FrameError(f"{frames.NAMES[kind]} before STARTED")
        self._send(kind, payload)


def _read(descriptor: int, size: int) -> bytes | None:
    try:
        return os.read(descriptor, size)
    except BlockingIOError:
        return None


def _readable(descriptor: int) -> int:
    import fcntl

    return int.from_bytes(fcntl.ioctl(descriptor, FIONREAD, bytes(4)), "little")
