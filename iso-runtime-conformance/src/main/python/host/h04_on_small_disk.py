"""Runs a command where the directory `disk` is a disk of a megabyte, and tells what is on it afterwards.

The disk is a tmpfs in a mount namespace of this process's own, so that nobody else sees it. An ordinary user gets the
right to mount by a user namespace, in which he stays who he is.
"""

import ctypes
import json
import os
import subprocess
import sys

import attack

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MS_REC_PRIVATE = 0x4000 | 1 << 18

libc = ctypes.CDLL(None, use_errno=True)


def do(result: int, what: str) -> None:
    if result != 0:
        raise SystemExit(f"{what}: {attack.describe(ctypes.get_errno())}")


uid, gid = os.getuid(), os.getgid()
if uid == 0:
    do(libc.unshare(CLONE_NEWNS), "unshare")
else:
    do(libc.unshare(CLONE_NEWNS | CLONE_NEWUSER), "unshare")
    for name, text in [
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ]:
        with open(f"/proc/self/{name}", "w") as out:
            out.write(text)
disk = attack.PARAMETERS["disk"]
do(libc.mount(b"none", b"/", None, MS_REC_PRIVATE, None), "mount")
do(libc.mount(b"tmpfs", disk.encode(), b"tmpfs", 0, b"size=1m,nr_inodes=200,mode=700"), "mount")
if attack.PARAMETERS["full"]:
    try:
        for number in range(10_000):
            with open(os.path.join(disk, f"filler-{number}"), "wb") as file:
                file.write(bytes(4096))
    except OSError as error:
        print("the disk is full:", attack.describe(error.errno), flush=True)

subprocess.run(sys.argv[1:])

for directory, _, names in os.walk(disk):
    for name in names:
        path = os.path.join(directory, name)
        print("left:", os.path.relpath(path, disk), os.path.getsize(path))
        if name.endswith(".json"):
            with open(path) as record:
                json.load(record)
