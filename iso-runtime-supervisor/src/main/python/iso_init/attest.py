"""What is in force, as the kernel tells it: gathered from /proc/self, never from what was asked for."""

from __future__ import annotations

import os
import sys

from iso_init import gauges, linux, mounts, seccomp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def executor(cgroups: list[str], internet: bool) -> dict[str, Any]:
    """The executor's facts, after it has dropped all and installed both filters."""
    import resource

    facts = _credentials()
    facts["probes"] = seccomp.probe(internet)
    facts["namespaces"] = {
        name: os.readlink("/proc/self/ns/" + name) for name in os.listdir("/proc/self/ns")
    }
    facts["mounts"] = mounts.mountinfo()
    facts["interfaces"] = _interfaces()
    facts["rlimits"] = {
        name[len("RLIMIT_") :]: list(resource.getrlimit(getattr(resource, name)))
        for name in dir(resource)
        if name.startswith("RLIMIT_") and name != "RLIMIT_OFILE"
    }
    facts["fds"] = _descriptors()
    facts["environ"] = sorted(set(os.environ) | _initial_environ())
    facts["cgroups"] = cgroups
    facts["uidMap"] = _uid_map()
    facts["kernel"] = os.uname().release
    facts["writableProc"] = _writable_proc()
    return facts


def init() -> dict[str, Any]:
    facts = _credentials()
    facts["limits"] = gauges.limits()
    facts["pid"] = os.getpid()
    facts["dumpable"] = linux.prctl(linux.PR_GET_DUMPABLE)
    return facts


def python() -> dict[str, str]:
    return {"version": sys.version.split()[0], "executable": sys.executable}


def own_cgroups() -> list[str]:
    """As seen from outside: read before the executor enters its cgroup namespace."""
    with open("/proc/self/cgroup") as lines:
        return lines.read().splitlines()


def _credentials() -> dict[str, Any]:
    status = {}
    with open("/proc/self/status", encoding="ascii", errors="replace") as lines:
        for line in lines:
            name, _, value = line.partition(":")
            status[name] = value.strip()
    return {
        "uid": [int(part) for part in status["Uid"].split()],
        "gid": [int(part) for part in status["Gid"].split()],
        "groups": [int(part) for part in status["Groups"].split()],
        "caps": {
            kind.lower(): format(
                int(status["Cap" + kind], 16) if "Cap" + kind in status else _ambient(), "x"
            )
            for kind in ("Eff", "Prm", "Inh", "Bnd", "Amb")
        },
        "noNewPrivs": linux.prctl(linux.PR_GET_NO_NEW_PRIVS),
        "seccompMode": int(status.get("Seccomp", -1)),
        "seccompFilters": int(status.get("Seccomp_filters", -1)),
        "threads": int(status["Threads"]),
    }


def _ambient() -> int:
    """Bit by bit: a kernel without an ambient set (gVisor) does not list it either."""
    return sum(
        1 << capability
        for capability in range(64)
        if linux.prctl(linux.PR_CAP_AMBIENT, linux.PR_CAP_AMBIENT_IS_SET, capability) == 1
    )


def _uid_map() -> list[list[int]]:
    """Lines of first id inside, first id outside, count (user_namespaces(7))."""
    with open("/proc/self/uid_map") as lines:
        return [[int(field) for field in line.split()] for line in lines]


def _writable_proc() -> list[str]:
    """What user code could write to in /proc beside its own processes' files, such as the triggers of /proc/pressure."""
    found = []
    for name in os.listdir("/proc"):
        path = "/proc/" + name
        # These are the program's own; of what lies in sys, the kernel lets root alone write.
        if name.isdigit() or name in ("self", "thread-self", "net", "mounts", "sys"):
            continue
        paths = [f"{path}/{below}" for below in _entries(path)] or [path]
        found += [path for path in paths if os.access(path, os.W_OK) and not _is_null(path)]
    return sorted(found)


def _is_null(path: str) -> bool:
    """An engine masks a file with the null device."""
    return os.stat(path).st_rdev == os.makedev(1, 3)


def _entries(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError:
        return []


def _interfaces() -> list[str]:
    with open("/proc/self/net/dev") as lines:
        return [line.partition(":")[0].strip() for line in lines if ":" in line]


def _descriptors() -> list[int]:
    listing = os.open("/proc/self/fd", os.O_RDONLY | os.O_DIRECTORY)
    try:
        # listdir works on a duplicate of ours; both are gone when user code starts.
        names = {int(name) for name in os.listdir(listing)}
        return sorted(fd for fd in names - {listing} if _still_open(fd))
    finally:
        os.close(listing)


def _still_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
        return True
    except OSError:
        return False


def _initial_environ() -> set[str]:
    """What execve left in memory, whatever os.environ says now."""
    with open("/proc/self/environ", "rb") as file:
        pairs = file.read().split(b"\0")
    return {
        pair.partition(b"=")[0].decode("utf-8", "backslashreplace")
        for pair in pairs
        if pair.strip()
    }
