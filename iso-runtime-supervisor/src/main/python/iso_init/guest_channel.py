"""How a program talks to its supervisor: frames on two pipes. `iso` and `tools` are built on it; import those.

A thread that waits for its reply reads for all the others meanwhile, so a plain call costs one write and one read and
no thread. An event loop with calls under way watches the pipe instead.
"""

from __future__ import annotations

import os
from _thread import allocate_lock

from _iso_values import from_json, to_call

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from typing import Any

MAX_FRAME = 16 * 1024 * 1024
CALL, RESULT, REPLY = 6, 7, 35

WRITE_FD, READ_FD = 3, 4
owner = -1  # the process that holds the pipes: the program's main process, after `connect`


class ToolError(Exception):
    """A tool failed, or was not allowed. ``code`` is stable, ``retryable`` says whether trying again can help."""

    __module__ = "tools"  # as programs import it, and as tracebacks and pickles name it

    def __init__(self, code: str, message: str, retryable: bool = False) -> None:
        super().__init__(f"{message} [{code}]" if code else message)
        self.code = code
        self.message = message
        self.retryable = retryable

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.message, self.retryable)


class _Call:
    """One call under way: by a thread, which ``lock`` wakes, or by a task of ``loop``."""

    __slots__ = ("number", "done", "reply", "lock", "loop", "future")

    def __init__(self, loop: Any = None) -> None:
        self.number = 0
        self.done = False
        self.reply: dict[str, Any] = {}
        self.loop = loop
        self.future: Any = loop.create_future() if loop else None
        self.lock = allocate_lock()
        self.lock.acquire()

    def wake(self) -> None:
        if self.lock.locked():
            try:
                self.lock.release()
            except RuntimeError:
                pass  # someone else woke it


_calls: dict[int, _Call] = {}
_watching: dict[Any, int] = {}
_last_id = 0
_writing, _reading = allocate_lock(), allocate_lock()
_received = bytearray()


def connect() -> None:
    """Done once by the executor, in the main process."""
    global owner
    owner = os.getpid()


def is_connected() -> bool:
    return os.getpid() == owner


def send(kind: int, payload: bytes) -> None:
    with _writing:
        _write(kind, payload)


def _write(kind: int, payload: bytes) -> None:
    view = memoryview((len(payload) + 1).to_bytes(4, "big") + bytes((kind,)) + payload)
    while view:
        view = view[os.write(WRITE_FD, view) :]


def call(tool: str, arguments: dict[str, Any]) -> Any:
    """Calls a tool and blocks until it has answered."""
    request = _prepare(tool, arguments)
    waiting = _Call()
    try:
        _submit(waiting, request)
        _await_reply(waiting)
    finally:
        _calls.pop(waiting.number, None)
    return _outcome(waiting.reply)


async def call_async(tool: str, arguments: dict[str, Any]) -> Any:
    """Calls a tool; other tasks run, and may call tools too, until it has answered."""
    import asyncio

    loop = asyncio.get_running_loop()
    request = _prepare(tool, arguments)
    waiting = _Call(loop)
    _watch(loop)
    try:
        _submit(waiting, request)
        await waiting.future
    finally:
        _calls.pop(waiting.number, None)
        _unwatch(loop)
    return _outcome(waiting.reply)


def _prepare(tool: str, arguments: dict[str, Any]) -> bytes:
    """A call's JSON but for its id, which comes first."""
    if not is_connected():
        raise ToolError(
            "ISO-TOOL-FORKED", f"{tool}: only the program's main process can call tools"
        )
    request: bytes = to_call(tool, arguments)
    if len(request) + 64 >= MAX_FRAME:
        raise ToolError(
            "ISO-TOOL-TOO-LARGE", f"{tool}: arguments of {len(request)} bytes exceed {MAX_FRAME}"
        )
    return request


def _submit(waiting: _Call, request: bytes) -> None:
    """Ids grow in the order of sending: the supervisor takes one that does not for a replay."""
    global _last_id
    with _writing:
        _last_id += 1
        waiting.number = _last_id
        _calls[waiting.number] = waiting
        _write(CALL, b'{"id":%d,%s' % (waiting.number, request[1:]))


def _outcome(reply: dict[str, Any]) -> Any:
    if "error" in reply:
        error = reply["error"]
        raise ToolError(
            error.get("code") or "", error.get("message") or "", bool(error.get("retryable"))
        )
    return reply.get("ok")


def _await_reply(waiting: _Call) -> None:
    while not waiting.done:
        if _reading.acquire(False):
            try:
                while not waiting.done:
                    _read_some()
            finally:
                _step_down()
        else:
            waiting.lock.acquire()


def _step_down() -> None:
    """Hands the reading over to one of the threads that still wait."""
    _reading.release()
    for other in list(_calls.values()):
        if other.loop is None and not other.done:
            other.wake()
            break


def _read_some() -> None:
    piece = os.read(READ_FD, 1 << 16)
    if not piece:
        raise ToolError("ISO-TOOL-CLOSED", "the supervisor has closed the tool channel")
    _received.extend(piece)
    while len(_received) >= 5:
        end = 4 + int.from_bytes(_received[:4], "big")
        if len(_received) < end:
            break
        kind, payload = _received[4], bytes(_received[5:end])
        del _received[:end]
        if kind == REPLY:
            _deliver(_parsed(payload))


def _parsed(payload: bytes) -> dict[str, Any]:
    try:
        reply: dict[str, Any] = from_json(payload)
        return reply
    except (ValueError, RecursionError) as error:
        # The reader may be another thread than the caller, who alone must learn of this.
        import re

        number = re.match(rb'\s*\{\s*"id"\s*:\s*(\d+)', payload)
        message = f"the reply cannot be read: {type(error).__name__}"
        return {
            "id": int(number[1]) if number else 0,
            "error": {"code": "ISO-TOOL-REPLY", "message": message},
        }


def _deliver(reply: dict[str, Any]) -> None:
    waiting = _calls.get(reply["id"])
    if waiting is None:
        return  # its task was cancelled
    waiting.reply, waiting.done = reply, True
    if waiting.loop is None:
        waiting.wake()
        return
    try:
        waiting.loop.call_soon_threadsafe(_finish, waiting.future)
    except RuntimeError:
        pass  # that loop is closed


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _watch(loop: asyncio.AbstractEventLoop) -> None:
    _watching[loop] = _watching.get(loop, 0) + 1
    if _watching[loop] == 1:
        loop.add_reader(READ_FD, _on_readable)


def _unwatch(loop: asyncio.AbstractEventLoop) -> None:
    _watching[loop] -= 1
    if not _watching[loop]:
        del _watching[loop]
        loop.remove_reader(READ_FD)


def _on_readable() -> None:
    import select

    if _reading.acquire(False):
        try:
            # A thread may have read what woke the loop; a second look keeps the loop from blocking.
            if select.select([READ_FD], [], [], 0)[0]:
                _read_some()
        finally:
            _step_down()
