"""Signals to PID 1 and to the parent, whose end would end the sandbox; and to everybody."""

import os
import signal
import sys

import attack

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, signal.SIGINT, signal.SIGHUP)


def send(target: int, number: int) -> str:
    try:
        os.kill(target, number)
        return "it was accepted"
    except OSError as error:
        return attack.reached(-1, error.errno or 0)


if attack.PARAMETERS.get("everybody"):
    if os.fork() == 0:
        os.kill(-1, signal.SIGKILL)  # the kernel spares the caller, and PID 1
        os._exit(0)
    os.wait()
    print("main goes on")
    sys.exit()
# Python's own handler of it would end the program that is PID 1 itself, where it is shown to work.
signal.signal(signal.SIGINT, signal.SIG_DFL)
# A parent outside of the namespace is 0, and to signal that would mean the own group.
parent = os.getppid() or 1
for one in SIGNALS:
    attack.attempt(f"{one.name} to PID 1", lambda one=one: send(1, one))  # type: ignore[misc]
    attack.attempt(f"{one.name} to the parent", lambda one=one: send(parent, one))  # type: ignore[misc]
