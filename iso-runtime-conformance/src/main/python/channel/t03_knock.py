"""Knocks at the supervisor's door, as another user where the case says so, with the right words.

It enters the directory before it gives up its rights, as if it had inherited the way in. Of a socket that is closed
before its last words were read, the kernel tells the one who said them.
"""

import errno
import os
import socket
import time

import attack

os.chdir(attack.PARAMETERS["directory"])
uid = attack.PARAMETERS["uid"]
if uid != os.getuid():
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def was_reset(door: socket.socket) -> bool:
    """The end of the stream may be told a moment before the reset is."""
    for _ in range(500):
        if door.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET:
            return True
        time.sleep(0.01)
    return False


def knock() -> str:
    with socket.socket(socket.AF_UNIX) as door:
        door.connect("s")
        try:
            door.sendall(bytes.fromhex(attack.PARAMETERS["words"]))
            if door.recv(1) == b"!":
                return "heard"
            if not was_reset(door):
                return "read and closed"
        except (ConnectionResetError, BrokenPipeError):
            pass
        raise attack.Denied("closed unread")


attack.attempt("knock", knock)
