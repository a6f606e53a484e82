"""What the executor gives up before user code: descriptors, limits, environment, identity, capabilities, system calls."""

from __future__ import annotations

import os

from iso_init import caps, linux, seccomp, signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CALLS, REPLIES = 3, 4
PARKED = 64


def keep_only_descriptors(pipes: tuple[int, int, int, int]) -> None:
    """0 is /dev/null, 1 and 2 go on to child processes, 3 and 4 do not; nothing else stays open."""
    import fcntl

    os.setsid()
    null = os.open("/dev/null", os.O_RDWR)
    sources = [fcntl.fcntl(fd, fcntl.F_DUPFD, PARKED) for fd in (null, *pipes)]
    for target, source in enumerate(sources):
        os.dup2(source, target, inheritable=target < CALLS)
    for name in os.listdir("/proc/self/fd"):
        if int(name) > REPLIES:
            try:
                os.close(int(name))
            except OSError:
                pass  # the listing's own


def limit(spec: dict[str, Any]) -> None:
    import resource

    for name, (soft, hard) in spec.get("rlimits", {}).items():
        try:
            resource.setrlimit(getattr(resource, "RLIMIT_" + name), (soft, hard))
        except (ValueError, OSError):
            pass  # gVisor knows some and can't set them: what is in force is attested, and the supervisor decides
    os.umask(0o022)
    os.environ.clear()
    os.environ.update(spec["environ"])
    signals.restore_defaults()


def drop_privileges(spec: dict[str, Any]) -> None:
    caps.drop_bounding(0)
    caps.become(spec["uid"], spec["gid"])
    caps.keep_only(0)
    caps.no_new_privileges()
    # Not dumpable as a child of init, it could not open its own /proc/self (proc(5)).
    linux.prctl(linux.PR_SET_DUMPABLE, 1)
    seccomp.install(spec.get("internet", True))
