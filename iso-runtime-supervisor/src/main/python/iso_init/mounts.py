"""Bind mounts with their flags, and what /proc/self/mountinfo says about the result."""

from __future__ import annotations

import os

from iso_init import linux
from iso_init.failure import SETUP, SetupError

RDONLY, NOSUID, NODEV, NOEXEC = 1, 2, 4, 8  # MOUNT_ATTR_* and MS_* have the same values
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FLAG_OPTIONS = {
    "ro": 1,
    "nosuid": 2,
    "nodev": 4,
    "noexec": 8,
    "noatime": 1024,
    "nodiratime": 2048,
    "relatime": 1 << 21,
}
ENOSYS = 38


def bind(source: str, target: str, attributes: int) -> None:
    """Binds a tree and sets attributes on every mount in it."""
    linux.mount(source, target, flags=linux.MS_BIND | linux.MS_REC)
    restrict(target, attributes)


def restrict(target: str, attributes: int, recursive: bool = True) -> None:
    errno = linux.mount_setattr(target, attributes, recursive)
    if errno == ENOSYS:
        _remount_each(os.path.realpath(target), attributes, recursive)
    elif errno:
        raise SetupError(SETUP, f"mount_setattr({target})", errno)


def _remount_each(target: str, attributes: int, recursive: bool) -> None:
    """Before Linux 5.12. A remount replaces all flags, so each mount's own are kept: some are locked (mount(2))."""
    entries = mountinfo()
    # The last one at a place hides the earlier; what is mounted on those cannot be named any more.
    top = [entry for entry in entries if entry["at"] == target][-1]
    tree = {top["id"]}
    for entry in entries:
        if entry is top or (recursive and entry["parent"] in tree):
            tree.add(entry["id"])
            kept = sum(FLAG_OPTIONS.get(option, 0) for option in entry["options"])
            flags = linux.MS_BIND | linux.MS_REMOUNT | kept | attributes
            linux.mount("none", entry["at"], flags=flags)


def mountinfo() -> list[dict[str, Any]]:
    """See proc_pid_mountinfo(5): id parent device root at options [tags] - type source super."""
    entries: list[dict[str, Any]] = []
    with open("/proc/self/mountinfo", encoding="utf-8", errors="backslashreplace") as lines:
        for line in lines:
            mount, _, filesystem = line.rstrip("\n").partition(" - ")
            fields, kind = mount.split(" "), filesystem.split(" ")
            entries.append(
                {
                    "id": int(fields[0]),
                    "parent": int(fields[1]),
                    "device": fields[2],
                    "at": _unescaped(fields[4]),
                    "type": kind[0],
                    "options": fields[5].split(","),
                    "super": kind[2].split(","),
                }
            )
    return entries


def _unescaped(path: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        path = path.replace(code, character)
    return path
