"""The few system calls that Python's standard library lacks, each raising SetupError with the call's own name."""

from __future__ import annotations

import os

import _ctypes

from iso_init import syscalls_aarch64, syscalls_x86_64
from iso_init.failure import SETUP, SetupError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 24, 38, 39, 47
PR_CAP_AMBIENT_IS_SET, PR_CAP_AMBIENT_CLEAR_ALL = 1, 4

# The machinery below ctypes: ctypes itself declares its whole world when it is imported, which takes 4 ms.
_native: Any = _ctypes
FUNCFLAG_CDECL, FUNCFLAG_USE_ERRNO = 1, 8
_Long: Any = type("_Long", (_native._SimpleCData,), {"_type_": "l"})
_Text: Any = type("_Text", (_native._SimpleCData,), {"_type_": "z"})
_Function: Any = type(
    "_Function",
    (_native.CFuncPtr,),
    {"_flags_": FUNCFLAG_CDECL | FUNCFLAG_USE_ERRNO, "_restype_": _Long},
)
_syscall: Any = _Function(_native.dlsym(_native.dlopen(None, 0), "syscall"))

MACHINE = os.uname().machine
TABLES = {"x86_64": syscalls_x86_64, "aarch64": syscalls_aarch64}


def number(name: str) -> int:
    """The number of a system call here, or -1, which the kernel answers with ENOSYS."""
    table = TABLES.get(MACHINE)
    numbers: dict[str, int] = table.NUMBERS if table else {}
    return numbers.get(name, -1)


def _call(name: str, *arguments: int | bytes | None) -> int:
    """syscall(2): an int is passed as long, bytes as the address of a zero-terminated copy, None as null."""
    return int(
        _syscall(
            _Long(number(name)),
            *(_Long(value) if isinstance(value, int) else value for value in arguments),
        )
    )


def _errno() -> int:
    return int(_native.get_errno())


def syscall_errno(name: str, *arguments: int | bytes | None) -> int:
    """Makes a call and tells its errno, 0 if it did not fail."""
    _native.set_errno(0)
    return _errno() if _call(name, *arguments) == -1 else 0


def _check(result: int, code: str, step: str) -> int:
    if result == -1:
        raise SetupError(code, step, _errno())
    return result


def unshare(flags: int, code: str, step: str) -> None:
    _check(_call("unshare", flags), code, f"unshare({step})")


def prctl(option: int, value: int = 0, third: int = 0) -> int:
    """Returns -1 on failure: some options do not exist on every kernel."""
    return _call("prctl", option, value, third, 0, 0)


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    result = _call(
        "mount",
        os.fsencode(source),
        os.fsencode(target),
        os.fsencode(kind) or None,
        flags,
        os.fsencode(data) or None,
    )
    _check(result, SETUP, f"mount({kind or source} on {target})")


def unmount(target: str) -> None:
    _check(_call("umount2", os.fsencode(target), MNT_DETACH), SETUP, f"umount2({target})")


def pivot_root(new: str, old: str) -> None:
    _check(_call("pivot_root", os.fsencode(new), os.fsencode(old)), SETUP, "pivot_root")


def mount_setattr(target: str, attributes: int, recursive: bool) -> int:
    """Sets attributes on a mount, or on all below it too (Linux 5.12, mount_setattr(2)); tells the errno."""
    structure = attributes.to_bytes(8, "little") + bytes(24)
    flags = AT_RECURSIVE if recursive else 0
    return syscall_errno(
        "mount_setattr", AT_FDCWD, os.fsencode(target), flags, structure, len(structure)
    )


def set_hostname(name: str) -> None:
    encoded = name.encode("utf-8")
    _check(_call("sethostname", encoded, len(encoded)), SETUP, "sethostname")


def capset(effective: int, permitted: int) -> int:
    """Sets the thread's capability sets, inheritable empty (capset(2), version 3 of the structure)."""
    low, high = 0xFFFFFFFF, 32
    sets = (effective & low, permitted & low, 0, effective >> high, permitted >> high, 0)
    header = (0x20080522).to_bytes(4, "little") + bytes(4)
    return _call("capset", header, b"".join(part.to_bytes(4, "little") for part in sets))


def set_seccomp_filter(program: bytes) -> int:
    """Installs a classic BPF filter on the only thread (prctl(2), PR_SET_SECCOMP); tells the errno."""
    pr_set_seccomp, mode_filter = 22, 2
    address = _Text(program)  # a char pointer, whose own bytes are the address
    # struct sock_fprog: a length in instructions, padding, the address.
    fprog = (len(program) // 8).to_bytes(2, "little") + bytes(6) + bytes(address)
    return syscall_errno("prctl", pr_set_seccomp, mode_filter, fprog, 0, 0)
