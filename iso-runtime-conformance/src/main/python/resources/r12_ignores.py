"""Processes that ignore every signal that can be ignored, and show that they do."""

import os
import signal
import time

import attack

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass  # the C library keeps it to itself
for _ in range(3):
    if os.fork() == 0:
        break
else:
    os.kill(os.getpid(), signal.SIGTERM)
    os.killpg(0, signal.SIGTERM)
    attack.tell("SIGTERM", "worked", "it was ignored")
while True:
    time.sleep(1)
