"""Tells by how much the wall clock goes wrong in two seconds of the monotonic one."""

import time

wall, steady = time.time(), time.monotonic()
worst = 0.0
while time.monotonic() - steady < 2:
    worst = max(worst, abs((time.time() - wall) - (time.monotonic() - steady)))
    time.sleep(0.1)
print("jumped by", round(worst))
