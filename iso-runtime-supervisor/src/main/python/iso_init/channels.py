"""The two ways in which frames travel between init and supervisor.

Over a Unix socket they go as they are: it was connected before user code ran, nobody else holds it. Through the standard
streams of a container (the attached channel) they go sealed, in records ``u32 length · payload · tag``: an engine, a
shim or a sandboxed kernel stands in between, and on some of them user code could write into the same stream. The tag is
an HMAC-SHA-256, cut to 16 bytes, over the record's sequence number, length and payload; each direction has a key of
its own, derived from the token, which init reads only after the executor has been forked.
"""

from __future__ import annotations

import time

from iso_init import frames, jsontext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_RECORD, TAG = frames.MAX_FRAME + 4, 16
SILENCE_SECONDS = 4.0
FROM_INIT, TO_INIT = b"init to supervisor", b"supervisor to init"


class ChannelClosed(Exception):
    """The supervisor is gone, or what came is not from it: everything ends."""


class Channel:
    """Descriptors, and how frames look on them. This one is a socket."""

    def __init__(self, source: int, sink: int) -> None:
        self.source, self.sink = source, sink
        self.position = 0

    def parts(self, kind: int, payload: bytes | memoryview) -> tuple[bytes | memoryview, ...]:
        """A frame as it is to be written, one part after the other: what is large is not copied."""
        return frames.header(kind, len(payload)), payload

    def unwrap(self, data: bytes) -> bytes:
        """What was in the bytes that came, as far as it is complete."""
        return data

    def answer(self) -> bytes:
        """What is to be sent in answer to a sign of life."""
        return b""

    def deadline(self) -> float | None:
        """When to give the supervisor up, unless it is heard of before."""
        return None

    def not_listening(self) -> None:
        """Nothing is read for the moment, and so nothing can be heard."""

    def send(self, kind: int, payload: bytes | memoryview) -> None:
        """Blocks until all is written."""
        frames.write_all(self.sink, *self.parts(kind, payload))

    def send_json(self, kind: int, value: object) -> None:
        self.send(kind, jsontext.dumps(value))


class SealedChannel(Channel):
    """Records, and signs of life: the supervisor sends an empty record each second and gets one back.

    A client that dies closes the stream. An engine that is stopped does not: then the silence tells.
    """

    def __init__(self, source: int, sink: int, token: bytes) -> None:
        super().__init__(source, sink)
        import hmac

        self._digest: Any = hmac.digest
        self._same: Any = hmac.compare_digest
        self._out_key = hmac.digest(token, FROM_INIT, "sha256")
        self._in_key = hmac.digest(token, TO_INIT, "sha256")
        self._received = 0
        self._buffer = bytearray()
        self._heard = time.monotonic()
        self._owed = False

    def _wrap(self, frame: bytes) -> bytes:
        record = len(frame).to_bytes(4, "big") + frame
        tag = self._tag(self._out_key, self.position, record)
        self.position += 1
        return record + tag

    def parts(self, kind: int, payload: bytes | memoryview) -> tuple[bytes | memoryview, ...]:
        return (self._wrap(frames.header(kind, len(payload)) + payload),)

    def unwrap(self, data: bytes) -> bytes:
        # Whatever came is a sign of life: a long record may take its time on a slow way.
        self._heard = time.monotonic()
        buffer = self._buffer
        buffer += data
        payloads = bytearray()
        while len(buffer) >= 4:
            length = int.from_bytes(buffer[:4], "big")
            if length > MAX_RECORD:
                raise ChannelClosed
            if len(buffer) < 4 + length + TAG:
                break
            record, tag = bytes(buffer[: 4 + length]), bytes(buffer[4 + length : 4 + length + TAG])
            del buffer[: 4 + length + TAG]
            if not self._same(tag, self._tag(self._in_key, self._received, record)):
                raise ChannelClosed
            self._received += 1
            if length:
                payloads += record[4:]
            else:
                self._owed = True
        return bytes(payloads)

    def answer(self) -> bytes:
        if not self._owed:
            return b""
        self._owed = False
        return self._wrap(b"")

    def deadline(self) -> float | None:
        return self._heard + SILENCE_SECONDS

    def not_listening(self) -> None:
        self._heard = time.monotonic()

    def _tag(self, key: bytes, sequence: int, record: bytes) -> bytes:
        tag: bytes = self._digest(key, sequence.to_bytes(8, "big") + record, "sha256")
        return tag[:TAG]
