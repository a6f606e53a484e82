"""Sockets that read or make packets, or that configure the kernel's network."""

import socket

import attack


def make(family: int, kind: int, protocol: int = 0) -> str:
    try:
        with socket.socket(family, kind, protocol):
            return "opened"
    except OSError as error:
        return attack.reached(-1, error.errno or 0)


attack.attempt("AF_PACKET", lambda: make(socket.AF_PACKET, socket.SOCK_RAW))
attack.attempt("raw IPv4", lambda: make(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
attack.attempt("raw IPv6", lambda: make(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6))
attack.attempt("AF_NETLINK", lambda: make(socket.AF_NETLINK, socket.SOCK_RAW))
