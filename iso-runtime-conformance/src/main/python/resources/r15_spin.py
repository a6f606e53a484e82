"""Many processes that use the processor, each only so little that no limit for one process would notice."""

import os
import time

import attack

PROCESSES = 8
CPU_SECONDS = float(attack.PARAMETERS["cpu"])
WALL_SECONDS = float(attack.PARAMETERS["wall"])

begin = time.monotonic()
children: list[int] = []
for _ in range(PROCESSES):
    child = os.fork()
    if child == 0:
        while time.process_time() < CPU_SECONDS and time.monotonic() - begin < WALL_SECONDS:
            pass
        os._exit(0)
    children.append(child)
used = 0.0
for child in children:
    usage = os.wait4(child, 0)[2]
    used += usage.ru_utime + usage.ru_stime
print("cores:", used / (time.monotonic() - begin))
