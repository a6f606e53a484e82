"""Installs the two filters on the executor and proves them by probing."""

from __future__ import annotations

from iso_init import bpf, guard, linux, policy
from iso_init.failure import SETUP, SetupError


def policy_filter(machine: str, rules: dict[str, bpf.Rule] = policy.RULES) -> list[bpf.Instruction]:
    table = linux.TABLES[machine]
    return bpf.compile_filter(rules, table.NUMBERS, table.AUDIT_ARCH, policy.ABSENT, policy.DENY)


def guard_filter(machine: str) -> list[bpf.Instruction]:
    table = linux.TABLES[machine]
    return bpf.compile_filter(guard.RULES, table.NUMBERS, table.AUDIT_ARCH, bpf.ALLOW, bpf.ALLOW)


def programs(machine: str, rules: dict[str, bpf.Rule]) -> list[bytes]:
    """The guard goes first: the policy denies any further filter."""
    return [bpf.assemble(guard_filter(machine)), bpf.assemble(policy_filter(machine, rules))]


_prepared: dict[bool, list[bytes]] = {}


def prepare(internet: bool) -> list[bytes]:
    """The same for all executors here: compiled once by whoever comes first, a template if there is one."""
    if linux.MACHINE not in linux.TABLES:
        raise SetupError(SETUP, "seccomp", 0, f"no syscall table for {linux.MACHINE}")
    if internet not in _prepared:
        _prepared[internet] = programs(linux.MACHINE, policy.rules(internet))
    return _prepared[internet]


def install(internet: bool) -> None:
    for program in prepare(internet):
        failed = linux.set_seccomp_filter(program)
        if failed:
            raise SetupError(SETUP, "prctl(PR_SET_SECCOMP)", failed)


def probe(internet: bool = True) -> dict[str, int]:
    """The errno of calls that must fail, each harmless if it did not. A name ending in 1 is the guard's to deny."""
    signal_zero, af_inet, af_netlink, sock_stream, sock_raw, prio_process = 0, 2, 16, 1, 3, 0
    call = linux.syscall_errno
    return {
        **({} if internet else {"inet": call("socket", af_inet, sock_stream, 0)}),
        "keyctl": call("keyctl", 0, -3, 0),
        "unshare": call("unshare", 0),
        "ptrace": call("ptrace", 16, 0),
        "mount": call("mount", 0, 0, 0, 0, 0),
        "bpf": call("bpf", -1, 0, 0),
        "io_uring_setup": call("io_uring_setup", 0, 0),
        "seccomp": call("seccomp", 2, 0, 0),
        "netlink": call("socket", af_netlink, sock_raw, 0),
        "kill1": call("kill", 1, signal_zero),
        "tgkill1": call("tgkill", 1, 1, signal_zero),
        "prlimit1": call("prlimit64", 1, 7, 0, 0),
        "setpriority1": call("setpriority", prio_process, 1, 0),
        "pidfd1": call("pidfd_open", 1, 0),
    }
