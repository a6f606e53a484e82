"""Builds the sandbox's root: a fresh tmpfs, the allow-listed binds, a bare /dev, a guarded /proc, one limited tmpfs.

The new root is entered first and filled afterwards, with the old one at /.host: so an absolute symlink in the new root
is followed inside it, and no directory of the host is needed to build in.
"""

from __future__ import annotations

import os

from iso_init import linux, mounts
from iso_init.failure import MOUNT, SetupError
from iso_init.linux import MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OLD = "/.host"
STORAGE = "/.storage"
EMPTY = "/.empty"
DEVICES = ("null", "zero", "full", "random", "urandom")
DEVICE_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
# Files of /proc that speak of the host or reach into it, and directories that do.
MASKED_FILES = (
    "kcore keys key-users timer_list sched_debug sysrq-trigger cmdline kallsyms kmsg latency_stats config.gz"
    " interrupts swaps partitions diskstats iomem ioports modules"
).split()
MASKED_DIRECTORIES = ("acpi", "scsi", "bus", "irq", "fs", "driver", "asound")
WORKSPACE = ("pkg", "in", "out", "lib")


def build(spec: dict[str, Any], owner: tuple[int, int]) -> None:
    """``owner`` is the executor, as seen from here."""
    root = spec["root"]
    # Resolved while the host's own root is in force: afterwards a link would lead into the sandbox.
    sources = [os.path.realpath(bind["from"]) for bind in root["binds"]]
    _enter_new_root()
    _proc()
    # Before the binds: an interpreter may live beneath the host's /tmp.
    _storage(spec["storage"], owner)
    for path, target in root.get("symlinks", {}).items():
        _parents(path)
        os.symlink(target, path)
    for bind, source in zip(root["binds"], sources):
        _bind(bind, OLD + source)
    for path, text in root.get("files", {}).items():
        _parents(path)
        _write(path, text)
    _devices()
    linux.unmount(OLD)
    os.rmdir(OLD)
    mounts.restrict("/", mounts.RDONLY | mounts.NOSUID | mounts.NODEV, recursive=False)
    os.chdir("/")


def _enter_new_root() -> None:
    # Nothing that is mounted here may reach the host's namespace, nor the other way round.
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    stage = next(path for path in ("/tmp", "/run", "/mnt", "/var") if os.path.isdir(path))
    linux.mount("root", stage, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=16m,nr_inodes=4096")
    os.chdir(stage)
    os.mkdir(OLD[1:], 0o700)
    linux.pivot_root(".", OLD[1:])
    os.chdir("/")


def _bind(bind: dict[str, Any], source: str) -> None:
    try:
        directory = os.path.isdir(source)
        if not directory:
            os.stat(source)
    except OSError as error:
        if bind.get("optional"):
            return
        raise SetupError(MOUNT, f"bind({bind['from']})", error.errno or 0) from None
    target = bind["to"]
    if not os.path.exists(target):
        _parents(target)
        if directory:
            os.mkdir(target, 0o755)
        else:
            _write(target, "")
    attributes = mounts.NOSUID | mounts.NODEV
    mounts.bind(source, target, attributes | (mounts.RDONLY if bind.get("readOnly", True) else 0))


def _parents(path: str) -> None:
    """Makes what is missing above a path, but only in a tmpfs of ours: never a directory on a bound host tree."""
    parent = os.path.dirname(path)
    if not os.path.isdir(parent):
        _parents(parent)
        os.mkdir(parent, 0o755)
    elif not os.path.lexists(path) and os.stat(parent).st_dev not in _own_devices():
        raise SetupError(MOUNT, f"mkdir({path})", 30, "its parent is bound from the host")


def _own_devices() -> tuple[int, int]:
    return os.stat("/").st_dev, os.stat("/tmp").st_dev


def _write(path: str, text: str) -> None:
    with open(path, "x", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o644)


def _devices() -> None:
    os.makedirs("/dev/shm", 0o755, exist_ok=True)
    for name in DEVICES:
        _write("/dev/" + name, "")
        linux.mount(f"{OLD}/dev/{name}", "/dev/" + name, flags=linux.MS_BIND)
        mounts.restrict("/dev/" + name, mounts.RDONLY | mounts.NOSUID | mounts.NOEXEC)
    for name, target in DEVICE_LINKS.items():
        os.symlink(target, "/dev/" + name)


def _storage(limits: dict[str, int], owner: tuple[int, int]) -> None:
    """One tmpfs holds all that user code may write to, so that one limit holds for all."""
    os.mkdir(STORAGE)
    options = f"mode=0755,size={limits['bytes']},nr_inodes={limits['inodes']}"
    linux.mount("storage", STORAGE, "tmpfs", MS_NOSUID | MS_NODEV, options)
    for name, target, mode in (
        ("workspace", "/workspace", 0o755),
        ("tmp", "/tmp", 0o1777),
        ("shm", "/dev/shm", 0o1777),
    ):
        made = f"{STORAGE}/{name}"
        os.mkdir(made)
        os.chmod(made, mode)
        if name == "workspace":
            for child in WORKSPACE:
                os.mkdir(f"{made}/{child}", 0o755)
                os.chown(f"{made}/{child}", *owner)
        os.chown(made, *owner)
        os.makedirs(target, 0o755, exist_ok=True)
        linux.mount(made, target, flags=linux.MS_BIND)
        mounts.restrict(
            target, mounts.NOSUID | mounts.NODEV | (mounts.NOEXEC if name == "shm" else 0)
        )
    linux.unmount(STORAGE)
    os.rmdir(STORAGE)


def _proc() -> None:
    """Read-only, and blind to processes of others: hidepid=2 hides those that one may not trace (proc(5))."""
    os.makedirs("/proc", 0o555, exist_ok=True)
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    linux.mount("proc", "/proc", "proc", flags | MS_RDONLY, "hidepid=2")
    _write(EMPTY, "")
    for name in MASKED_FILES:
        if os.path.exists("/proc/" + name):
            mounts.bind(EMPTY, "/proc/" + name, flags | MS_RDONLY)
    os.unlink(EMPTY)
    for name in MASKED_DIRECTORIES:
        if os.path.isdir("/proc/" + name):
            linux.mount(
                "mask", "/proc/" + name, "tmpfs", flags | MS_RDONLY, "size=0,nr_inodes=1,mode=0555"
            )
