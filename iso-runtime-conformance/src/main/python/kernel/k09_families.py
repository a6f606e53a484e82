"""Socket families and protocols beyond Unix and plain TCP and UDP, each a large surface of the kernel; and the other
doors to the same calls, which a filter that looks at numbers alone leaves open."""

import ctypes
import mmap
import os
import platform
import signal
import socket
from typing import Callable

import attack

AF_ALG = 38
FIRST, LAST = 3, 46  # what comes after IPv4, up to AF_MCTP and what may follow it
PROTOCOLS = {"SCTP": 132, "UDP-Lite": 136, "DCCP": 33, "MPTCP": 262, "L2TP": 115}
X32 = 0x40000000
SYS_SOCKET, SYS_SOCKET_32, AF_NETLINK, SOCK_RAW = 41, 359, 16, 3


def make(family: int, kind: int, protocol: int = 0) -> str:
    try:
        with socket.socket(family, kind, protocol):
            return "opened"
    except OSError as error:
        return attack.reached(-1, error.errno or 0)


def all_or_denied(through: list[str]) -> str:
    if not through:
        raise attack.Denied("all of them by the filter")
    return ", ".join(through[:5])


def families() -> str:
    """Those that not the filter answered."""
    through = []
    for family in range(FIRST, LAST):
        if family != socket.AF_INET6:
            for kind in (
                socket.SOCK_STREAM,
                socket.SOCK_DGRAM,
                socket.SOCK_RAW,
                socket.SOCK_SEQPACKET,
            ):
                try:
                    through.append(f"{family}: {make(family, kind)}")
                except attack.Denied:
                    pass
    return all_or_denied(through)


def protocols() -> str:
    through = []
    for name, number in PROTOCOLS.items():
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            try:
                through.append(f"{name}: {make(socket.AF_INET, kind, number)}")
            except attack.Denied:
                pass
    return all_or_denied(through)


def pairs() -> str:
    through = []
    for family in range(2, LAST):
        try:
            for end in socket.socketpair(family, socket.SOCK_STREAM):
                end.close()
            through.append(f"{family}: made")
        except OSError as error:
            if not attack.is_filters(error.errno):
                through.append(f"{family}: {attack.describe(error.errno)}")
    return all_or_denied(through)


def run(code: bytes) -> int:
    """Runs x86-64 code that returns a number."""
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return int(ctypes.CFUNCTYPE(ctypes.c_long)(address)())


def socket_by_int_80() -> int:
    # push rbx; mov ebx,family; mov ecx,kind; xor edx,edx; mov eax,number; int 0x80; cdqe; pop rbx; ret
    arguments = b"\xbb" + number(AF_NETLINK) + b"\xb9" + number(SOCK_RAW) + b"\x31\xd2"
    return run(b"\x53" + arguments + b"\xb8" + number(SYS_SOCKET_32) + b"\xcd\x80\x48\x98\x5b\xc3")


def number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def socket_by_x32() -> int:
    # mov edi,family; mov esi,kind; xor edx,edx; mov eax,number; syscall; ret
    arguments = b"\xbf" + number(AF_NETLINK) + b"\xbe" + number(SOCK_RAW) + b"\x31\xd2"
    return run(arguments + b"\xb8" + number(SYS_SOCKET | X32) + b"\x0f\x05\xc3")


def elsewhere(door: Callable[[], int]) -> str:
    """In a child, whom the kernel may kill for it."""
    if platform.machine() != "x86_64":
        raise attack.Absent("this processor has no such door")
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, str(door()).encode())
        os._exit(0)
    os.close(writer)
    answer = os.read(reader, 32)
    os.close(reader)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status < 0:
        ending = signal.Signals(-status).name
        if ending == "SIGSYS":
            raise attack.Denied("killed by a filter")
        raise attack.Absent(f"the kernel has no such door: {ending}")
    result = int(answer)
    return attack.reached(result, -result if result < 0 else 0)


attack.attempt("AF_ALG", lambda: make(AF_ALG, socket.SOCK_SEQPACKET))
attack.attempt("other families", families)
attack.attempt("other protocols", protocols)
attack.attempt("pairs of other families", pairs)
attack.attempt("int 0x80", lambda: elsewhere(socket_by_int_80))
attack.attempt("x32", lambda: elsewhere(socket_by_x32))
