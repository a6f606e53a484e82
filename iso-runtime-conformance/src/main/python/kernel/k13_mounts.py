"""Mounting, by the old calls and the new ones, and another root: what the sandbox's file system is made of."""

import os

import attack


def change_root() -> str:
    try:
        os.chroot("/")
        return "changed"
    except OSError as error:
        return attack.reached(-1, error.errno or 0)


attack.calls(
    "mount",
    "umount2",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "move_mount",
    "open_tree",
    "mount_setattr",
    "pivot_root",
)
attack.attempt("chroot", change_root)
