"""One line of gigabytes, of bytes that are no UTF-8: half a character before each that cannot begin one."""

import os

import attack
import tools

PIECE = b"\xe2\x82\xff\xfe" * 16_384
PIECES = int(attack.PARAMETERS["mebibytes"]) * 16


def write_all(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


for _ in range(PIECES):
    write_all(PIECE)
tools.height()
