"""Why a sandbox could not be built: a code, the step, the errno and what the operator can do about it."""

from __future__ import annotations

import os

NAMESPACE = "ISO-SANDBOX-NAMESPACE"
MAPPING = "ISO-SANDBOX-MAPPING"
ROOT = "ISO-SANDBOX-ROOT"
CGROUP = "ISO-SANDBOX-CGROUP"
PRIVILEGES = "ISO-SANDBOX-PRIVILEGES"
SECCOMP = "ISO-SANDBOX-SECCOMP"
EXECUTOR = "ISO-SANDBOX-EXECUTOR"
LAUNCH = "ISO-SANDBOX-LAUNCH"

EPERM, ENOENT, EACCES, EINVAL, ENOSPC, ENOSYS, EROFS = 1, 2, 13, 22, 28, 38, 30

# (code, errno) -> remedy; errno 0 stands for any other.
REMEDIES = {
    (NAMESPACE, EPERM): (
        "Run the JVM as root or let ordinary users make user namespaces: sysctl kernel.unprivileged_userns_clone=1,"
        " on Ubuntu 24.04 also kernel.apparmor_restrict_unprivileged_userns=0 or an AppArmor profile that grants"
        " userns; inside a container the engine's seccomp profile must allow unshare."
    ),
    (NAMESPACE, ENOSPC): "Raise the sysctl user.max_*_namespaces: the limit is reached or 0.",
    (NAMESPACE, EINVAL): "The kernel is built without this namespace (CONFIG_*_NS): use another kernel.",
    (NAMESPACE, 0): "Check that the kernel has this namespace (ls /proc/self/ns).",
    (MAPPING, 0): "The host uids of the profile must be free and, for an ordinary user, its own uid only.",
    (ROOT, ENOENT): "The path of the profile does not exist on this host: drop it or mark it optional.",
    (ROOT, EPERM): (
        "Inside a container, mounting proc needs an unmasked /proc (docker: --security-opt systempaths=unconfined)"
        " and an AppArmor profile that allows mount."
    ),
    (ROOT, 0): "Check the binds of the profile against this host.",
    (CGROUP, 0): "The supervisor's cgroup directories must exist and be writable for the helper.",
    (SECCOMP, 0): "The kernel needs CONFIG_SECCOMP_FILTER and an x86_64 or aarch64 interpreter.",
    (PRIVILEGES, 0): "The helper must run as root, or in its own user namespace, to drop privileges.",
    (EXECUTOR, 0): "See the standard error of the helper; the executor ended before it had attested.",
    (LAUNCH, 0): "See the standard error of the helper.",
}


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
        remedy = REMEDIES.get((self.code, self.errno)) or REMEDIES[(self.code, 0)]
        return f"{self.step}: {cause}. The sandbox was not built, no user code ran. {remedy}"

    def facts(self) -> dict[str, object]:
        return {
            "code": self.code,
            "step": self.step,
            "errno": self.errno,
            "message": self.message(),
            "detail": self.detail,
        }


def unexpected(error: BaseException) -> SetupError:
    """Anything else that went wrong while the sandbox was built."""
    if isinstance(error, SetupError):
        return error
    errno = error.errno or 0 if isinstance(error, OSError) else 0
    return SetupError(LAUNCH, type(error).__name__, errno, str(error))
