"""The tool host's first process: passes calls to workers and results back, and ends whatever hangs.

It never imports a bundle, so no bundle can stop it from noticing that the service is gone: then it kills all of them
and ends. One thread, and nothing it waits for but the service itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections import deque
from typing import Any, Callable, Deque, Dict, List, NoReturn, Optional, Set

from iso_toolhost import frames, linux, template
from iso_toolhost.frames import Frame

SPARE = 2  # workers that wait for a call
GRACE = 1.0  # seconds in which a tool may clean up after it was told to end
LOG_BYTES = 64 * 1024  # of one call; the rest is dropped
FIRST_PAUSE = 0.1  # seconds before a template is started again
LONGEST_PAUSE = 10.0


class Call:
    """One that waits for a worker."""

    def __init__(self, number: int, deadline: float, request: bytes) -> None:
        self.number = number
        self.deadline = deadline
        self.request = request


class Worker:
    hear: Callable[[], None]

    def __init__(self, calls: int, results: int, log: int, limit: int) -> None:
        self.calls = calls
        self.results = results
        self.log = log
        self.pid = 0  # until it has said that it is ready
        self.frames = frames.Buffer(limit)
        self.outbox = memoryview(b"")
        self.call = 0
        self.answered = False
        self.deadline: Optional[float] = None
        self.kill_at: Optional[float] = None
        self.logged = 0


class Keeper:
    def __init__(self, source: int, sink: int) -> None:
        self._source = source
        self._sink = sink
        self._input = frames.Buffer()
        self._selector = selectors.DefaultSelector()
        self._settings: Optional[template.Settings] = None
        self._workers: Set[Worker] = set()
        self._queue: Deque[Call] = deque()
        self._skip: Set[str] = set()
        self._faults: List[Dict[str, Any]] = []
        self._announced = False
        self._template = 0
        self._requests: Optional[socket.socket] = None
        self._reports = -1
        self._template_log = -1
        self._template_logged = 0
        self._report_frames = frames.Buffer()
        self._importing = ""
        self._loaded = False
        self._restart_at: Optional[float] = None
        self._pause = FIRST_PAUSE
        self._wakeup = -1

    # ---- the loop -------------------------------------------------------------------------------

    def run(self) -> NoReturn:
        try:
            linux.inherit_orphans()
            self._heed_children()
            self._watch(self._source, self._hear)
            while True:
                for key, _ in self._selector.select(self._patience()):
                    # One that was handled before it may have closed it, and opened another of its number.
                    if self._selector.get_map().get(key.fd) is key:
                        key.data()
                self._keep_time()
        except (_Gone, BrokenPipeError):
            pass
        except BaseException:
            traceback.print_exc()
        finally:
            self._selector.close()  # to list children takes a descriptor, and there may be no other
            linux.kill_all()
            os._exit(0)

    def _heed_children(self) -> None:
        end, self._wakeup = os.pipe()
        os.set_blocking(self._wakeup, False)
        signal.set_wakeup_fd(self._wakeup, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._watch(end, lambda: self._reap(end))

    def _watch(self, descriptor: int, handler: Callable[[], None]) -> None:
        os.set_blocking(descriptor, False)
        self._selector.register(descriptor, selectors.EVENT_READ, handler)

    def _is_watched(self, descriptor: int) -> bool:
        return descriptor in self._selector.get_map()

    def _close(self, descriptor: int) -> None:
        if self._is_watched(descriptor):
            self._selector.unregister(descriptor)
        os.close(descriptor)

    def _read(self, descriptor: int) -> bytes:
        """Nothing when there is nothing now; at its end the descriptor isn't watched any more."""
        try:
            data = os.read(descriptor, 1 << 20)
        except BlockingIOError:
            return b""
        if not data:
            self._selector.unregister(descriptor)
        return data

    def _drain(self, descriptor: int, handler: Callable[[], None]) -> None:
        """One read takes all that a pipe holds. A second might never be the last: a process that a tool left may
        write to the other end for as long as it lives."""
        if self._is_watched(descriptor):
            handler()

    def _patience(self) -> Optional[float]:
        times = [call.deadline for call in self._queue]
        for worker in self._workers:
            times += [at for at in (worker.deadline, worker.kill_at) if at is not None]
        if self._restart_at is not None:
            times.append(self._restart_at)
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _keep_time(self) -> None:
        now = time.monotonic()
        for call in [call for call in self._queue if call.deadline <= now]:
            self._queue.remove(call)
            if self._loaded:
                message = "Too many calls: none of them ended in time for this one."
                self._fail(call.number, "BUSY", message, True)
            else:
                message = "The tool host does not run at the moment."
                self._fail(call.number, "TOOL_HOST_UNAVAILABLE", message, True)
        for worker in list(self._workers):
            if worker.deadline is not None and worker.deadline <= now:
                self._expire(worker)
            if worker.kill_at is not None and worker.kill_at <= now:
                worker.kill_at = None
                self._signal(worker, signal.SIGKILL)
        if self._restart_at is not None and self._restart_at <= now:
            self._restart_at = None
            self._start_template()

    # ---- the service ----------------------------------------------------------------------------

    def _hear(self) -> None:
        data = self._read(self._source)
        if not self._is_watched(self._source):
            raise _Gone
        for frame in self._input.feed(data):
            if frame.type == frames.LOAD:
                self._settings = template.Settings.of(frame.payload)
                self._start_template()
            elif frame.type == frames.CALL:
                (millis,) = frames.TIMEOUT.unpack_from(frame.payload)
                request = frame.payload[frames.TIMEOUT.size :]
                deadline = time.monotonic() + millis / 1000
                self._queue.append(Call(frame.call, deadline, request))
                self._dispatch()
            elif frame.type == frames.CANCEL:
                self._cancel(frame.call)

    def _tell(self, kind: int, call: int, payload: bytes) -> None:
        """Blocks while the service doesn't read; one that has ended is a broken pipe."""
        frames.write(self._sink, frames.pack(kind, call, payload))

    def _fail(self, call: int, code: str, message: str, retryable: bool) -> None:
        told = {"code": code, "message": message, "retryable": retryable}
        self._tell(frames.FAILURE, call, json.dumps(told).encode("ascii"))

    def _note(self, call: int, text: str) -> None:
        self._tell(frames.LOG, call, text.encode("utf-8"))

    # ---- the template ---------------------------------------------------------------------------

    def _start_template(self) -> None:
        self._report_frames = frames.Buffer()
        self._template_logged = 0
        self._loaded = False
        self._importing = ""
        try:
            self._fork_template()
        except (
            OSError
        ) as failure:  # all processes or descriptors are taken; the calls that run go on
            self._note(0, f"the process that imports the bundles can't start: {failure.strerror}")
            self._start_template_later()

    def _fork_template(self) -> None:
        settings = self._settings
        assert settings is not None
        keeper = os.getpid()
        with contextlib.ExitStack() as unless_forked:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            unless_forked.callback(ours.close)
            unless_forked.callback(theirs.close)
            (self._reports, reports), (self._template_log, log) = pipes = linux.pipes(2)
            for descriptor in pipes[0] + pipes[1]:
                unless_forked.callback(os.close, descriptor)
            pid = os.fork()
            if pid == 0:
                try:
                    template.run(settings, self._skip, keeper, theirs, reports, log)
                finally:
                    os._exit(1)
            unless_forked.pop_all()
        self._template = pid
        self._requests = ours
        ours.setblocking(False)
        theirs.close()
        os.close(reports)
        os.close(log)
        self._watch(self._reports, self._hear_template)
        self._watch(self._template_log, self._log_template)

    def _hear_template(self) -> None:
        for frame in self._report_frames.feed(self._read(self._reports)):
            if frame.type == frames.IMPORTING:
                self._importing = json.loads(frame.payload)
                if not self._announced:
                    self._tell(frames.IMPORTING, 0, frame.payload)
            elif frame.type == frames.CATALOG:
                self._publish(json.loads(frame.payload))

    def _publish(self, catalog: Dict[str, Any]) -> None:
        self._loaded = True
        self._importing = ""
        if not self._announced:
            self._announced = True
            catalog["faults"] += self._faults
            self._tell(frames.CATALOG, 0, json.dumps(catalog).encode("ascii"))
        for fault in catalog["faults"]:
            self._note(0, f"{fault['bundle']}/{fault['file']}:{fault['line']}: {fault['message']}")
        self._dispatch()

    def _log_template(self) -> None:
        self._template_logged = self._log(0, self._read(self._template_log), self._template_logged)

    def _template_ended(self, status: int) -> None:
        self._drain(self._reports, self._hear_template)  # what it had told before
        self._drain(self._template_log, self._log_template)
        assert self._requests is not None
        self._requests.close()
        self._requests = None
        self._close(self._reports)
        self._close(self._template_log)
        for worker in [worker for worker in self._workers if not worker.pid]:
            self._drop(worker)
        self._template = 0
        if not self._announced:
            self._crashed_at_import(_ending(status))
            self._start_template()
            return
        self._note(
            0, f"the process with the imported bundles {_ending(status)}; it is started again"
        )
        self._loaded = False
        self._start_template_later()

    def _start_template_later(self) -> None:
        self._restart_at = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _crashed_at_import(self, ending: str) -> None:
        """Goes on without that module, so that all that is wrong is told at once."""
        if not self._importing or self._importing in self._skip:
            self._note(0, f"the process that imports the bundles {ending}")
            raise _Gone
        bundle, _, module = self._importing.partition(".")
        file = (module.replace(".", "/") or "__init__") + ".py"
        message = f"its import {ending}"
        self._faults.append({"bundle": bundle, "file": file, "line": 0, "message": message})
        self._skip.add(self._importing)

    # ---- workers --------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        """Gives waiting calls to waiting workers, and has enough workers made for what comes next."""
        if not self._loaded or self._settings is None:
            return
        idle = [worker for worker in self._workers if worker.pid and not worker.call]
        while self._queue and idle:
            self._give(idle.pop(), self._queue.popleft())
        busy = sum(1 for worker in self._workers if worker.call)
        free = len(self._workers) - busy
        wanted = min(self._settings.parallel - busy, len(self._queue) + SPARE)
        for _ in range(wanted - free):
            self._spawn()

    def _spawn(self) -> None:
        assert self._requests is not None and self._settings is not None
        try:
            pipes = linux.pipes(3)
        except OSError:  # no descriptor is left; there will be when a worker has ended
            return
        (calls, to_worker), (from_worker, results), (from_log, log) = pipes
        try:
            socket.send_fds(self._requests, [b"f"], [calls, results, log])
        except OSError:  # the template has ended, which its exit status tells, or is behind
            for descriptor in (to_worker, from_worker, from_log):
                os.close(descriptor)
            return
        finally:
            for descriptor in (calls, results, log):
                os.close(descriptor)
        os.set_blocking(to_worker, False)
        worker = Worker(to_worker, from_worker, from_log, self._settings.result_bytes + 8192)
        self._workers.add(worker)
        worker.hear = lambda: self._hear_worker(worker)
        self._watch(from_worker, worker.hear)
        self._watch(from_log, lambda: self._log_worker(worker))

    def _give(self, worker: Worker, call: Call) -> None:
        worker.call = call.number
        worker.deadline = call.deadline
        worker.outbox = memoryview(frames.pack(frames.CALL, call.number, call.request))
        self._send(worker)

    def _send(self, worker: Worker) -> None:
        """As much as goes into the pipe; the rest when there is room."""
        try:
            worker.outbox = worker.outbox[os.write(worker.calls, worker.outbox) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            worker.outbox = memoryview(b"")  # it has ended, which its exit status tells
        watched = self._is_watched(worker.calls)
        if worker.outbox and not watched:
            self._selector.register(worker.calls, selectors.EVENT_WRITE, lambda: self._send(worker))
        elif not worker.outbox and watched:
            self._selector.unregister(worker.calls)

    def _hear_worker(self, worker: Worker) -> None:
        try:
            for frame in worker.frames.feed(self._read(worker.results)):
                self._take(worker, frame)
        except frames.Malformed:
            self._signal(worker, signal.SIGKILL)
        if not worker.pid and not self._is_watched(worker.results):
            # It ended before it was a worker, as the next one would: a new template, after a pause.
            self._drop(worker)
            self._note(0, "a process for a call could not be made")
            if self._template:
                os.kill(self._template, signal.SIGKILL)

    def _take(self, worker: Worker, frame: Frame) -> None:
        if frame.type == frames.READY and not worker.pid:
            worker.pid = frame.call
            self._pause = FIRST_PAUSE
            self._dispatch()
        elif frame.type in (frames.RESULT, frames.FAILURE) and not worker.answered:
            self._answer(worker, frame.type, frame.payload)
            worker.kill_at = time.monotonic() + GRACE

    def _answer(self, worker: Worker, kind: int, payload: bytes) -> None:
        worker.answered = True
        worker.deadline = None
        self._tell(kind, worker.call, payload)

    def _expire(self, worker: Worker) -> None:
        worker.answered = True
        worker.deadline = None
        self._fail(worker.call, "TOOL_HUNG", "The tool did not answer in time and was ended.", True)
        self._end(worker)

    def _end(self, worker: Worker) -> None:
        self._signal(worker, signal.SIGTERM)
        worker.kill_at = time.monotonic() + GRACE

    def _cancel(self, number: int) -> None:
        """Answers it as well, though nobody waits for that: it shows that we are not stuck."""
        for call in [call for call in self._queue if call.number == number]:
            self._queue.remove(call)
            self._fail(number, "CANCELLED", "The call was cancelled.", False)
        for worker in self._workers:
            if worker.call == number and not worker.answered:
                worker.answered = True
                worker.deadline = None
                self._fail(number, "CANCELLED", "The call was cancelled.", False)
                self._end(worker)

    @staticmethod
    def _signal(worker: Worker, number: int) -> None:
        """To the session that it leads; it is not reaped yet, so the number is still its own."""
        try:
            if worker.pid:
                os.killpg(worker.pid, number)
        except (ProcessLookupError, PermissionError):
            pass

    def _log_worker(self, worker: Worker) -> None:
        worker.logged = self._log(worker.call, self._read(worker.log), worker.logged)

    def _log(self, call: int, data: bytes, before: int) -> int:
        """Passes on what fits; returns how much there was until now."""
        room = LOG_BYTES - before
        if data and room >= 0:
            self._tell(frames.LOG, call, data[:room])
            if len(data) > room:
                self._note(call, f"it logs more than {LOG_BYTES} bytes; the rest is dropped")
        return before + len(data)

    def _reap(self, end: int) -> None:
        self._read(end)
        while True:
            try:
                # Not reaped yet: until then its number is no other process's.
                dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if dead is None:
                return
            worker = self._worker(dead.si_pid)
            if worker is not None:
                self._signal(worker, signal.SIGKILL)  # what it started ends with it
            _, status = os.waitpid(dead.si_pid, 0)
            if worker is not None:
                self._worker_ended(worker, status)
            elif dead.si_pid == self._template:
                self._template_ended(status)

    def _worker(self, pid: int) -> Optional[Worker]:
        for worker in [worker for worker in self._workers if not worker.pid]:
            self._drain(worker.results, worker.hear)  # its number may be in there
        return next((worker for worker in self._workers if worker.pid == pid), None)

    def _worker_ended(self, worker: Worker, status: int) -> None:
        self._drain(worker.results, worker.hear)
        self._drain(worker.log, lambda: self._log_worker(worker))
        if worker.call and not worker.answered:
            worker.answered = True
            self._note(worker.call, f"the tool's process {_ending(status)}")
            self._fail(
                worker.call,
                "TOOL_CRASHED",
                f"The tool's process {_ending(status)} before it had answered.",
                False,
            )
        self._drop(worker)
        self._dispatch()

    def _drop(self, worker: Worker) -> None:
        self._workers.discard(worker)
        self._close(worker.calls)
        self._close(worker.results)
        self._close(worker.log)


class _Gone(Exception):
    """The service has closed our standard input, or there is nothing to serve it with."""


def _ending(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"ended itself with status {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def main() -> NoReturn:
    """Keeps the streams of the service to itself: what bundles print goes to the log."""
    source = os.dup(0)
    sink = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    os.set_blocking(sink, True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's, meant for the service
    sys.dont_write_bytecode = True  # bundles are mounted read-only, or are nobody's to write to
    Keeper(source, sink).run()
