"""Lays the inputs out under /workspace, in the executor, before user code; and notes what must not come back."""

from __future__ import annotations

import os

from iso_init.failure import IMAGE, SetupError

WORKSPACE = "/workspace"
OUT = WORKSPACE + "/out"
# In a container one tmpfs, owned by the executor, holds all that it may write; the image's /tmp leads into it.
DIRECTORIES = ("pkg", "in", "out", "lib", "tmp")


def lay_out() -> None:
    """Makes the directories, where the executor has to do it itself."""
    if os.path.realpath("/tmp") != WORKSPACE + "/tmp" and not os.path.ismount("/tmp"):
        raise SetupError(IMAGE, "/tmp", 0, "it is neither a link to /workspace/tmp nor a mount")
    for name in DIRECTORIES:
        os.mkdir(f"{WORKSPACE}/{name}", 0o755)


class Unpacker:
    """Takes INPUT and INPUT_DATA frames in their order. It goes on after an error, so that the stream stays in step."""

    def __init__(self) -> None:
        self.error: OSError | None = None
        self._descriptor = -1
        self._missing = 0

    def begin(self, path: str, size: int) -> None:
        if self._missing:
            raise ValueError(f"INPUT {path} before the last one was complete")
        self._missing = size
        try:
            target = resolve(path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            self._descriptor = os.open(target, flags, 0o644)
        except OSError as error:
            self._fail(error)
        self._close_if_complete()

    def data(self, data: bytes) -> None:
        if len(data) > self._missing:
            raise ValueError("INPUT_DATA beyond the announced size")
        self._missing -= len(data)
        view = memoryview(data)
        try:
            while view and self._descriptor >= 0:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            self._fail(error)
        self._close_if_complete()

    def _fail(self, error: OSError) -> None:
        self.error = self.error or error
        self._close()

    def _close_if_complete(self) -> None:
        if not self._missing:
            self._close()

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def resolve(path: str) -> str:
    parts = path.split("/")
    if not path or "" in parts or "." in parts or ".." in parts or "\0" in path:
        raise ValueError(f"not a path below {WORKSPACE}: {path!r}")
    return f"{WORKSPACE}/{path}"


def link_inputs(names: list[str]) -> None:
    """Makes ``open("sales.csv")`` in out/ find in/sales.csv; an earlier output in its way stays."""
    for name in names:
        source, target = resolve("in/" + name), resolve("out/" + name)
        try:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.link(source, target)
        except (FileExistsError, NotADirectoryError):
            pass  # an earlier output stands there


def placed(directory: str = OUT, prefix: str = "") -> dict[str, list[int]]:
    """What lies in out/ before the program runs: path to inode, size and mtime. Unchanged, it is no artifact."""
    found: dict[str, list[int]] = {}
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found.update(placed(entry.path, prefix + entry.name + "/"))
            else:
                status = entry.stat(follow_symlinks=False)
                found[prefix + entry.name] = [status.st_ino, status.st_size, status.st_mtime_ns]
    return found
