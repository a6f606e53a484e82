"""Why a sandbox could not be built: a code, the step, the errno and what the operator can do about it."""

from __future__ import annotations

import os

# Stable codes, listed with their meaning by the supervisor's ErrorCode.
USER_NAMESPACE = "ISO-USER-NAMESPACES-BLOCKED"
CGROUP = "ISO-CGROUPS-UNAVAILABLE"
MOUNT = "ISO-MOUNT-REFUSED"
SETUP = "ISO-SANDBOX-SETUP-FAILED"
IMAGE = "ISO-IMAGE-INCOMPATIBLE"

EPERM, EINVAL, ENOSPC = 1, 22, 28

# (code or step, errno) -> remedy; errno 0 stands for any other.
REMEDIES = {
    (USER_NAMESPACE, 0): (
        "run the JVM as root, or let ordinary users make user namespaces (sysctl user.max_user_namespaces above 0,"
        " kernel.unprivileged_userns_clone=1, on Ubuntu 24.04 kernel.apparmor_restrict_unprivileged_userns=0);"
        " inside a container the engine's seccomp profile must allow unshare"
    ),
    ("unshare", EPERM): "run the JVM as root, or let the container's seccomp profile allow unshare",
    ("unshare", ENOSPC): "raise the sysctl user.max_*_namespaces, whose limit is reached",
    ("unshare", EINVAL): "use a kernel with this namespace (ls /proc/self/ns)",
    ("mount", EPERM): (
        "inside a container, mounting proc needs an unmasked /proc (--security-opt systempaths=unconfined) and an"
        " AppArmor profile that allows mount"
    ),
    ("/proc", EPERM): "inside a container, leave it the capabilities SETUID and SETGID",
    (
        MOUNT,
        0,
    ): "drop this path from the profile; the helper must be able to read it",
    (IMAGE, 0): "build the image from this version of the library",
    (CGROUP, 0): "the supervisor's cgroup directories must exist and be writable for the helper",
    ("prctl", 0): "use a kernel with CONFIG_SECCOMP_FILTER and an x86_64 or aarch64 interpreter",
}
DEFAULT_REMEDY = "see the standard error of the helper"


class SetupError(Exception):
    """A step of building the sandbox failed; ends up as a FAILED frame."""

    def __init__(self, code: str, step: str, errno: int = 0, detail: str = "") -> None:
        super().__init__(step)
        self.code = code
        self.step = step
        self.errno = errno
        self.detail = detail

    def message(self) -> str:
        cause = self.detail or (os.strerror(self.errno) if self.errno else "failed")
        return f"{self.step}: {cause}"

    def remedy(self) -> str:
        for errno in (self.errno, 0):
            for (about, expected), remedy in REMEDIES.items():
                if expected == errno and (about == self.code or self.step.startswith(about)):
                    return remedy
        return DEFAULT_REMEDY

    def facts(self) -> dict[str, object]:
        return {
            "code": self.code,
            "step": self.step,
            "errno": self.errno,
            "message": self.message(),
            "remedy": self.remedy(),
            "detail": self.detail,
        }


def unexpected(error: BaseException) -> SetupError:
    """Anything else that went wrong while the sandbox was built."""
    if isinstance(error, SetupError):
        return error
    errno = error.errno or 0 if isinstance(error, OSError) else 0
    return SetupError(SETUP, type(error).__name__, errno, str(error))
