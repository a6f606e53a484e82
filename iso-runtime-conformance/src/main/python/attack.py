"""What attack programs speak: each tells for each of its attempts whether it worked.

A program is run twice, the same text: once without a sandbox, where its attempts should work, and once in one, where
they must not. Only the standard library, since it runs wherever a sandbox runs.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import json
import os
import platform
import signal
import threading
from typing import Any, Callable

PROTECTED = False
"""Whether this is the run in the sandbox; for amounts, never for what is tried."""

PARAMETERS: dict[str, Any] = {}
"""What the case gives, such as the port of a server on the host."""

FILTERS = {55: "ENOANO, the policy's own errno", 52: "EBADE, the init guard's own errno"}
"""Errnos that no kernel gives for what is tried here: a system call filter of the sandbox answered."""

# Numbers on x86-64 and on aarch64.
NUMBERS = {
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "clone": (56, 220),
    "clone3": (435, 435),
    "exit": (60, 93),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "inotify_init1": (294, 26),
    "io_setup": (206, 0),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioprio_set": (251, 30),
    "keyctl": (250, 219),
    "kill": (62, 129),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pivot_root": (155, 41),
    "prlimit64": (302, 261),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "request_key": (249, 218),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "setrlimit": (160, 164),
    "settimeofday": (164, 170),
    "shmget": (29, 194),
    "tgkill": (234, 131),
    "tkill": (200, 130),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}

_libc = ctypes.CDLL(None, use_errno=True)
_lock = threading.Lock()


class Absent(Exception):
    """There is nothing to attack here; says why."""


class Denied(Exception):
    """The attempt was stopped; says by whom."""


def attempt(name: str, attack: Callable[[], object]) -> None:
    """Makes an attempt. It worked if the function returns something true, which is then the evidence."""
    try:
        evidence = attack()
        if evidence:
            tell(name, "worked", str(evidence))
        else:
            tell(name, "denied", "nothing came of it")
    except Absent as absent:
        tell(name, "absent", str(absent))
    except Denied as denied:
        tell(name, "denied", str(denied))
    except OSError as error:
        tell(name, "denied", describe(error.errno))
    except (
        Exception
    ) as error:  # of the program itself: it proves nothing, and must not look as if it did
        tell(name, "broken", f"{type(error).__name__}: {error}")


def tell(name: str, end: str, evidence: str) -> None:
    """Tells of an attempt: ``worked``, ``denied``, ``absent`` or ``broken``. A line of its own, after whatever was printed before."""
    line = "\n@attempt " + json.dumps({"name": name, "end": end, "evidence": evidence[:500]}) + "\n"
    with _lock:
        data = line.encode()
        while data:
            data = data[os.write(1, data) :]


def describe(number: int | None) -> str:
    """An errno in words."""
    if number is None:
        return "an error without errno"
    return FILTERS.get(number, errno.errorcode.get(number, str(number)))


def is_filters(number: int | None) -> bool:
    return number in FILTERS


def syscall(name: str, *arguments: object) -> str:
    """Makes a system call that a filter must answer. Reaching the kernel is success, whatever the kernel then says."""
    result = call(name, *arguments)
    return reached(result, ctypes.get_errno())


def call(name: str, *arguments: object) -> int:
    """Makes a system call, and leaves its errno to ctypes."""
    number = NUMBERS[name][platform.machine() == "aarch64"]
    ctypes.set_errno(0)
    result = _libc.syscall(
        ctypes.c_long(number),
        *(ctypes.c_long(value) if isinstance(value, int) else value for value in arguments),
    )
    return int(result)


def calls(*names: str) -> None:
    """Attempts system calls with arguments that every kernel rejects, so that one that gets through does nothing."""
    for name in names:
        attempt(name, functools.partial(syscall, name, -1, -1, -1, -1, -1))


def reached(result: int, number: int) -> str:
    """Judges a call by its result and errno: evidence that it reached the kernel, or an exception."""
    if result >= 0:
        return f"allowed: {result}"
    if is_filters(number):
        raise Denied(describe(number))
    if number == errno.ENOSYS:
        # The kernel's own answer where it lacks the call, and the filter's for what it does not know.
        raise Denied("ENOSYS") if PROTECTED else Absent("this kernel lacks it")
    return f"reached the kernel: {describe(number)}"


def height() -> None:
    """The attack is at its height: in a sandbox it stays there until the trial, which looks at the world meanwhile, ends it."""
    data = b"\n@height\n"
    while data:
        data = data[os.write(1, data) :]
    while PROTECTED:
        signal.pause()


def send_raw(data: bytes) -> None:
    """Writes to the tool pipe, past the library that an honest program uses."""
    while data:
        data = data[os.write(3, data) :]


def send_frame(kind: int, payload: bytes) -> None:
    """Writes a frame to the tool pipe, of any type and content (docs/protocol.md)."""
    send_raw(frame(kind, payload))


def frame(kind: int, payload: bytes) -> bytes:
    """A frame as it should be: length, type, payload."""
    return (len(payload) + 1).to_bytes(4, "big") + bytes((kind,)) + payload


def call_frame(number: int, tool: str, arguments: object) -> bytes:
    """The frame of a tool call as it should be."""
    return frame(6, json.dumps({"id": number, "tool": tool, "args": arguments}).encode())


def receive_reply() -> dict[str, Any]:
    """Waits for the next reply to a tool call."""
    length = int.from_bytes(_receive(4), "big")
    reply: dict[str, Any] = json.loads(_receive(length)[1:])
    return reply


def _receive(size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = os.read(4, size - len(data))
        if not piece:
            raise EOFError("the tool pipe has ended")
        data += piece
    return data


def reply_code(reply: dict[str, Any]) -> str:
    """``ok``, or the code of an error that has all that an error has to have."""
    if "ok" in reply:
        return "ok"
    error = reply["error"]
    told = {name: type(value) for name, value in error.items()}
    if told != {"code": str, "message": str, "retryable": bool}:
        return f"an error without structure: {error}"
    return str(error["code"])
