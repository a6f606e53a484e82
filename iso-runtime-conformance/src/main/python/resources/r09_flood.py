"""Gigabytes of lines to both standard streams, told where they begin and end."""

import os

import attack
import tools

BLOCK = (b"x" * 4095 + b"\n") * 16
BLOCKS = int(attack.PARAMETERS["mebibytes"]) * 16


def write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


for stream in (1, 2):
    write_all(stream, b"first line\n")
for _ in range(BLOCKS):
    for stream in (1, 2):
        write_all(stream, BLOCK)
for stream in (2, 1):
    write_all(stream, b"last line\n")
tools.height()
