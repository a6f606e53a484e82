"""A result nested 100,000 deep, past the library that would not send it."""

import signal

import attack

attack.send_frame(7, b"[" * 100_000 + b"]" * 100_000)
signal.pause()
