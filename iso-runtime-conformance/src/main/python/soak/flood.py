"""Writes far more than is kept, with bytes that are no text, and one line without an end."""

import os

piece = bytes(range(256)) * 256
for _ in range(100):
    os.write(1, piece.replace(b"\n", b""))
    os.write(2, piece)
