"""A pipe that nobody writes to, a socket and a device: whoever opens them waits, or reads without end."""

import os
import socket
import stat

import attack

os.mkfifo("fifo")
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind("socket")


def make_device(name: str, major: int, minor: int) -> str:
    try:
        os.mknod(name, 0o666 | stat.S_IFCHR, os.makedev(major, minor))
    except OSError as error:
        return attack.reached(-1, error.errno or 0)
    return "made"


attack.attempt("/dev/zero anew", lambda: make_device("device", 1, 5))
attack.attempt("a device of nothing", lambda: make_device("nothing", 0, 0))
with open("honest.txt", "w") as honest:
    honest.write("honest")
