"""Entering the namespaces, in the order that decides who owns them.

As root, the mount, network, ipc and uts namespaces are made first and so belong to the host's user namespace: not even
root of the sandbox's user namespace could mount there. An ordinary user must make its user namespace first, since only
there it may make the others.
"""

from __future__ import annotations

import os

from iso_init import linux
from iso_init.failure import SETUP, USER_NAMESPACE, SetupError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SIOCSIFFLAGS, IFF_UP_RUNNING = 0x8914, 0x41


def leave_for_children(spec: dict[str, Any]) -> None:
    """In the helper: its next child is PID 1 of a new namespace."""
    if spec["mode"] == "user":
        uid, gid = os.geteuid(), os.getegid()
        linux.unshare(linux.CLONE_NEWUSER, USER_NAMESPACE, "CLONE_NEWUSER")
        # An unprivileged gid_map wants setgroups denied first (user_namespaces(7), CVE-2014-8989).
        _write_map("/proc/self/setgroups", "deny", USER_NAMESPACE)
        _write_map("/proc/self/gid_map", f"{spec['gid']} {gid} 1", USER_NAMESPACE)
        _write_map("/proc/self/uid_map", f"{spec['uid']} {uid} 1", USER_NAMESPACE)
    linux.unshare(linux.CLONE_NEWPID, SETUP, "CLONE_NEWPID")


def enter(spec: dict[str, Any]) -> None:
    """In PID 1, before the root is built."""
    for flag, name in (
        (linux.CLONE_NEWNS, "CLONE_NEWNS"),
        (linux.CLONE_NEWNET, "CLONE_NEWNET"),
        (linux.CLONE_NEWIPC, "CLONE_NEWIPC"),
        (linux.CLONE_NEWUTS, "CLONE_NEWUTS"),
    ):
        linux.unshare(flag, SETUP, name)
    linux.set_hostname(spec.get("hostname", "sandbox"))
    _loopback_up()


def enter_user() -> None:
    """In PID 1 as root, after the root is built; the helper then writes the maps."""
    linux.unshare(linux.CLONE_NEWUSER, USER_NAMESPACE, "CLONE_NEWUSER")


def map_ids(pid: int, spec: dict[str, Any]) -> None:
    """In the helper as root: init is uid 0, the executor a uid of its own, both without meaning on the host."""
    init, executor = spec["hostUids"]["init"], spec["hostUids"]["executor"]
    _write_map(f"/proc/{pid}/uid_map", f"0 {init} 1\n{spec['uid']} {executor} 1")
    _write_map(f"/proc/{pid}/gid_map", f"0 {init} 1\n{spec['gid']} {executor} 1")


def enter_cgroup() -> None:
    """In the executor, once it is in its cgroup, which becomes the root that it sees."""
    if os.path.exists("/proc/self/ns/cgroup"):
        linux.unshare(linux.CLONE_NEWCGROUP, SETUP, "CLONE_NEWCGROUP")


def _write_map(path: str, text: str, code: str = SETUP) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.write(descriptor, text.encode("ascii"))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SetupError(code, path, error.errno or 0) from None


def _loopback_up() -> None:
    import fcntl

    import _socket

    control = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    try:
        request = b"lo".ljust(16, b"\0") + IFF_UP_RUNNING.to_bytes(2, "little") + bytes(22)
        fcntl.ioctl(control.fileno(), SIOCSIFFLAGS, request)
    except OSError as error:
        raise SetupError(SETUP, "ioctl(SIOCSIFFLAGS, lo)", error.errno or 0) from None
    finally:
        control.close()
