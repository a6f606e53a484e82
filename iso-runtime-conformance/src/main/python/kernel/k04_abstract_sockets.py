"""A Unix socket without a file, whose name is known to all of a network namespace."""

import socket

import attack


def talk() -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect("\0" + attack.PARAMETERS["name"])
        return "connected"


def names() -> list[str]:
    with open("/proc/net/unix") as lines:
        return [line.split()[-1] for line in lines if "@" in line][:5]


attack.attempt("connect", talk)
attack.attempt("names of others", names)
