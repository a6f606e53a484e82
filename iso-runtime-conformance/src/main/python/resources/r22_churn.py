"""Processes that are never the same: at whatever moment the killing looks, others have come.

Each lineage has one living member, or two, so that it needs no limit. The bomb needs one, and fills it.
"""

import os
import signal

import attack

LINEAGES = 12


def replace_itself() -> None:
    while True:
        try:
            if os.fork():
                os._exit(0)
        except OSError:
            pass  # no room at this moment


def multiply() -> None:
    while True:
        try:
            os.fork()
        except OSError:
            pass


gate, opener = os.pipe()
for _ in range(LINEAGES):
    if os.fork() == 0:
        os.close(opener)
        os.read(gate, 1)  # until all are there: a bomb leaves no room for more
        if attack.PARAMETERS["bomb"]:
            multiply()
        replace_itself()
os.write(1, b"now\n")
os.close(opener)
while True:
    signal.pause()
