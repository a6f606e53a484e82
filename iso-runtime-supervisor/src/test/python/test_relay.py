"""Init's loop against a program and a supervisor that misbehave, each played by the test; the reaper is faked."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import threading
import unittest
from typing import Any, Dict, List, Optional, Tuple

import driver  # noqa: F401
from iso_init import frames, relay, signals
from iso_init.channels import Channel, ChannelClosed
from iso_init.reaper import Reaper


class NoProcesses(Reaper):
    """Stands for the tree: it dies when it is killed, or when the test says so."""

    def __init__(self) -> None:
        super().__init__(main_pid=7)
        self.kills = 0

    def reap(self) -> None:
        pass

    def ends(self, status: int) -> None:
        """As the kernel has it: a loop that has nothing left to read hears of it by the signal alone."""
        self.main_status = status
        signal.raise_signal(signal.SIGCHLD)

    def kill(self) -> bool:
        self.kills += 1
        self.alive = False
        if self.main_status is None:
            self.main_status = 9
        return True


class RelayTest(unittest.TestCase):
    def setUp(self) -> None:
        self.supervisor, init = socket.socketpair()
        patience = struct.pack("ll", 20, 0)
        self.supervisor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
        pipes = [os.pipe() for _ in range(4)]
        (out, self.stdout), (err, self.stderr), (calls, self.calls), (self.replies, replies) = pipes
        self.reaper = NoProcesses()
        self.relay = relay.Relay(
            Channel(init.fileno(), init.fileno()),
            (out, err, calls, replies),
            self.reaper,
            counted=False,
        )
        self.closed = False
        self.error: Optional[BaseException] = None
        self.thread = threading.Thread(target=self._run)
        ours = [self.stdout, self.stderr, self.calls, self.replies, out, err, replies]
        # By value: a test may set up more than one scene.
        self.addCleanup(self._close, self.supervisor, init, self.thread, self.relay, ours)

    def _run(self) -> None:
        try:
            self.relay.run()
        except ChannelClosed:
            self.closed = True
        except BaseException as error:
            self.error = error

    def _close(
        self,
        supervisor: socket.socket,
        init: socket.socket,
        thread: threading.Thread,
        ended: relay.Relay,
        descriptors: List[int],
    ) -> None:
        supervisor.close()
        if thread.ident is not None:
            thread.join(10)
        init.close()
        ended.pipes.close_calls()
        for descriptor in [*descriptors, ended._wakeup]:
            try:
                os.close(descriptor)
            except OSError:
                pass  # closed by the test or by the relay
        signals.restore_defaults()
        self.assertIsNone(self.error)

    def start(self) -> None:
        self.thread.start()

    def order(self, kind: int, value: Any = None) -> None:
        payload = b"" if value is None else json.dumps(value).encode()
        self.supervisor.sendall(frames.encode(kind, payload))

    def receive(self) -> Tuple[int, bytes]:
        return frames.read_frame(self.supervisor.fileno())

    def say(self, kind: int, payload: bytes = b"{}") -> None:
        frames.write_all(self.calls, frames.encode(kind, payload))

    def json(self, expected: int) -> Dict[str, Any]:
        kind, payload = self.receive()
        self.assertEqual(frames.NAMES[kind], frames.NAMES[expected])
        value: Dict[str, Any] = json.loads(payload)
        return value

    def started(self, millis: int = 60_000) -> None:
        self.start()
        self.order(frames.RUN, {"deadlineMillis": millis})
        self.assertEqual(frames.read_frame(self.replies)[0], frames.RUN)
        self.say(frames.STARTED, b'{"a":[1,2,3]}')
        self.assertEqual(self.receive(), (frames.STARTED, b""))

    def test_frames_pass_verbatim_both_ways_and_started_is_kept(self) -> None:
        self.started()
        self.assertEqual(self.relay.pipes.placed, {"a": [1, 2, 3]})
        self.say(frames.CALL, b'{"id": 1 }')
        self.assertEqual(self.receive(), (frames.CALL, b'{"id": 1 }'))
        self.order(frames.REPLY, {"id": 1, "ok": 5})
        self.assertEqual(frames.read_frame(self.replies), (frames.REPLY, b'{"id": 1, "ok": 5}'))
        os.write(self.stderr, b"\xff")
        self.assertEqual(self.receive(), (frames.STDERR, b"\xff"))

    def test_what_breaks_the_protocol_is_a_violation_and_kills(self) -> None:
        for frame in (
            b"\0\0\0\0\6",
            b"\xff\xff\xff\xff\6",
            frames.encode(frames.HELLO, b"{}"),
            frames.encode(frames.EXITED, b"{}"),
            frames.encode(frames.STARTED, b"{}"),
            frames.encode(frames.END, b"{}") * 2,
        ):
            with self.subTest(frame):
                self.setUp()
                self.started()
                os.write(self.calls, frame)
                kind = self.receive()[0]
                if kind == frames.END:
                    kind = self.receive()[0]
                self.assertEqual(kind, frames.VIOLATION)
                self.assertEqual(
                    self.json(frames.EXITED), {"code": None, "signal": 9, "deadline": False}
                )
                self.order(frames.KILL, {"collect": False})
                self.json(frames.EMPTY)

    def test_calls_before_started_are_a_violation(self) -> None:
        self.start()
        self.say(frames.CALL)
        self.json(frames.VIOLATION)

    def test_exited_comes_after_what_was_written_and_calls_after_it_are_dropped(self) -> None:
        self.started()
        os.write(self.stdout, b"last words")
        self.say(frames.END, b'{"kind":"completed"}')
        self.reaper.ends(3 << 8)
        kinds: List[int] = []
        while not kinds or kinds[-1] != frames.EXITED:
            kinds.append(self.receive()[0])
        self.assertEqual(sorted(kinds), [frames.STDOUT, frames.END, frames.EXITED])
        with self.assertRaises(BrokenPipeError):
            self.say(frames.CALL)
        os.write(self.stdout, b"a grandchild")
        self.assertEqual(self.receive(), (frames.STDOUT, b"a grandchild"))
        self.order(frames.KILL, {"collect": True})
        self.assertEqual(self.json(frames.EMPTY)["killed"], 0)
        self.assertEqual(self.relay.kill, {"collect": True})

    def test_the_deadline_is_enforced_without_the_supervisor(self) -> None:
        self.started(millis=0)
        self.assertEqual(self.json(frames.EXITED), {"code": None, "signal": 9, "deadline": True})
        self.assertEqual(self.reaper.kills, 1)

    def test_kill_is_seen_while_replies_are_left_unread(self) -> None:
        self.started()
        for number in range(20):
            self.order(frames.REPLY, {"id": number, "ok": "x" * 1_000_000})
        self.order(frames.KILL, {"collect": False})
        self.json(frames.EXITED)
        self.json(frames.EMPTY)

    def test_what_the_program_takes_of_large_replies_is_told(self) -> None:
        self.started()
        value = "x" * (3 << 20)
        size = len(frames.encode(frames.REPLY, json.dumps(value).encode()))
        for _ in range(2):
            self.order(frames.REPLY, value)
            self.assertEqual(frames.read_frame(self.replies)[0], frames.REPLY)
        taken = self.json(frames.TAKEN)["bytes"]
        self.assertTrue(relay.TAKEN_STEP <= taken <= 2 * size, taken)

    def test_replies_left_unread_beyond_the_limit_are_a_violation(self) -> None:
        self.started()
        for number in range(34):
            self.order(frames.REPLY, {"id": number, "ok": "x" * 1_000_000})
        self.json(frames.VIOLATION)
        self.json(frames.EXITED)

    def test_a_supervisor_that_does_not_read_stops_the_program_and_not_the_memory(self) -> None:
        self.started()
        os.set_blocking(self.stdout, False)
        written, stalls = 0, 0
        while stalls < 50:
            try:
                written += os.write(self.stdout, bytes(65536))
                stalls = 0
            except BlockingIOError:
                stalls += 1
                threading.Event().wait(0.002)
        self.assertLess(written, 4 << 20)
        got = 0
        while got < written:
            got += len(self.receive()[1])
        self.assertEqual(got, written)

    def test_the_end_of_the_channel_ends_the_loop(self) -> None:
        self.started()
        self.supervisor.close()
        self.thread.join(10)
        self.assertTrue(self.closed)


if __name__ == "__main__":
    unittest.main()
