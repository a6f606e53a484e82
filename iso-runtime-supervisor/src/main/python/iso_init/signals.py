"""Signals by number, without ``signal``, whose enumerations cost a tenth of a cold start."""

from __future__ import annotations

import os

import _signal  # type: ignore[import]

SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGTERM, SIGCHLD = 1, 2, 3, 9, 15, 17
FIRST_REALTIME, LAST = 32, 64


def wakeup(*watched: int) -> int:
    """Gives a descriptor that becomes readable when one of these signals arrives; its bytes are their numbers."""
    readable, writable = os.pipe()
    os.set_blocking(readable, False)
    os.set_blocking(writable, False)
    _signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    for number in watched:
        _signal.signal(number, lambda number, frame: None)
    return readable


def drain(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 512)
    except BlockingIOError:
        return b""


def ignore(*numbers: int) -> None:
    for number in numbers:
        _signal.signal(number, _signal.SIG_IGN)


def ignore_all_but(*kept: int) -> None:
    for number in range(1, LAST + 1):
        if number not in kept:
            try:
                _signal.signal(number, _signal.SIG_IGN)
            except (OSError, ValueError):
                pass  # SIGKILL, SIGSTOP and the two that libc keeps for itself


def restore_defaults() -> None:
    """The dispositions of a freshly started interpreter, for user code."""
    _signal.set_wakeup_fd(-1)
    for number in (SIGHUP, SIGQUIT, SIGTERM, SIGCHLD):
        _signal.signal(number, _signal.SIG_DFL)
    _signal.signal(SIGINT, _signal.default_int_handler)
    # A JVM's threads block SIGQUIT, and what they start inherits it.
    _signal.pthread_sigmask(_signal.SIG_SETMASK, ())
