"""What the standard library doesn't know of Linux: who is told of a parent's death, and who inherits orphans."""

from __future__ import annotations

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1  # prctl.h
_PR_SET_CHILD_SUBREAPER = 36


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), f"prctl {option}")


def inherit_orphans() -> None:
    """What this process's descendants leave behind becomes its own child, and is found by ``children``."""
    if os.getpid() != 1:  # that inherits them anyway
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with(parent: int) -> None:
    """Ends this process when its parent ends, also when that is killed; or now, if it is gone already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def children() -> list[int]:
    """The living and dead children of this process, which has one thread."""
    me = os.getpid()
    try:
        # As bytes: a codec's first use would take a second descriptor, and there may be but one.
        with open(f"/proc/{me}/task/{me}/children", "rb") as listed:
            return [int(pid) for pid in listed.read().split()]
    except FileNotFoundError:  # a kernel without CONFIG_PROC_CHILDREN
        return [pid for pid in map(_number, os.listdir("/proc")) if pid and _parent(pid) == me]


def _number(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return int(stat.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def kill_all() -> None:
    """Kills and reaps until there is no descendant left: one round loses against a process that forks."""
    if os.getpid() == 1:
        return  # the kernel does it when this process ends
    while True:
        for pid in children():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def pipes(count: int) -> list[tuple[int, int]]:
    """So many, or none and an ``OSError``."""
    made: list[tuple[int, int]] = []
    try:
        for _ in range(count):
            made.append(os.pipe())
    except OSError:
        for pair in made:
            for descriptor in pair:
                os.close(descriptor)
        raise
    return made


def close_all_but(*kept: int) -> None:
    """Closes every descriptor but the standard ones and these."""
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        if descriptor > 2 and descriptor not in kept:
            try:
                os.close(descriptor)
            except OSError:
                pass  # that of the listing itself
