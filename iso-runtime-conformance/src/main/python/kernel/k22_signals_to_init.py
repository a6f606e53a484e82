"""Every signal to PID 1, by every call that can send one or have one sent. Without PID 1 nobody ends a program."""

import ctypes
import fcntl
import os
import signal
import socket
import struct
from typing import Callable

import attack

INIT = 1
ALL = range(1, 65)
F_SETSIG, F_SETOWN_EX, F_OWNER_PID = 10, 15, 1
FIOSETOWN, SIOCSPGRP = 0x8901, 0x8902
SI_QUEUE = -1
CLONE_PARENT = 0x8000
# As PID 1 of its own namespaces the program itself is the one that is hit: the kernel drops what it has no handler for.
signal.signal(signal.SIGINT, signal.SIG_DFL)


def every(send: Callable[[int], str]) -> str:
    """Sends each signal. It worked if the filter did not answer to one of them."""
    if not attack.PROTECTED and os.getpid() != INIT:
        raise attack.Absent("PID 1 is the host's here")
    answers: set[str] = set()
    for number in ALL:
        try:
            return f"signal {number}: {send(number)}"
        except attack.Denied as denied:
            answers.add(str(denied))
    raise attack.Denied(f"{len(ALL)} signals: {', '.join(answers)}")


def information(number: int) -> ctypes.Array[ctypes.c_char]:
    """struct siginfo as a process may queue it."""
    packed = struct.pack("=iiiiii", number, 0, SI_QUEUE, 0, os.getpid(), os.getuid())
    return ctypes.create_string_buffer(packed, 128)


def by_descriptor(number: int) -> str:
    descriptor = attack.syscall("pidfd_open", INIT, 0).removeprefix("allowed: ")
    try:
        return attack.syscall("pidfd_send_signal", int(descriptor), number, 0, 0)
    finally:
        os.close(int(descriptor))


def owner(set_owner: Callable[[socket.socket], object]) -> Callable[[int], str]:
    """Whoever owns a descriptor is sent a signal of one's choice when it becomes ready."""

    def send(number: int) -> str:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            try:
                set_owner(ours)
                return "PID 1 owns it"
            except OSError as error:
                return attack.reached(-1, error.errno or 0)

    return send


def choose_signal(number: int) -> str:
    with socket.socket(socket.AF_UNIX) as ours:
        try:
            fcntl.fcntl(ours, F_SETSIG, number)
            return "chosen"
        except OSError as error:
            return attack.reached(-1, error.errno or 0)


def orphans() -> None:
    """Children whose deaths are told to PID 1, by a signal that their maker chose. It must still serve us afterwards."""
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGUSR1, signal.SIGRTMIN):
        child = os.fork()
        if child == 0:
            try:
                attack.syscall("clone", int(number), 0, 0, 0, 0)
                attack.syscall("clone", CLONE_PARENT | int(number), 0, 0, 0, 0)
            finally:
                os._exit(0)
        os.waitpid(child, 0)


def to_all() -> None:
    """The kernel spares PID 1 and the sender."""
    for number in ALL:
        try:
            os.kill(-1, number)
        except ProcessLookupError:
            pass


if attack.PROTECTED:
    to_all()
    orphans()
attack.attempt("kill", lambda: every(lambda number: attack.syscall("kill", INIT, number)))
attack.attempt("tkill", lambda: every(lambda number: attack.syscall("tkill", INIT, number)))
attack.attempt("tgkill", lambda: every(lambda number: attack.syscall("tgkill", INIT, INIT, number)))
attack.attempt(
    "tgkill of a thread",
    lambda: every(lambda number: attack.syscall("tgkill", os.getpid(), INIT, number)),
)
attack.attempt(
    "sigqueue",
    lambda: every(
        lambda number: attack.syscall("rt_sigqueueinfo", INIT, number, information(number))
    ),
)
attack.attempt(
    "sigqueue to a thread",
    lambda: every(
        lambda number: attack.syscall("rt_tgsigqueueinfo", INIT, INIT, number, information(number))
    ),
)
attack.attempt("pidfd", lambda: every(by_descriptor))
attack.attempt(
    "F_SETOWN", lambda: every(owner(lambda ours: fcntl.fcntl(ours, fcntl.F_SETOWN, INIT)))
)
attack.attempt(
    "F_SETOWN of its group",
    lambda: every(owner(lambda ours: fcntl.fcntl(ours, fcntl.F_SETOWN, -INIT))),
)
attack.attempt(
    "F_SETOWN_EX",
    lambda: every(
        owner(lambda ours: fcntl.fcntl(ours, F_SETOWN_EX, struct.pack("=ii", F_OWNER_PID, INIT)))
    ),
)
attack.attempt("F_SETSIG", lambda: every(choose_signal))
for name, request in (("FIOSETOWN", FIOSETOWN), ("SIOCSPGRP", SIOCSPGRP)):
    attack.attempt(
        name,
        lambda: every(owner(lambda ours: fcntl.ioctl(ours, request, struct.pack("=i", INIT)))),
    )
