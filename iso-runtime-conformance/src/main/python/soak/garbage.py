"""Writes to the tool pipe what is no frame."""

import os
import time

os.write(3, b"\xff" * 50_000)
time.sleep(60)
