"""Stops itself and its whole group: nothing of it runs any more, so that nothing of it ends."""

import os
import signal

for _ in range(3):
    if os.fork() == 0:
        while True:
            signal.pause()
os.write(1, b"before\n")
os.killpg(0, signal.SIGSTOP)
os.write(1, b"after\n")
