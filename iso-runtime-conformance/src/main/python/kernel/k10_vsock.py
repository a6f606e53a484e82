"""The sockets of virtual machines: they reach the hypervisor beside all network namespaces."""

import os
import socket

import attack

AF_VSOCK = 40


def make(kind: int) -> str:
    try:
        with socket.socket(AF_VSOCK, kind):
            return "opened"
    except OSError as error:
        return attack.reached(-1, error.errno or 0)


def device() -> str:
    if not os.path.exists("/dev/vsock"):
        raise attack.Absent("there is none")
    with open("/dev/vsock", "rb"):
        return "opened"


attack.attempt("stream", lambda: make(socket.SOCK_STREAM))
attack.attempt("datagram", lambda: make(socket.SOCK_DGRAM))
attack.attempt("/dev/vsock", device)
