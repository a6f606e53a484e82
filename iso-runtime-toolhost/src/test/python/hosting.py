"""A tool host as the service starts it, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from iso_toolhost import frames
from iso_toolhost.frames import Frame

SOURCES = Path(frames.__file__).parent
NAMES = [
    line for line in (SOURCES / "MODULES").read_text().splitlines() if not line.startswith("#")
]


class Host:
    """Started with these files as its bundles: ``{"shop/orders.py": source}``."""

    def __init__(
        self, files: dict[str, str], parallel: int = 8, result_bytes: int = 1 << 20
    ) -> None:
        self.directory = tempfile.TemporaryDirectory()
        root = Path(self.directory.name)
        for name, source in files.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(source))
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", (SOURCES / "boot.py").read_text()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self._input = self.process.stdin.fileno()
        self._output = self.process.stdout.fileno()
        program = json.dumps({name: (SOURCES / f"{name}.py").read_text() for name in NAMES})
        frames.write(self._input, len(program).to_bytes(4, "big") + program.encode("ascii"))
        settings = {
            "bundles": [
                {"name": path.name, "path": str(path), "modules": [], "without": []}
                for path in sorted(root.iterdir())
            ],
            "environment": {"API_TOKEN": "canary-7d1f"},
            "parallel": parallel,
            "resultBytes": result_bytes,
        }
        self.send(frames.LOAD, 0, json.dumps(settings).encode())
        self.log: dict[int, str] = {}
        self._answers: dict[int, Frame] = {}
        self.imports: list[str] = []
        self.catalog: dict[str, Any] = {}
        while not self.catalog:
            self._take(self._frame())
        self._last = 0

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
        self.directory.cleanup()

    def send(self, kind: int, call: int, payload: bytes) -> None:
        frames.write(self._input, frames.pack(kind, call, payload))

    def _frame(self) -> Frame:
        frame = frames.read(self._output)
        if frame is None:
            raise AssertionError(f"the tool host ended; its log: {self.log}")
        return frame

    def _take(self, frame: Frame) -> None:
        if frame.type == frames.LOG:
            self.log[frame.call] = self.log.get(frame.call, "") + frame.payload.decode()
        elif frame.type == frames.CATALOG:
            self.catalog = json.loads(frame.payload)
        elif frame.type == frames.IMPORTING:
            self.imports.append(json.loads(frame.payload))
        else:
            self._answers[frame.call] = frame

    def start(self, tool: str, within: float = 60, **arguments: Any) -> int:
        self._last += 1
        request = json.dumps({"tool": tool, "arguments": arguments}).encode()
        self.send(frames.CALL, self._last, frames.TIMEOUT.pack(int(within * 1000)) + request)
        return self._last

    def cancel(self, call: int) -> None:
        self.send(frames.CANCEL, call, b"")

    def answer(self, call: int) -> Any:
        while call not in self._answers:
            self._take(self._frame())
        frame = self._answers.pop(call)
        value = json.loads(frame.payload)
        return value if frame.type == frames.RESULT else Told(**value)

    def logged(self, call: int, text: str) -> None:
        """Waits until the log of the call has this text."""
        while text not in self.log.get(call, ""):
            self._take(self._frame())

    def call(self, tool: str, within: float = 60, **arguments: Any) -> Any:
        return self.answer(self.start(tool, within, **arguments))


class Told:
    """A failure."""

    def __init__(self, code: str, message: str, retryable: bool) -> None:
        self.code = code
        self.message = message
        self.retryable = retryable

    def __repr__(self) -> str:
        return f"{self.code}: {self.message} ({self.retryable})"


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def children(pid: int) -> set[int]:
    found: set[int] = set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stat = Path(f"/proc/{name}/stat").read_text()
            except OSError:
                continue  # it has just ended
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                found.add(int(name))
    return found


def descendants(pid: int) -> set[int]:
    found = children(pid)
    return found.union(*(descendants(child) for child in found))
