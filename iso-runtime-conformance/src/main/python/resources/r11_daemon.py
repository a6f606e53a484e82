"""A grandchild in a session of its own holds standard output, and writes to it, after the main process has ended."""

import os
import signal
import time

import attack

ready, started = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(1, b"here\n")
        os.write(started, b".")
        while True:
            os.write(1, b"still here\n")
            time.sleep(0.02)
    os._exit(0)
os.wait()
os.read(ready, 1)
if attack.PARAMETERS["stays"]:
    signal.pause()
print("main goes")
