"""The frame codec, and the JSON underneath."""

from __future__ import annotations

import json
import os
import threading
import unittest

import driver  # noqa: F401
from iso_init import frames, jsontext


class Frames(unittest.TestCase):
    def test_frames_survive_any_cutting(self) -> None:
        sent = [(frames.CALL, b"{}"), (frames.STARTED, b""), (frames.RESULT, b"x" * 1000)]
        stream = b"".join(frames.encode(kind, payload) for kind, payload in sent)
        for size in (1, 2, 3, 7, 100, len(stream)):
            decoder = frames.Decoder(
                dict.fromkeys((frames.CALL, frames.STARTED, frames.RESULT), 1000)
            )
            got = []
            for start in range(0, len(stream), size):
                got += decoder.feed(stream[start : start + size])
            self.assertEqual(got, sent)

    def test_a_bad_header_is_refused_before_its_payload(self) -> None:
        for header in (b"\0\0\0\0\6", b"\0\0\0\x0c\6", b"\xff\xff\xff\xff\6", b"\0\0\0\1\7"):
            with self.assertRaises(frames.FrameError, msg=header):
                frames.Decoder({frames.CALL: 10}).feed(header)

    def test_a_frame_beyond_16_mib_is_never_sent(self) -> None:
        self.assertEqual(
            len(frames.encode(frames.CALL, bytes(frames.MAX_FRAME - 1))), frames.MAX_FRAME + 4
        )
        with self.assertRaises(frames.FrameError):
            frames.encode(frames.CALL, bytes(frames.MAX_FRAME))

    def test_blocking_reads_take_partial_writes_and_tell_the_end(self) -> None:
        readable, writable = os.pipe()
        try:
            os.write(writable, frames.encode(frames.RUN, b"abc")[:6])
            os.write(writable, frames.encode(frames.RUN, b"abc")[6:] + b"\0\0")
            self.assertEqual(frames.read_frame(readable), (frames.RUN, b"abc"))
            os.close(writable)
            with self.assertRaises(EOFError):
                frames.read_frame(readable)
        finally:
            os.close(readable)

    def test_what_a_write_of_parts_left_goes_on_within_either(self) -> None:
        parts = (b"head", memoryview(b"payload"))
        for written in range(len(b"headpayload") + 1):
            left = b"".join(frames.rest(parts, written))
            self.assertEqual(left, b"headpayload"[written:])

    def test_parts_are_written_whole_whatever_a_pipe_takes_at_once(self) -> None:
        readable, writable = os.pipe()
        payload = os.urandom(1 << 20)
        got = bytearray()
        reader = threading.Thread(
            target=lambda: got.extend(frames.read_exactly(readable, 4 + len(payload)))
        )
        reader.start()
        try:
            frames.write_all(writable, b"head", memoryview(payload))
            reader.join(20)
            self.assertEqual(bytes(got), b"head" + payload)
        finally:
            os.close(readable)
            os.close(writable)

    def test_every_type_has_a_name(self) -> None:
        self.assertEqual(sorted(frames.NAMES), [*range(1, 19), *range(32, 38)])

    def test_json_is_that_of_the_library(self) -> None:
        for value in ({"a": [1, -2.5, None, True, 'ü\n"\\😀'], "": {}}, [], "x", 10**20):
            self.assertEqual(json.loads(jsontext.dumps(value)), value)
            self.assertEqual(
                jsontext.loads(b" " + json.dumps(value, indent=1).encode() + b"\n"), value
            )
        for text in (b"", b"{", b"[1,]", b"{1:2}", b"\xff"):
            with self.assertRaises((ValueError, StopIteration), msg=text):
                jsontext.loads(text)
        with self.assertRaises(ValueError):
            jsontext.dumps(float("nan"))


if __name__ == "__main__":
    unittest.main()
