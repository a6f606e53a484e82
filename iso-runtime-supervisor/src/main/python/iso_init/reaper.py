"""Reaps every child, also those that init inherited, and kills the tree until none is left."""

from __future__ import annotations

import os

from iso_init import signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Reaper:
    def __init__(self, main_pid: int) -> None:
        self.main_pid = main_pid
        self.main_status: int | None = None
        self.alive = True
        self.reaped = 0
        self.cpu_seconds = 0.0
        self.peak_kib = 0

    def reap(self) -> None:
        """Takes in all that have ended. Whether the main process has is told by its own pid only: a child made with
        CLONE_PARENT is init's child too, and a pid is free for another once we have reaped it."""
        for pid, status in self._ended():
            self.reaped += 1
            if pid == self.main_pid and self.main_status is None:
                self.main_status = status

    def _ended(self) -> Iterator[tuple[int, int]]:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                self.alive = False
                return
            if pid == 0:
                return
            self.cpu_seconds += usage.ru_utime + usage.ru_stime
            self.peak_kib = max(self.peak_kib, usage.ru_maxrss)
            yield pid, status

    def kill(self) -> bool:
        """One round; tells whether the tree is empty. ECHILD is the proof: every process but init has a parent in
        this pid namespace, and that of the topmost ones is init."""
        try:
            os.kill(-1, signals.SIGKILL)
        except ProcessLookupError:
            pass
        self.reap()
        return not self.alive
