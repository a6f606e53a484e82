"""Init's loop while the program lives: one thread, no blocking call, every buffer bounded.

Frames go through whole. Towards the supervisor a full buffer stops the reading of the program's pipes; towards the
program it may stop the reading of the channel only before user code runs, or a program that leaves its replies unread
could keep KILL from being seen.
"""

from __future__ import annotations

import os
import select
import time

from iso_init import frames, gauges, signals
from iso_init.channels import ChannelClosed
from iso_init.jsontext import dumps, loads
from iso_init.pipes import READ_SIZE, Output, ProgramPipes
from iso_init.reaper import Reaper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from iso_init.channels import Channel

HIGH_WATER, REPLIES_LIMIT = 1 << 20, 32 << 20
TAKEN_STEP = 4 << 20
GRACE_SECONDS = 0.5
ROUND_MILLIS, SECOND = 2, 1000
COUNT_SECONDS = 0.1
LIMITS = dict.fromkeys(range(frames.INPUT, frames.BYE + 1), frames.MAX_FRAME - 1)
TO_EXECUTOR = (frames.INPUT, frames.INPUT_DATA, frames.RUN, frames.REPLY)


class Relay:
    def __init__(
        self, channel: Channel, pipes: tuple[int, int, int, int], reaper: Reaper, counted: bool
    ) -> None:
        """``pipes``: our ends of standard output, standard error, calls, replies. ``counted``: whether the kernel's
        counters are ours to tell, since nobody outside can be relied on to read them."""
        stdout, stderr, calls, replies = pipes
        self.kill: dict[str, Any] | None = None
        self.bye = False
        self.pipes = ProgramPipes(stdout, stderr, calls, self._send)
        self._reaper = reaper
        self._channel = channel
        self._out = Output(channel.sink)
        self._replies = Output(replies)
        self._decoder = frames.Decoder(LIMITS)
        self._poller = select.poll()
        self._watched: dict[int, int] = {}
        self._allowed_seconds = 0.0
        self._taken = 0
        self._late = self._exited = self._killing = False
        self._killing_since, self._reaped_before = 0.0, 0
        self._counted = counted
        self._usage: dict[str, int] = {}
        self._counted_at = 0.0
        self._wakeup = signals.wakeup(signals.SIGCHLD)
        os.set_blocking(channel.source, False)
        os.set_blocking(channel.sink, False)
        os.set_blocking(replies, False)

    def run(self) -> None:
        """Returns when KILL was obeyed: the tree is proven empty, all output and EMPTY are sent."""
        self._reaper.reap()
        while True:
            self._settle()
            if self.kill is not None and not self._reaper.alive:
                break
            self._poll()
        self._drain()
        millis = int((time.monotonic() - self._killing_since) * 1000)
        killed = self._reaper.reaped - self._reaped_before
        self._count(finally_=True)
        self._send_json(frames.EMPTY, {"killed": killed, "millis": millis})
        self._flush_all()

    def _flush_all(self) -> None:
        """The program is dead and nothing else is to be done, but a supervisor that is gone must not hold us."""
        while self._out.pending:
            interests = {self._channel.source: select.POLLIN}
            interests[self._channel.sink] = interests.get(self._channel.sink, 0) | select.POLLOUT
            self._watch(interests)
            for descriptor, events in self._poller.poll(SECOND):
                self._ready(descriptor, events)
            self._give_up_when_silent()
        os.set_blocking(self._channel.sink, True)

    def wait_for(self, child: int) -> int:
        """Its exit status. It sends on the channel meanwhile, so we only listen."""
        while True:
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            self._listen(ROUND_MILLIS)

    def wait_for_bye(self) -> None:
        while not self.bye:
            self._listen(SECOND)
            self._answer()

    def _listen(self, millis: int) -> None:
        self._watch({self._channel.source: select.POLLIN, self._wakeup: select.POLLIN})
        for descriptor, _ in self._poller.poll(millis):
            if descriptor == self._wakeup:
                signals.drain(descriptor)
            else:
                self._read_channel()
        self._give_up_when_silent()

    def _give_up_when_silent(self) -> None:
        deadline = self._channel.deadline()
        if deadline is not None and time.monotonic() > deadline:
            raise ChannelClosed

    def _settle(self) -> None:
        self._give_up_when_silent()
        self._answer()
        if self._counted and time.monotonic() - self._counted_at >= COUNT_SECONDS:
            self._count()
        deadline = self._deadline()
        if deadline is not None and time.monotonic() >= deadline:
            self._late = True
            self._start_killing()
        if self._killing and self._reaper.kill():
            self._killing = False
        if self._reaper.main_status is not None and not self._exited:
            self._main_exited(self._reaper.main_status)

    def _answer(self) -> None:
        self._out.pending += self._channel.answer()
        self._flush_channel()

    def _count(self, finally_: bool = False) -> None:
        if not self._counted:
            return
        self._counted_at = time.monotonic()
        usage = gauges.usage()
        if usage and (finally_ or gauges.told(self._usage, usage)):
            self._usage = usage
            self._send_json(frames.USAGE, usage)

    def _deadline(self) -> float | None:
        started = self.pipes.started_at
        if started is None or self._exited or self._late:
            return None
        return started + self._allowed_seconds + GRACE_SECONDS

    def _main_exited(self, status: int) -> None:
        # What is in the pipes now was there first. Never wait for their end: a grandchild may hold them.
        self._drain()
        self._exited = True
        self.pipes.close_calls()
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        self._send_json(frames.EXITED, {"code": code, "signal": signal, "deadline": self._late})

    def _start_killing(self) -> None:
        if not self._killing:
            self._killing = True
            self._killing_since = time.monotonic()
            self._reaped_before = self._reaper.reaped

    def _violation(self, message: str) -> None:
        self.pipes.close_calls()
        self._send_json(frames.VIOLATION, {"message": message})
        self._start_killing()

    def _drain(self) -> None:
        try:
            self.pipes.drain()
        except frames.FrameError as error:
            self._violation(str(error))

    def _poll(self) -> None:
        self._watch(self._interests())
        for descriptor, events in self._poller.poll(self._timeout()):
            self._ready(descriptor, events)

    def _interests(self) -> dict[int, int]:
        channel, replies = self._channel, self._replies
        interests = {self._wakeup: select.POLLIN, channel.source: 0}
        if self.pipes.started_at is not None or len(replies.pending) < HIGH_WATER:
            interests[channel.source] = select.POLLIN
        else:
            channel.not_listening()
        if self._out.pending:
            interests[channel.sink] = interests.get(channel.sink, 0) | select.POLLOUT
        if len(self._out.pending) < HIGH_WATER:
            interests.update(self.pipes.interests)
        if replies.pending:
            interests[replies.descriptor] = select.POLLOUT
        return interests

    def _watch(self, interests: dict[int, int]) -> None:
        if interests == self._watched:
            return
        for descriptor in self._watched.keys() - interests.keys():
            self._poller.unregister(descriptor)
        for descriptor, events in interests.items():
            self._poller.register(descriptor, events)
        self._watched = interests

    def _timeout(self) -> float | None:
        if self._killing:
            return ROUND_MILLIS
        now = time.monotonic()
        waits = [
            deadline - now
            for deadline in (self._deadline(), self._channel.deadline())
            if deadline is not None
        ]
        if self._counted and self.pipes.started_at is not None and not self._exited:
            waits.append(COUNT_SECONDS)
        return max(0.0, min(waits) * 1000 + 1) if waits else None

    def _ready(self, descriptor: int, events: int) -> None:
        if descriptor == self._wakeup:
            signals.drain(self._wakeup)
            self._reaper.reap()
        elif descriptor in (self._channel.source, self._channel.sink):
            if descriptor == self._channel.sink:
                self._flush_channel()
            if descriptor == self._channel.source:
                self._read_channel()
        elif descriptor == self._replies.descriptor:
            self._flush_replies()
        else:
            try:
                self.pipes.read(descriptor)
            except frames.FrameError as error:
                self._violation(str(error))

    def _read_channel(self) -> None:
        try:
            data = os.read(self._channel.source, READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            raise ChannelClosed
        for kind, payload in self._decoder.feed(self._channel.unwrap(data)):
            if kind in TO_EXECUTOR:
                self._to_executor(kind, payload)
            elif kind == frames.KILL and self.kill is None:
                self.kill = loads(payload)
                self._start_killing()
            elif kind == frames.BYE:
                self.bye = True

    def _to_executor(self, kind: int, payload: bytes) -> None:
        if kind == frames.RUN:
            self._allowed_seconds = loads(payload)["deadlineMillis"] / 1000
        if self._exited or self._killing:
            return
        self._replies.pending += frames.encode(kind, payload)
        self._flush_replies()
        unread = len(self._replies.pending)
        if self.pipes.started_at is not None and unread > REPLIES_LIMIT:
            self._replies.pending.clear()
            self._violation(f"{unread} bytes of tool replies were left unread")

    def _flush_replies(self) -> None:
        unread = len(self._replies.pending)
        try:
            self._replies.flush()
        except OSError:
            self._replies.pending.clear()  # the program closed its end, or is dead
        if self.pipes.started_at is not None:
            self._taken += unread - len(self._replies.pending)
            if self._taken >= TAKEN_STEP:
                # Now and then, so that small replies cost no frame of their own.
                self._send_json(frames.TAKEN, {"bytes": self._taken})
                self._taken = 0

    def _send_json(self, kind: int, value: object) -> None:
        self._send(kind, dumps(value))

    def _send(self, kind: int, payload: bytes | memoryview) -> None:
        try:
            self._out.send(self._channel.parts(kind, payload))
        except OSError:
            raise ChannelClosed from None

    def _flush_channel(self) -> None:
        try:
            self._out.flush()
        except OSError:
            raise ChannelClosed from None
