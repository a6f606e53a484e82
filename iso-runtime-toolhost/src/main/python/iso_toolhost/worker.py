"""One process for one call: what happens in it, happens to nobody else.

A worker is a fork of the template, so it has the bundles imported, and waits for its call. It leads a session of its
own, so that what the tool started ends with it.
"""

from __future__ import annotations

import asyncio
import faulthandler
import inspect
import io
import json
import os
import re
import signal
import sys
import time
import traceback
import types
from typing import Any, Awaitable, NamedTuple, cast

from iso_toolhost import frames, linux
from iso_toolhost.bundles import Catalog, Tool
from iso_toolhost.values import Misfit, Unserialisable, decode, encode

MAX_MESSAGE = 2000
_SHORTEST_SECRET = 8
_PATH = re.compile(r"(?<![\w/:.\\])/(?:[^\s/:'\"`,;()\[\]<>]+/)+([^\s/:'\"`,;()\[\]<>]*)")


class Limits(NamedTuple):
    result_bytes: int


class Ended(BaseException):
    """The call isn't wanted any more; it unwinds what the tool holds."""


class Failure(NamedTuple):
    code: str
    message: str
    retryable: bool

    def payload(self) -> bytes:
        message = self.message.encode("utf-8", "replace").decode("utf-8")  # not half a character
        told = {"code": self.code, "message": message, "retryable": self.retryable}
        return json.dumps(told).encode("ascii")


def serve(
    catalog: Catalog,
    environment: dict[str, str],
    limits: Limits,
    parents: tuple[int, int],
    descriptors: tuple[int, int, int],
) -> None:
    """Never returns. ``parents``: one that is about to end, and the keeper, which inherits from it. ``descriptors``:
    where the call comes from, where the result goes, where the log goes."""
    calls, results, log = descriptors
    os.dup2(log, 1)
    os.dup2(log, 2)
    linux.close_all_but(calls, results)
    for descriptor in (calls, results):
        os.set_inheritable(descriptor, False)  # not what the tool starts
    os.setsid()
    _belong_to(*parents)
    _first_of_the_heap()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        cast(io.TextIOWrapper, stream).reconfigure(line_buffering=True)
    faulthandler.enable()
    frames.write(results, frames.pack(frames.READY, os.getpid(), b""))
    frame = frames.read(calls)
    if frame is None:
        os._exit(0)
    os.close(calls)
    kind, payload = _answer(catalog, environment, limits, frame.payload)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # the tool closed it, or put something else there
    frames.write(results, frames.pack(kind, frame.call, payload))
    os._exit(0)  # neither other threads nor exit handlers of the bundles keep it


def _belong_to(between: int, keeper: int) -> None:
    """Waits until the process between this one and the keeper has ended, which it is about to do.

    Then the keeper is the parent. Or it has ended as well, and the parent is whoever inherits from it: not PID 1
    everywhere, which may be the keeper itself.
    """
    while os.getppid() == between:
        time.sleep(0.0002)
    linux.die_with(keeper)


def _first_of_the_heap() -> None:
    """When memory is short, a worker ends sooner than the template that all others come from."""
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
            score.write("500")
    except OSError:
        pass  # then the kernel chooses as it likes


def _answer(
    catalog: Catalog, environment: dict[str, str], limits: Limits, payload: bytes
) -> tuple[int, bytes]:
    try:
        request = decode(payload)
    except (
        ValueError,
        ArithmeticError,
        RecursionError,
    ) as failure:  # such as a year that Python doesn't know
        return _failed("INVALID_ARGUMENT", f"An argument can't be represented: {failure}.", False)
    tool = catalog.tools.get(request["tool"])
    if tool is None:
        return _failed("TOOL_UNAVAILABLE", "The bundle does not have this tool any more.", False)
    try:
        result = encode(_call(tool, request["arguments"]))
    except Ended:
        os._exit(0)
    except Unserialisable as failure:
        return _failed("RESULT_INVALID", f"The tool can't answer: {failure}.", False)
    except _Misfitting as failure:
        message = clean(f"{tool.name}: {failure}.", environment)  # a data class has its own words
        return _failed("INVALID_ARGUMENT", message, False)
    except BaseException as failure:
        _log(failure)
        return frames.FAILURE, _told(failure, environment).payload()
    if len(result) > limits.result_bytes:
        return _failed(
            "RESULT_TOO_LARGE",
            f"The result has {len(result)} bytes as JSON, and {limits.result_bytes} is the limit.",
            False,
        )
    return frames.RESULT, result


class _Misfitting(Exception):
    """Arguments that don't fit, apart from a ``Misfit`` that a tool itself may raise."""


def _failed(code: str, message: str, retryable: bool) -> tuple[int, bytes]:
    return frames.FAILURE, Failure(code, message[:MAX_MESSAGE], retryable).payload()


def _call(tool: Tool, arguments: dict[str, Any]) -> Any:
    try:
        positional, named = tool.bind(arguments)
    except Misfit as failure:
        raise _Misfitting(str(failure)) from None
    sys.path.append(tool.bundle.path)  # for what is imported late
    if inspect.iscoroutinefunction(tool.function):
        return asyncio.run(_awaited(tool.function(*positional, **named)))
    signal.signal(signal.SIGTERM, _end)
    result = tool.function(*positional, **named)
    return asyncio.run(_awaited(result)) if inspect.isawaitable(result) else result


async def _awaited(awaitable: Awaitable[Any]) -> Any:
    task = asyncio.ensure_future(awaitable)
    ended = False

    def end() -> None:
        nonlocal ended
        ended = True
        task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    try:
        return await task
    except asyncio.CancelledError:
        if ended:
            raise Ended from None
        raise


def _end(number: int, frame: types.FrameType | None) -> None:
    raise Ended


def _log(failure: BaseException) -> None:
    try:
        traceback.print_exception(type(failure), failure, failure.__traceback__)
    except Exception:
        pass  # the tool closed the stream: that must not hide what it raised


def _told(failure: BaseException, environment: dict[str, str]) -> Failure:
    """What the program learns. The traceback is in the log; paths of the host and credentials stay here."""
    code, message, retryable = "TOOL_FAILED", type(failure).__name__, False
    try:
        declared = getattr(failure, "code", None) if isinstance(failure, Exception) else None
        if isinstance(declared, str) and re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", declared):
            code, message = declared, str(getattr(failure, "message", failure))
            retryable = getattr(failure, "retryable", False) is True
        else:
            message = f"{message}: {failure}".rstrip(": ")
    except Exception:
        pass  # it can't tell what it is, such as by a __str__ that raises
    return Failure(code, clean(message, environment)[:MAX_MESSAGE], retryable)


def clean(message: str, environment: dict[str, str]) -> str:
    for name, value in sorted(environment.items(), key=lambda item: -len(item[1])):
        if len(value) >= _SHORTEST_SECRET:  # and the longest first: others may be part of it
            message = message.replace(value, f"<{name}>")
    return _PATH.sub(r"…/\1", message)
