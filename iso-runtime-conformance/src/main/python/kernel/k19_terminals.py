"""A terminal that is shared with somebody else: what is typed into it by TIOCSTI, the other's shell reads.

Where the sandbox has a kernel of its own, so are its terminals, and nobody else has them.
"""

import fcntl
import os

import attack

TIOCSTI, TIOCLINUX = 0x5412, 0x541C
STDIN = 0


def control(request: int) -> str:
    try:
        fcntl.ioctl(STDIN, request, b"x")
        return "typed"
    except OSError as error:
        return attack.reached(-1, error.errno or 0)


def opened(path: str) -> str:
    if not os.path.exists(path):
        raise attack.Absent("there is none")
    os.close(os.open(path, os.O_RDWR | os.O_NOCTTY))
    return "opened"


def pair() -> str:
    for descriptor in os.openpty():
        os.close(descriptor)
    return "opened"


attack.attempt("TIOCSTI", lambda: control(TIOCSTI))
attack.attempt("TIOCLINUX", lambda: control(TIOCLINUX))
if not attack.PARAMETERS["ownKernel"]:
    attack.attempt("a pair of one's own", pair)
    attack.attempt("/dev/ptmx", lambda: opened("/dev/ptmx"))
for path in ("/dev/tty", "/dev/console", "/dev/tty1", "/dev/pts/0"):
    attack.attempt(path, lambda: opened(path))
