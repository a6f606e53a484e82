"""A child that goes on calling a tool while its parent, the program's main process, ends, and after that."""

import os
from itertools import count

import tools

import attack

TEXT = "x" * 4_000  # so that the pipe holds a few calls only

tools.effect(TEXT)
if os.fork() == 0:
    os.setsid()
    for number in count(1_000):
        attack.send_raw(attack.call_frame(number, "effect", {"text": TEXT}))
