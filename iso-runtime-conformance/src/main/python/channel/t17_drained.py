"""Empties its own standard output, so that who thought there were bytes finds none, and leaves its replies unread.

Whoever reads or writes without looking twice blocks here, and does not see the order to kill.
"""

import os
import signal
import threading

import tools

import attack


def fill() -> None:
    while True:
        os.write(1, b"x" * 4_096)


def drain(descriptor: int) -> None:
    while True:
        os.read(descriptor, 1 << 16)


def reopened() -> str:
    try:
        descriptor = os.open("/proc/self/fd/1", os.O_RDONLY)
    except OSError as error:
        return attack.describe(error.errno)
    threading.Thread(target=drain, args=(descriptor,), daemon=True).start()
    return "drained"


if attack.PARAMETERS["hostile"]:
    how = reopened()
    threading.Thread(target=fill, daemon=True).start()
    tools.ready(how)
    for number in range(1_000, 1_040):
        attack.send_frame(6, b'{"id":%d,"tool":"big","args":{}}' % number)
else:
    tools.ready("asleep")
while True:
    signal.pause()
