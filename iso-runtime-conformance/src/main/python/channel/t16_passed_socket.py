"""A socket that lingers, passed to init over a descriptor the program was given: closing it would hold init up.

Over a socket of the program's own the same passing works.
"""

import array
import os
import socket
import stat
import struct

from iso import set_result

import attack


def passed_over(descriptor: int) -> str:
    try:
        with socket.socket(fileno=os.dup(descriptor)) as channel, socket.socket(
            socket.AF_UNIX
        ) as lonely:
            rights = array.array("i", [lonely.fileno()])
            channel.sendmsg([b"\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            return "passed"
    except OSError as error:
        return attack.describe(error.errno)


def kind_of(descriptor: int) -> str:
    mode = os.fstat(descriptor).st_mode
    return "pipe" if stat.S_ISFIFO(mode) else "device" if stat.S_ISCHR(mode) else oct(mode)


def lingering() -> str:
    with socket.socket(socket.AF_UNIX) as lonely:
        try:
            lonely.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 3_600))
            return "lingers"
        except OSError as error:
            return attack.describe(error.errno)


ours, theirs = socket.socketpair()
set_result(
    {
        "own socket": passed_over(ours.fileno()),
        "given": {str(given): passed_over(given) for given in range(5)},
        "kinds": {str(given): kind_of(given) for given in range(5)},
        "SO_LINGER": lingering(),
    }
)
