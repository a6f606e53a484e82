"""More processes than the sandbox may have; not so many that they would harm a host."""

import os
import signal

import attack

WANTED = 200
children: list[int] = []


def fork_many() -> str:
    for _ in range(WANTED):
        child = os.fork()
        if child == 0:
            signal.pause()
            os._exit(0)
        children.append(child)
    return f"{WANTED} processes"


attack.attempt("fork", fork_many)
attack.height()
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
