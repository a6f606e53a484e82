"""The template: an interpreter that stands outside all sandboxes and forks a helper for each.

What a sandbox begins with is imported here, once, and shared by all of them until somebody writes to it. Programs
therefore find a copy of this memory in theirs, so nothing of value may ever be in it: what the supervisor sends for a
sandbox is read by the helper, after the fork, and the socket has no path here but its name in the working directory.
"""

from __future__ import annotations

import gc
import os
import select
import sys

import _socket

from iso_init import executor, helper, signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

STDIN, STDOUT, STDERR = 0, 1, 2
# Nobody waits for helpers: the kernel need not keep their status. And whoever signals a whole service, as service
# managers do, would take the template from sandboxes that the supervisor still has to make.
IGNORED = (signals.SIGCHLD, signals.SIGTERM, signals.SIGINT, signals.SIGHUP)
SOCKET = "s"
BACKLOG = 128
READY, WARM = b"R", b"W"


def main() -> NoReturn:
    """The working directory is one that only the supervisor's user may enter."""
    helper.detach()
    listener: Any = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    listener.bind(SOCKET)
    listener.listen(BACKLOG)
    signals.ignore(*IGNORED)
    os.write(STDOUT, READY)
    try:
        _serve(listener)
    except BaseException:
        sys.excepthook(*sys.exc_info())  # to stderr, where the supervisor looks for it
    finally:
        _leave()


def _serve(listener: Any) -> None:
    """Returns when the supervisor is gone."""
    steps = executor.warm_up_steps()
    gc.freeze()
    poller = select.poll()
    poller.register(STDIN, 0)  # its hang-up
    poller.register(listener.fileno(), select.POLLIN)
    while True:
        ready = dict(poller.poll(0 if steps else None))
        if STDIN in ready:
            return
        if ready:
            connection = _socket.socket(fileno=listener._accept()[0])
            # Asked each time and kept in no variable: a program can walk to this frame, which its stack begins with.
            if _peer(connection) == os.getppid():
                _fork_helper(connection, listener)
            connection.close()
        if steps:  # one each turn, so that those who wait for WARM get there under load as well
            steps.pop(0)()
            gc.freeze()
            if not steps:
                os.write(STDOUT, WARM)


def _peer(connection: Any) -> int:
    """The process that connected, as the kernel tells it (SO_PEERCRED, unix(7))."""
    credentials = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    return int.from_bytes(credentials[:4], "little")


def _fork_helper(connection: Any, listener: Any) -> None:
    if os.fork():
        return
    try:
        listener.close()
        for descriptor in (STDIN, STDOUT, STDERR):  # nothing of ours, whose end is our end
            os.dup2(connection.fileno(), descriptor)
        connection.close()
        helper.main()
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)


def _leave() -> NoReturn:
    """The supervisor may be dead, and then nobody else removes this."""
    try:
        directory = os.getcwd()
        os.unlink(SOCKET)
        os.rmdir(directory)
    except OSError:
        pass  # the supervisor was faster
    os._exit(0)
