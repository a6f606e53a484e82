"""What the kernel counts and limits for all processes of the sandbox together, read from inside: version 1 and 2.

In a container the supervisor may be on another machine, or in another container, and cannot read the cgroup itself.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROOT = "/sys/fs/cgroup"
UNLIMITED = 1 << 60  # version 1 says "no limit" with the largest number of pages


def limits(root: str = ROOT) -> dict[str, int]:
    """The limits in force; one that is absent is not there."""
    found = {
        "memoryBytes": _first(root, "memory.max", "memory/memory.limit_in_bytes"),
        "memoryAndSwapBytes": _number(root, "memory/memory.memsw.limit_in_bytes"),
        "swapBytes": _number(root, "memory.swap.max"),
        "swappiness": _number(root, "memory/memory.swappiness"),
        "tcpBytes": _number(root, "memory/memory.kmem.tcp.limit_in_bytes"),
        "processes": _first(root, "pids.max", "pids/pids.max"),
        "milliCpus": _milli_cpus(root),
    }
    return {name: value for name, value in found.items() if value is not None and value < UNLIMITED}


def usage(root: str = ROOT) -> dict[str, int]:
    """What was used so far; what is not counted is not there."""
    nanos = _number(root, "cpuacct/cpuacct.usage")
    micros = nanos // 1000 if nanos is not None else _keyed(root, "cpu.stat", "usage_usec")
    peak = _first(root, "memory.peak", "memory/memory.max_usage_in_bytes")
    kills = _keyed(root, "memory.events", "oom_kill")
    if kills is None:
        kills = _keyed(root, "memory/memory.oom_control", "oom_kill")
    denied = _keyed(root, "pids.events", "max")
    if denied is None:
        denied = _keyed(root, "pids/pids.events", "max")
    found = {
        "cpuMicros": micros,
        "peakMemoryBytes": peak,
        "outOfMemoryKills": kills,
        "deniedForks": denied,
    }
    return {name: value for name, value in found.items() if value is not None}


def _milli_cpus(root: str) -> int | None:
    text = _text(root, "cpu.max")
    if text is not None:
        quota, _, period = text.partition(" ")
        return None if quota == "max" else int(quota) * 1000 // int(period)
    limit, length = _number(root, "cpu/cpu.cfs_quota_us"), _number(root, "cpu/cpu.cfs_period_us")
    return limit * 1000 // length if limit is not None and length else None


def _first(root: str, *names: str) -> int | None:
    for name in names:
        value = _number(root, name)
        if value is not None:
            return value
    return None


def _number(root: str, name: str) -> int | None:
    """None for "max", for -1, and where there is no such file."""
    text = _text(root, name)
    return int(text) if text is not None and text.isdigit() else None


def _keyed(root: str, name: str, key: str) -> int | None:
    for line in (_text(root, name) or "").splitlines():
        word, _, value = line.partition(" ")
        if word == key and value.isdigit():
            return int(value)
    return None


def _text(root: str, name: str) -> str | None:
    try:
        with open(f"{root}/{name}", encoding="ascii") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return None


def told(sent: dict[str, Any], found: dict[str, Any]) -> bool:
    """Whether the supervisor has to know of it at once: something was killed or refused, or CPU time went by."""
    return any(
        found.get(name, 0) - sent.get(name, 0) >= step
        for name, step in (("outOfMemoryKills", 1), ("deniedForks", 1), ("cpuMicros", 50_000))
    )
