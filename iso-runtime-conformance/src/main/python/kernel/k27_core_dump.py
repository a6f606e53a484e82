"""A crash makes the kernel run the host's own helper, as root, where core_pattern begins with a pipe.

It does so even if core files are limited to 0 bytes; a limit of exactly 1 is the one that it respects (core(5)). So
that limit must be in force, and must stay.
"""

import ctypes
import os
import resource
import signal

import attack

OFF = 1


def limits() -> str:
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if (soft, hard) == (OFF, OFF):
        raise attack.Denied("both limits are 1")
    return f"the limits are {soft} and {hard}"


def lowered(call: str) -> str:
    """To 0, with the hard limit left as it is; without a sandbox put back at once."""
    kept = resource.getrlimit(resource.RLIMIT_CORE)
    limit = (ctypes.c_ulong * 2)(0, ctypes.c_ulong(kept[1]).value)
    try:
        if call == "setrlimit":
            return attack.syscall(call, resource.RLIMIT_CORE, limit)
        return attack.syscall(call, 0, resource.RLIMIT_CORE, limit, None)
    finally:
        if not attack.PROTECTED:
            resource.setrlimit(resource.RLIMIT_CORE, kept)


def crash() -> str:
    """The kernel tells a dumper's parent whether something was dumped, into a file or a pipe."""
    if not attack.PROTECTED:
        with open("/proc/sys/kernel/core_pattern") as file:
            pattern = file.read()
        if pattern.startswith("|"):
            raise attack.Absent("the host's helper would run")
        if "/" in pattern:
            raise attack.Absent("the core file would be left on the host")
    child = os.fork()
    if child == 0:
        try:
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        except (OSError, ValueError):
            pass
        os.kill(os.getpid(), signal.SIGABRT)
    status = os.waitpid(child, 0)[1]
    files = [name for name in os.listdir(".") if name.startswith("core")]
    for name in files:
        os.unlink(name)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"it did not crash: {status}")
    return f"dumped {files}" if os.WCOREDUMP(status) or files else ""


attack.attempt("limits", limits)
attack.attempt("setrlimit", lambda: lowered("setrlimit"))
attack.attempt("prlimit64", lambda: lowered("prlimit64"))
attack.attempt("crash", crash)
