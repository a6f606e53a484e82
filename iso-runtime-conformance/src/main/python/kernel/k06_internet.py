"""Addresses beyond the sandbox. A packet that leaves is enough, whether or not somebody answers.

The public addresses are those that are reserved for documentation: nobody is bothered, and a host that has a way to
the world would send packets there as well.
"""

import errno
import select
import socket
import threading

import attack

SECONDS = 1.0
PUBLIC, PUBLIC_6 = "192.0.2.1", "2001:db8::1"
METADATA, METADATA_6 = "169.254.169.254", "fd00:ec2::254"
# gVisor says the last one. Told at once it means that no route was found; told later, that a router answered.
NO_WAY = (errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EHOSTUNREACH)


def at_once(number: int) -> str:
    if number in NO_WAY or attack.is_filters(number):
        raise attack.Denied(attack.describe(number))
    return later(number)


def later(number: int) -> str:
    return f"a packet left: {attack.describe(number)}"


def tcp(family: socket.AddressFamily, address: str, port: int) -> str:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as client:
            client.setblocking(False)
            number = client.connect_ex((address, port))
            if number == errno.EINPROGRESS:
                if not select.select([], [client], [], SECONDS)[1]:
                    return "a packet left: nobody answered"
                return later(client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
            return at_once(number)
    except OSError as error:
        return at_once(error.errno or 0)


def udp(family: socket.AddressFamily, address: str, port: int) -> str:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as client:
            client.sendto(b"?", (address, port))
            return "a packet left"
    except OSError as error:
        return at_once(error.errno or 0)


def resolve() -> str:
    """In a thread: a resolver whose question has left waits long for its answer."""
    answers: list[str] = []

    def ask() -> None:
        try:
            answers.append(str(socket.getaddrinfo("example.com", 80)))
        except socket.gaierror:
            answers.append("")

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(SECONDS)
    return answers[0] if answers else f"still asking after {SECONDS} s"


attack.attempt("metadata", lambda: tcp(socket.AF_INET, METADATA, 80))
attack.attempt("metadata, IPv6", lambda: tcp(socket.AF_INET6, METADATA_6, 80))
attack.attempt("public IPv4", lambda: tcp(socket.AF_INET, PUBLIC, 443))
attack.attempt("public IPv6", lambda: tcp(socket.AF_INET6, PUBLIC_6, 443))
attack.attempt("UDP", lambda: udp(socket.AF_INET, PUBLIC, 53))
attack.attempt("UDP, IPv6", lambda: udp(socket.AF_INET6, PUBLIC_6, 53))
attack.attempt("a name", resolve)
