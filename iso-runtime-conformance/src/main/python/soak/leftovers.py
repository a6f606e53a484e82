"""Ends while a grandchild in a session of its own holds its output and writes into its directory."""

import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        number = 0
        while True:
            number += 1
            with open(f"late-{number % 7}", "w") as file:
                file.write("still here")
            os.write(1, b".")
            time.sleep(0.001)
    os._exit(0)
os.wait()
