"""Collects out/ after the last process of the program is proven dead: regular files only, no link followed, all bounded.

Runs in a forked child of init that has taken the executor's uid, and writes its frames straight to the channel.
"""

from __future__ import annotations

import os
import stat
import time

from iso_init import caps, frames, jsontext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from iso_init.channels import Channel

MAX_DEPTH, MAX_ENTRIES, MAX_REJECTED = 64, 100_000, 1_000
SIGN_SECONDS = 0.5
OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
COMPLETE, TRUNCATED = 0, 3
KINDS = {
    stat.S_IFLNK: "symbolic link",
    stat.S_IFIFO: "FIFO",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


def main(
    workspace: int,
    channel: Channel,
    kill: dict[str, Any],
    placed: dict[str, list[int]],
    ids: tuple[int, int] | None,
) -> int:
    """Gives the exit status: COMPLETE or TRUNCATED."""
    if ids:
        caps.become(*ids)
    walk = Walk(channel, kill, placed)
    try:
        os.fchmod(workspace, 0o755)
        walk.entry(workspace, "out", "", 0)
    except OSError as error:
        walk.reject("", os.strerror(error.errno or 0))
    return TRUNCATED if walk.truncated else COMPLETE


def is_empty(workspace: int) -> bool:
    """Whether out/ is a directory that anyone can see to be empty: then nobody need become the executor to look."""
    try:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open("out", flags, dir_fd=workspace)
    except OSError:
        return False
    try:
        with os.scandir(descriptor) as entries:
            return next(entries, None) is None
    except OSError:
        return False
    finally:
        os.close(descriptor)


class Walk:
    def __init__(
        self, channel: Channel, limits: dict[str, Any], placed: dict[str, list[int]]
    ) -> None:
        self.truncated = False
        self._channel = channel
        self._limits = limits
        self._placed = placed
        self._entries = self._rejected = self._files = self._bytes = 0
        self._linked: dict[int, str] = {}
        self._device = -1
        self._sent_at = time.monotonic()
        self._buffer = memoryview(bytearray(frames.CHUNK))

    def entry(self, directory: int, name: str, path: str, depth: int) -> None:
        """Decides on one name; ``path`` is relative to out/, which itself is the empty path."""
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        kind = stat.S_IFMT(status.st_mode)
        if self._device < 0:
            self._device = os.fstat(directory).st_dev
        reason = unfit_name(name)
        if reason is None and status.st_dev != self._device:
            reason = "on another file system"
        if reason is None and kind not in (stat.S_IFREG, stat.S_IFDIR):
            reason = KINDS.get(kind, "not a regular file")
        if reason is None and not path and kind != stat.S_IFDIR:
            reason = "out/ is no directory"
        if reason is not None:
            self.reject(path, reason)
        elif kind == stat.S_IFDIR:
            self._directory(directory, name, path, depth)
        elif not self._unchanged(path, status):
            self._file(directory, name, path, status)

    def _directory(self, parent: int, name: str, path: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            self.reject(path, f"more than {MAX_DEPTH} directories deep")
            return
        descriptor = self._open(parent, name, os.O_DIRECTORY, 0o700)
        try:
            with os.scandir(
                descriptor
            ) as entries:  # streams: a directory of a million names is never held
                for found in entries:
                    self._entries += 1
                    self._sign_of_life()
                    if self._entries > MAX_ENTRIES:
                        self.truncated = True
                        return
                    below = f"{path}/{found.name}" if path else found.name
                    try:
                        self.entry(descriptor, found.name, below, depth + 1)
                    except BrokenPipeError:
                        raise
                    except OSError as error:
                        self.reject(below, os.strerror(error.errno or 0))
        finally:
            os.close(descriptor)

    def _open(self, parent: int, name: str, flags: int, mode: int) -> int:
        try:
            return os.open(name, OPEN | flags, dir_fd=parent)
        except PermissionError:
            # The program took its own rights away. We are its owner, it is dead and the name was no link: no race.
            os.chmod(name, mode, dir_fd=parent)
            return os.open(name, OPEN | flags, dir_fd=parent)

    def _unchanged(self, path: str, status: os.stat_result) -> bool:
        return self._placed.get(path) == [status.st_ino, status.st_size, status.st_mtime_ns]

    def _file(self, directory: int, name: str, path: str, status: os.stat_result) -> None:
        limits, size = self._limits, status.st_size
        if status.st_ino in self._linked:
            self.reject(path, "hard link to " + escaped(self._linked[status.st_ino]))
        elif size > limits["maxFileBytes"]:
            # By its apparent size, before a byte is read: a sparse file is never expanded.
            self.reject(
                path, f"artifact limit: {size} bytes, at most {limits['maxFileBytes']} in one file"
            )
        elif self._files >= limits["maxFiles"]:
            self.reject(path, f"artifact limit: more than {limits['maxFiles']} files")
        elif self._bytes + size > limits["maxBytes"]:
            self.reject(path, f"artifact limit: more than {limits['maxBytes']} bytes in all")
        else:
            descriptor = self._open(directory, name, 0, 0o600)
            try:
                self._files += 1
                self._bytes += size
                if status.st_nlink > 1:
                    self._linked[status.st_ino] = path
                self._transfer(descriptor, path, size)
            finally:
                os.close(descriptor)

    def _transfer(self, descriptor: int, path: str, size: int) -> None:
        self._send_json(frames.FILE, {"path": path, "size": size})
        while size:
            piece = self._buffer[:size]
            count = os.readv(descriptor, [piece])
            if not count:
                # Cannot be, the writers are dead; the announced size is kept all the same.
                piece = memoryview(bytes(len(piece)))
                count = len(piece)
            self._send(frames.FILE_DATA, piece[:count])
            size -= count

    def reject(self, path: str, reason: str) -> None:
        if self._rejected >= MAX_REJECTED:
            self.truncated = True
            return
        self._rejected += 1
        self._send_json(frames.REJECTED, {"path": escaped(path), "reason": reason})

    def _sign_of_life(self) -> None:
        """A tree may have much in it of which nothing is told."""
        if time.monotonic() - self._sent_at > SIGN_SECONDS:
            self._send_json(frames.USAGE, {})

    def _send(self, kind: int, payload: bytes | memoryview) -> None:
        self._channel.send(kind, payload)
        self._sent_at = time.monotonic()

    def _send_json(self, kind: int, value: object) -> None:
        self._send(kind, jsontext.dumps(value))


def unfit_name(name: str) -> str | None:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "name is not UTF-8"
    if "\\" in name:
        return "name with a backslash"
    return None if name.isprintable() else "name with a control or invisible character"


def escaped(path: str) -> str:
    """Safe for a log line, and unambiguous."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )
