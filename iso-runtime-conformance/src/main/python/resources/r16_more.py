"""Takes more than it was given: higher limits, a better priority, a place in another cgroup, another user's name."""

import ctypes
import os
import resource

import attack

libc = ctypes.CDLL(None, use_errno=True)
LIMITS = ("NOFILE", "FSIZE", "AS", "NPROC", "MEMLOCK", "SIGPENDING", "MSGQUEUE")
LOW = 1 << 20
CGROUPS = ("", "/pids", "/memory", "/cpu", "/unified", "/systemd")


def raise_limit(name: str) -> str:
    """Where there is none, it is set first: nobody may raise what was set."""
    kind = getattr(resource, "RLIMIT_" + name)
    hard = resource.getrlimit(kind)[1]
    if hard == resource.RLIM_INFINITY:
        hard = LOW << 20
        set_limit(kind, hard, hard)
    set_limit(kind, hard, hard + 1)
    return f"from {hard} to {resource.getrlimit(kind)[1]}"


def lower_core() -> str:
    """Core files are the filter's matter: 0 would let a helper of the host run (core(5))."""
    try:
        set_limit(resource.RLIMIT_CORE, 0, resource.getrlimit(resource.RLIMIT_CORE)[1])
        return "it was set"
    except OSError as error:
        return attack.reached(-1, error.errno or 0)


def set_limit(kind: int, soft: int, hard: int) -> None:
    """Python's own way hides the errno."""
    limits = (ctypes.c_ulong * 2)(soft, hard)
    if libc.setrlimit(kind, limits):
        raise OSError(ctypes.get_errno(), "setrlimit")


def renice() -> str:
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -5)
        return str(os.getpriority(os.PRIO_PROCESS, 0))
    except OSError as error:
        return attack.reached(-1, error.errno or 0)


def real_time() -> str:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return "SCHED_FIFO"


def move() -> str:
    """To the root of the hierarchy, where nothing is limited."""
    failure: OSError | None = None
    for controller in CGROUPS:
        try:
            with open(f"/sys/fs/cgroup{controller}/cgroup.procs", "w", encoding="ascii") as file:
                file.write(str(os.getpid()))
            return f"to the root of /sys/fs/cgroup{controller}"
        except OSError as error:
            failure = error
    raise failure or attack.Absent("no cgroup")


def another_user() -> str:
    """In a child. In a sandbox user 0 may be init's."""
    wanted = 0 if os.geteuid() else 65534
    child = os.fork()
    if child == 0:
        try:
            os.setresuid(wanted, wanted, wanted)
            os._exit(0)
        except OSError as error:
            os._exit(error.errno or 1)
    number = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if number:
        raise OSError(number, "setresuid")
    return f"it became user {wanted}"


for one in LIMITS:
    attack.attempt("RLIMIT_" + one, lambda one=one: raise_limit(one))  # type: ignore[misc]
attack.attempt("RLIMIT_CORE 0", lower_core)
attack.attempt("nice -5", renice)
attack.attempt("real time", real_time)
attack.attempt("another cgroup", move)
attack.attempt("another user", another_user)
