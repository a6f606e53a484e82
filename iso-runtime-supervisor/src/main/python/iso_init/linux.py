"""The few system calls that Python's standard library lacks, each raising SetupError with the call's own name."""

from __future__ import annotations

import ctypes
import os

from iso_init import syscalls_aarch64, syscalls_x86_64
from iso_init.failure import SETUP, SetupError

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x20, 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000

PR_SET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE = 1, 3, 4
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 24, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

MACHINE = os.uname().machine
TABLES = {"x86_64": syscalls_x86_64, "aarch64": syscalls_aarch64}


def number(name: str) -> int:
    """The number of a system call here, or -1, which the kernel answers with ENOSYS."""
    table = TABLES.get(MACHINE)
    numbers: dict[str, int] = table.NUMBERS if table else {}
    return numbers.get(name, -1)


def syscall_errno(name: str, *arguments: int) -> int:
    """Makes a call that is expected to fail and tells its errno, 0 if it did not."""
    ctypes.set_errno(0)
    result = _libc.syscall(ctypes.c_long(number(name)), *map(ctypes.c_long, arguments))
    return ctypes.get_errno() if result == -1 else 0


def _check(result: int, code: str, step: str) -> int:
    if result == -1:
        raise SetupError(code, step, ctypes.get_errno())
    return result


def unshare(flags: int, code: str, step: str) -> None:
    _check(_libc.unshare(ctypes.c_int(flags)), code, f"unshare({step})")


def prctl(option: int, value: int = 0, third: int = 0) -> int:
    """Returns -1 on failure: some options do not exist on every kernel."""
    as_long = ctypes.c_ulong
    return int(
        _libc.prctl(ctypes.c_int(option), as_long(value), as_long(third), as_long(0), as_long(0))
    )


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    result = _libc.mount(
        os.fsencode(source),
        os.fsencode(target),
        os.fsencode(kind) or None,
        ctypes.c_ulong(flags),
        os.fsencode(data) or None,
    )
    _check(result, SETUP, f"mount({kind or source} on {target})")


def unmount(target: str) -> None:
    _check(_libc.umount2(os.fsencode(target), MNT_DETACH), SETUP, f"umount2({target})")


def pivot_root(new: str, old: str) -> None:
    new_root, put_old = os.fsencode(new), os.fsencode(old)
    result = _libc.syscall(ctypes.c_long(number("pivot_root")), new_root, put_old)
    _check(result, SETUP, "pivot_root")


def mount_setattr(target: str, attributes: int, recursive: bool) -> int:
    """Sets attributes on a mount, or on all below it too (Linux 5.12, mount_setattr(2)); tells the errno."""
    buffer = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    result = _libc.syscall(
        ctypes.c_long(number("mount_setattr")),
        ctypes.c_int(AT_FDCWD),
        os.fsencode(target),
        ctypes.c_uint(AT_RECURSIVE if recursive else 0),
        buffer,
        ctypes.c_size_t(ctypes.sizeof(buffer)),
    )
    return ctypes.get_errno() if result == -1 else 0


def set_hostname(name: str) -> None:
    encoded = name.encode("utf-8")
    _check(_libc.sethostname(encoded, ctypes.c_size_t(len(encoded))), SETUP, "sethostname")


def capset(effective: int, permitted: int) -> int:
    """Sets the thread's capability sets, inheritable empty (capset(2), version 3 of the structure)."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    low, high = 0xFFFFFFFF, 32
    data = (ctypes.c_uint32 * 6)(
        effective & low, permitted & low, 0, effective >> high, permitted >> high, 0
    )
    return int(_libc.syscall(ctypes.c_long(number("capset")), header, data))


def set_seccomp_filter(program: bytes) -> int:
    """Installs a classic BPF filter on the only thread (prctl(2), PR_SET_SECCOMP); tells the errno."""

    class Fprog(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]

    fprog = Fprog(len(program) // 8, program)
    pr_set_seccomp, mode_filter = 22, 2
    zero = ctypes.c_ulong(0)
    mode = ctypes.c_ulong(mode_filter)
    result = _libc.prctl(ctypes.c_int(pr_set_seccomp), mode, ctypes.byref(fprog), zero, zero)
    return ctypes.get_errno() if result == -1 else 0
