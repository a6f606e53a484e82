"""Init's loop while the program lives: one thread, no blocking call, every buffer bounded.

Frames go through whole. Towards the supervisor a full buffer stops the reading of the program's pipes; towards the
program it may stop the reading of the channel only before user code runs, or a program that leaves its replies unread
could keep KILL from being seen.
"""

from __future__ import annotations

import os
import select
import time

from iso_init import frames, signals
from iso_init.jsontext import loads
from iso_init.reaper import Reaper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HIGH_WATER, REPLIES_LIMIT = 1 << 20, 32 << 20
READ_SIZE = 1 << 16
GRACE_SECONDS = 0.5
ROUND_MILLIS = 2
FIONREAD = 0x541B

FROM_EXECUTOR = {
    frames.STARTED: frames.MAX_FRAME - 1,
    frames.CALL: frames.MAX_FRAME - 1,
    frames.RESULT: frames.MAX_FRAME - 1,
    frames.END: 1 << 20,
}
FROM_SUPERVISOR = dict.fromkeys(range(frames.INPUT, frames.BYE + 1), frames.MAX_FRAME - 1)
TO_EXECUTOR = (frames.INPUT, frames.INPUT_DATA, frames.RUN, frames.REPLY)


class ChannelClosed(Exception):
    """The supervisor is gone: everything ends."""


