"""Moving processes into the supervisor's cgroups, emptying these and removing them; version 1 and 2."""

from __future__ import annotations

import os

from iso_init import signals
from iso_init.failure import CGROUP, SetupError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable


def move(pid: int, directories: list[str]) -> None:
    for directory in directories:
        try:
            _write(directory + "/cgroup.procs", str(pid))
        except OSError as error:
            raise SetupError(CGROUP, f"{directory}/cgroup.procs", error.errno or 0) from None


def kill(directories: list[str]) -> bool:
    """Kills what is in these cgroups; tells whether they were empty already."""
    empty = True
    for directory in directories:
        try:
            pids = _members(directory)
            if not pids:
                continue
            empty = False
            if os.path.exists(directory + "/cgroup.kill"):  # version 2, Linux 5.14
                _write(directory + "/cgroup.kill", "1")
        except OSError:
            continue  # removed by someone else: nothing is left in it
        for pid in pids:
            try:
                os.kill(pid, signals.SIGKILL)
            except OSError:
                pass  # it was faster
    return empty


def remove(directories: list[str], pause: Callable[[], bool]) -> None:
    """Removes them in order. A cgroup stays busy for a moment after its last process; ``pause`` tells when to give up."""
    for directory in directories:
        while True:
            try:
                os.rmdir(directory)
            except FileNotFoundError:
                pass
            except OSError as error:
                if error.errno == 16 and pause():  # EBUSY
                    continue
            break


def _members(directory: str) -> list[int]:
    with open(directory + "/cgroup.procs", "rb") as procs:
        return [int(line) for line in procs if line.strip() != b"0"]


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode("ascii"))
    finally:
        os.close(descriptor)
