"""Dropping privileges for good: ids, capabilities in every set, and the right to gain any by execve."""

from __future__ import annotations

import os

from iso_init import linux
from iso_init.failure import SETUP, SetupError

KILL, SETGID, SETUID = 5, 6, 7
INIT = 1 << KILL | 1 << SETGID | 1 << SETUID


def become(uid: int, gid: int) -> None:
    """Takes the ids, all four of each. Supplementary groups go too, unless the user namespace denies setgroups."""
    try:
        os.setgroups([])
    except PermissionError:
        pass  # an ordinary user's namespace; the groups are attested and the supervisor decides
    try:
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    except OSError as error:
        raise SetupError(SETUP, f"setresuid({uid})", error.errno or 0) from None


def drop_bounding(kept: int) -> None:
    """Takes all but these out of the bounding set; needs SETPCAP, so it comes before any change of the uid."""
    for capability in range(64):
        if not kept >> capability & 1 and linux.prctl(linux.PR_CAPBSET_DROP, capability) == -1:
            break  # past the kernel's last capability, or not permitted: attestation tells which


def keep_only(capabilities: int) -> None:
    """Leaves exactly these in effective and permitted set, and none in inheritable and ambient."""
    linux.prctl(linux.PR_CAP_AMBIENT, linux.PR_CAP_AMBIENT_CLEAR_ALL)
    if linux.capset(capabilities, capabilities) == -1:
        raise SetupError(SETUP, "capset")


def no_new_privileges() -> None:
    if linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1) == -1:
        raise SetupError(SETUP, "prctl(PR_SET_NO_NEW_PRIVS)")