class Output:
    """A non-blocking descriptor with what it has not taken yet."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.pending = bytearray()

    def flush(self) -> None:
        try:
            while self.pending:
                with memoryview(self.pending) as view:
                    written = os.write(self.descriptor, view[: 1 << 18])
                del self.pending[:written]
        except BlockingIOError:
            pass


class Relay:
    def __init__(self, channel: int, stdout: int, stderr: int, calls: int, replies: int, reaper: Reaper) -> None:
        self.placed: dict[str, list[int]] = {}
        self.kill: dict[str, Any] | None = None
        self.bye = False
        self._reaper = reaper
        self._channel = Output(channel)
        self._replies = Output(replies)
        self._outputs = {stdout: frames.STDOUT, stderr: frames.STDERR}
        self._calls = calls
        self._from_executor = frames.Decoder(FROM_EXECUTOR)
        self._from_supervisor = frames.Decoder(FROM_SUPERVISOR)
        self._started = self._ended = self._exited = False
        self._killing = self._late = False
        self._killing_since, self._reaped_before = 0.0, 0
        self._allowed_millis = 0
        self._deadline: float | None = None
        self._wakeup = signals.wakeup(signals.SIGCHLD)
        for descriptor in (channel, stdout, stderr, calls, replies):
            os.set_blocking(descriptor, False)

    def run(self) -> None:
        """Returns when KILL was obeyed: the tree is proven empty and all output is on its way."""
        self._reaper.reap()
        while True:
            self._settle()
            if self.kill is not None and not self._reaper.alive:
                break
            self._poll()
        self._drain()
        millis = int((time.monotonic() - self._killing_since) * 1000)
        self._send_json(frames.EMPTY, {"killed": self._reaper.reaped - self._reaped_before, "millis": millis})
        os.set_blocking(self._channel.descriptor, True)
        self._channel.flush()

    # -- what a round decides --

    def _settle(self) -> None:
        if self._deadline is not None and time.monotonic() >= self._deadline and not self._exited:
            self._deadline, self._late = None, True
            self._start_killing()
        if self._killing and self._reaper.kill():
            self._killing = False
        if self._reaper.main_status is not None and not self._exited:
            self._main_exited(self._reaper.main_status)

    def _main_exited(self, status: int) -> None:
        # What is in the pipes now was there first. Never wait for their end: a grandchild may hold them.
        self._drain()
        self._exited = True
        self._deadline = None
        self._close_calls()
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        self._send_json(frames.EXITED, {"code": code, "signal": signal, "deadline": self._late})

    def _start_killing(self) -> None:
        if not self._killing:
            self._killing = True
            self._killing_since = time.monotonic()
            self._reaped_before = self._reaper.reaped

    def _violation(self, message: str) -> None:
        self._close_calls()
        self._send_json(frames.VIOLATION, {"message": message})
        self._start_killing()

    # -- one round of input and output --

    def _poll(self) -> None:
        poller = select.poll()
        poller.register(self._wakeup, select.POLLIN)
        channel = self._channel
        interest = select.POLLOUT if channel.pending else 0
        if self._started or len(self._replies.pending) < HIGH_WATER:
            interest |= select.POLLIN
        poller.register(channel.descriptor, interest)
        if len(channel.pending) < HIGH_WATER:
            for descriptor in self._outputs:
                poller.register(descriptor, select.POLLIN)
            if self._calls >= 0:
                poller.register(self._calls, select.POLLIN)
        if self._replies.pending:
            poller.register(self._replies.descriptor, select.POLLOUT)
        for descriptor, events in poller.poll(self._timeout()):
            self._ready(descriptor, events)

    def _timeout(self) -> float | None:
        if self._killing:
            return ROUND_MILLIS
        if self._deadline is None:
            return None
        return max(0.0, (self._deadline - time.monotonic()) * 1000 + 1)

    def _ready(self, descriptor: int, events: int) -> None:
        if descriptor == self._wakeup:
            signals.drain(self._wakeup)
            self._reaper.reap()
        elif descriptor == self._channel.descriptor:
            if events & select.POLLOUT:
                self._flush_channel()
            if events & (select.POLLIN | select.POLLHUP | select.POLLERR):
                self._read_channel()
        elif descriptor == self._replies.descriptor:
            self._flush_replies()
        elif descriptor == self._calls:
            self._read_calls(READ_SIZE)
        elif descriptor in self._outputs:
            self._read_output(descriptor, READ_SIZE)

    def _read_channel(self) -> None:
        try:
            data = os.read(self._channel.descriptor, READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            raise ChannelClosed
        for kind, payload in self._from_supervisor.feed(data):
            if kind in TO_EXECUTOR:
                self._to_executor(kind, payload)
            elif kind == frames.KILL and self.kill is None:
                self.kill = loads(payload)
                self._start_killing()
            elif kind == frames.BYE:
                self.bye = True

    def _to_executor(self, kind: int, payload: bytes) -> None:
        if kind == frames.RUN:
            self._allowed_millis = loads(payload)["deadlineMillis"]
        if self._exited or self._killing:
            return
        self._replies.pending += frames.encode(kind, payload)
        self._flush_replies()
        if self._started and len(self._replies.pending) > REPLIES_LIMIT:
            self._replies.pending.clear()
            self._violation(f"more than {REPLIES_LIMIT} bytes of tool replies were left unread")

    def _read_calls(self, size: int) -> bool:
        """Tells whether there was something to read."""
        data = _read(self._calls, size)
        if data is None:
            return False
        if not data:
            self._close_calls()
            return False
        try:
            for kind, payload in self._from_executor.feed(data):
                self._from_program(kind, payload)
        except frames.FrameError as error:
            self._violation(str(error))
        return True

    def _from_program(self, kind: int, payload: bytes) -> None:
        if kind == frames.STARTED:
            if self._started:
                raise frames.FrameError("a second STARTED")
            self._started = True
            self.placed = loads(payload)
            payload = b""
            self._deadline = time.monotonic() + self._allowed_millis / 1000 + GRACE_SECONDS
        elif kind == frames.END:
            if self._ended:
                raise frames.FrameError("a second END")
            self._ended = True
        elif not self._started:
            raise frames.FrameError(f"{frames.NAMES[kind]} before STARTED")
        self._send(frames.encode(kind, payload))

    def _read_output(self, descriptor: int, size: int) -> None:
        # The program writes after its STARTED, which therefore is in the other pipe already.
        while not self._started and self._calls >= 0 and self._read_calls(READ_SIZE):
            pass
        data = _read(descriptor, size)
        if data:
            self._send(frames.encode(self._outputs[descriptor], data))
        elif data is not None:
            del self._outputs[descriptor]
            os.close(descriptor)

    def _drain(self) -> None:
        """Reads what is in the pipes at this moment, which is at most their capacity."""
        if self._calls >= 0 and not self._exited:
            left = _readable(self._calls)
            while left > 0 and self._calls >= 0:
                size = min(left, READ_SIZE)
                self._read_calls(size)
                left -= size
        for descriptor in list(self._outputs):
            left = _readable(descriptor)
            while left > 0:
                size = min(left, READ_SIZE)
                self._read_output(descriptor, size)
                left -= size

    # -- sending --

    def _send_json(self, kind: int, value: object) -> None:
        self._send(frames.encode_json(kind, value))

    def _send(self, data: bytes) -> None:
        self._channel.pending += data
        self._flush_channel()

    def _flush_channel(self) -> None:
        try:
            self._channel.flush()
        except OSError:
            raise ChannelClosed from None

    def _flush_replies(self) -> None:
        try:
            self._replies.flush()
        except OSError:
            self._replies.pending.clear()  # the program closed its end, or is dead

    def _close_calls(self) -> None:
        if self._calls >= 0:
            os.close(self._calls)
            self._calls = -1


def _read(descriptor: int, size: int) -> bytes | None:
    try:
        return os.read(descriptor, size)
    except BlockingIOError:
        return None


def _readable(descriptor: int) -> int:
    import fcntl

    return int.from_bytes(fcntl.ioctl(descriptor, FIONREAD, bytes(4)), "little")
