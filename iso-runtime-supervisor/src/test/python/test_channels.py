"""The sealed channel against everything that whoever reaches the stream could do to it."""

from __future__ import annotations

import hmac
import time
import unittest
from unittest import mock

import driver  # noqa: F401
from iso_init import channels, frames
from iso_init.channels import ChannelClosed, SealedChannel

TOKEN = bytes(range(32))


def record(sequence: int, payload: bytes, direction: bytes = channels.TO_INIT) -> bytes:
    """As the supervisor makes it, written down a second time."""
    key = hmac.digest(TOKEN, direction, "sha256")
    body = len(payload).to_bytes(4, "big") + payload
    return body + hmac.digest(key, sequence.to_bytes(8, "big") + body, "sha256")[:16]


class Sealed(unittest.TestCase):
    def setUp(self) -> None:
        self.channel = SealedChannel(-1, -1, TOKEN)

    def test_it_gives_payloads_however_they_are_cut(self) -> None:
        stream = record(0, b"one ") + record(1, b"two")
        found = b"".join(self.channel.unwrap(stream[i : i + 1]) for i in range(len(stream)))
        self.assertEqual(found, b"one two")

    def test_it_seals_with_numbers_of_its_own_direction(self) -> None:
        for position, payload in enumerate((b"a", memoryview(b"b"))):
            (sealed,) = self.channel.parts(frames.CALL, payload)
            frame = frames.encode(frames.CALL, bytes(payload))
            self.assertEqual(sealed, record(position, frame, channels.FROM_INIT))
        self.assertEqual(self.channel.position, 2)

    def test_it_refuses_any_changed_byte(self) -> None:
        good = record(0, b"harmless")
        for index in range(4, len(good)):
            changed = bytearray(good)
            changed[index] ^= 1
            with self.assertRaises(ChannelClosed):
                SealedChannel(-1, -1, TOKEN).unwrap(bytes(changed))

    def test_it_refuses_repeated_missing_and_reflected_records(self) -> None:
        for stream in (
            record(0, b"a") + record(0, b"a"),
            record(1, b"a"),
            record(0, b"a", channels.FROM_INIT),
        ):
            with self.assertRaises(ChannelClosed):
                SealedChannel(-1, -1, TOKEN).unwrap(stream)

    def test_it_refuses_a_length_before_it_buffers(self) -> None:
        with self.assertRaises(ChannelClosed):
            self.channel.unwrap(b"\xff\xff\xff\xff")

    def test_a_sign_of_life_is_answered_once(self) -> None:
        self.assertEqual(self.channel.answer(), b"")
        self.assertEqual(self.channel.unwrap(record(0, b"")), b"")
        self.assertEqual(self.channel.answer(), record(0, b"", channels.FROM_INIT))
        self.assertEqual(self.channel.answer(), b"")

    def test_silence_has_an_end_unless_nobody_listens(self) -> None:
        first = self.channel.deadline()
        assert first is not None
        later = time.monotonic() + 100
        with mock.patch("time.monotonic", return_value=later):
            self.channel.unwrap(record(0, b""))
            self.assertEqual(self.channel.deadline(), later + channels.SILENCE_SECONDS)
        with mock.patch("time.monotonic", return_value=later + 50):
            self.channel.not_listening()
            self.assertEqual(self.channel.deadline(), later + 50 + channels.SILENCE_SECONDS)
