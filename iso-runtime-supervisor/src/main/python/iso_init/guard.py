"""The init guard: a second filter that keeps PID 1 out of user code's reach. Data, by name.

Where init and executor share a uid the kernel would let user code signal, throttle or starve init, and then nobody
could end the execution. Its errno EBADE tells its denials from those of the policy. ``kill(-1)`` stays: the kernel
spares PID 1 there.
"""

from __future__ import annotations

from iso_init.bpf import ALL, ALLOW, Test, errno

TYPE_CHECKING = False
if TYPE_CHECKING:
    from iso_init.bpf import Rule

GUARD_ERRNO = 52
DENY = errno(GUARD_ERRNO)
PID_1 = (1,)

WHO_PROCESS, IO_WHO_PROCESS = 0, 1
F_SETOWN, F_SETSIG, F_SETOWN_EX = 8, 10, 15


def _unless_pid_1(*arguments: int) -> Rule:
    rule: Rule = ALLOW
    for argument in reversed(arguments):
        rule = Test(argument, ALL, PID_1, DENY, rule)
    return rule


_FIRST = _unless_pid_1(0)
_FIRST_OR_SECOND = _unless_pid_1(0, 1)

RULES: dict[str, Rule] = {
    **{
        name: _FIRST
        for name in (
            "kill",
            "tkill",
            "rt_sigqueueinfo",
            "pidfd_open",
            "prlimit64",
            "sched_setscheduler",
            "sched_setparam",
            "sched_setattr",
            "sched_setaffinity",
            "migrate_pages",
            "move_pages",
        )
    },
    "tgkill": _FIRST_OR_SECOND,
    "rt_tgsigqueueinfo": _FIRST_OR_SECOND,
    # By group or by user these would reach PID 1 without naming it.
    "setpriority": Test(0, ALL, (WHO_PROCESS,), _unless_pid_1(1), DENY),
    "ioprio_set": Test(0, ALL, (IO_WHO_PROCESS,), _unless_pid_1(1), DENY),
    # A descriptor's owner gets a signal of the caller's choice when it becomes ready.
    "fcntl": Test(1, ALL, (F_SETOWN, F_SETSIG, F_SETOWN_EX), DENY, ALLOW),
}
