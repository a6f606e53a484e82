"""Programs that keep the other side of the tool channel waiting: for the rest of a frame, or for room for its replies."""

import signal
import time

import tools

import attack

FRAME = attack.call_frame(1_000, "ready", {})


def half_open() -> None:
    attack.send_raw(FRAME[:-1])


def slow() -> None:
    for byte in FRAME:
        attack.send_raw(bytes((byte,)))
        time.sleep(attack.PARAMETERS["pace"])


def unread() -> None:
    for number in range(1_000, 1_020):
        attack.send_frame(6, b'{"id":%d,"tool":"big","args":{}}' % number)


tools.ready()
{"half open": half_open, "slow": slow, "unread": unread}[attack.PARAMETERS["how"]]()
while True:
    signal.pause()
