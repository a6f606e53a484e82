"""Results that are too large or nested too deep: by the library that is offered, and as frames written past it."""

import os
import struct

from iso import set_result

import attack

RESULT, CALLS = 7, 3
size: int = attack.PARAMETERS["size"]


def send(announced: int, payload: bytes) -> None:
    data = struct.pack(">IB", 1 + announced, RESULT) + payload
    while data:
        data = data[os.write(CALLS, data) :]


how = attack.PARAMETERS["how"]
if how == "large value":
    set_result("x" * size)
elif how == "deep value":
    value: list[object] = []
    for _ in range(size):
        value = [value]
    set_result(value)
elif how == "deep frame":
    send(2 * size, b"[" * size + b"]" * size)
elif how == "large frame":
    send(size, b'"' + b"x" * (min(size, 1 << 20) - 2) + b'"')
