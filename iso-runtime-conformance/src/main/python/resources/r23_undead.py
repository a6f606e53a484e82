"""Looks dead without being so, and dies as somebody else: whoever watches a process may be wrong about its end."""

import ctypes
import os
import signal
import threading
import time

import attack

CLONE_PARENT = 0x8000
STATUS_OF_ANOTHER, OWN_STATUS = 5, 7
A_WHILE = 0.3
libc = ctypes.CDLL(None, use_errno=True)


def leader_is_dead() -> bool:
    with open("/proc/self/status", encoding="utf-8") as file:
        return "State:\tZ" in file.read()


def outlive(ends: bool) -> None:
    """A process without its first thread is a zombie to look at, and lives on."""
    until = time.monotonic() + 5
    while not leader_is_dead() and time.monotonic() < until:
        time.sleep(0.01)
    print("a zombie:", leader_is_dead(), flush=True)
    time.sleep(A_WHILE)
    print("alive", flush=True)
    while not ends:
        time.sleep(1)
    os._exit(OWN_STATUS)


def sibling(lives: bool) -> None:
    """A child of our parent: PID 1 sees it end, as it would see us end."""
    reader, writer = os.pipe()
    if attack.call("clone", CLONE_PARENT | signal.SIGCHLD, 0, 0, 0, 0) == 0:
        os.write(writer, b"%d" % os.getppid())
        while lives:
            signal.pause()
        os._exit(STATUS_OF_ANOTHER)
    os.close(writer)
    print("parent of both:", os.read(reader, 9) == b"%d" % os.getppid(), flush=True)
    if not lives:
        os.read(reader, 1)


way = attack.PARAMETERS["way"]
if way == "sibling":
    sibling(lives=True)
    sibling(lives=False)
    time.sleep(A_WHILE)
    print("alive")
else:
    threading.Thread(target=outlive, args=(way == "thread",)).start()
    attack.call("exit", 0)
