"""Init as the entry point of a container: the engine has built the sandbox, PID 1 only has to take it over.

Standard input brings ``u32 length · JSON`` the launch specification and ``u32 length · token``, the latter left unread
until the executor has been forked. Then it and standard output are the channel, unless the specification names a Unix
socket.
"""

from __future__ import annotations

import os

import _socket

from iso_init import frames, init, jsontext, signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STDIN, STDOUT, STDERR = 0, 1, 2
MAX_SPECIFICATION = 1 << 20


def main(image: bytes) -> None:
    """``image``: what the image says of its interpreter. Never returns."""
    os.umask(0o022)
    os.chdir("/")
    signals.restore_defaults()
    size = int.from_bytes(frames.read_exactly(STDIN, 4), "big")
    if size > MAX_SPECIFICATION:
        os._exit(2)
    spec: dict[str, Any] = jsontext.loads(frames.read_exactly(STDIN, size))
    spec["mode"] = "container"
    spec["python"] = {**jsontext.loads(image), **spec.get("python", {})}
    path = spec.pop("socket", None)
    if path is None:
        init.main(spec, STDIN, STDOUT, init.NO_GATE)
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(path)
    except OSError as error:
        os.write(STDERR, f"{path}: {error}\n".encode())
        os._exit(3)
    channel = connection.detach()
    init.main(spec, channel, channel, init.NO_GATE)
