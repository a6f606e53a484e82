"""The compiled filters against the declared policy: every number of every ABI, through an interpreter of BPF."""

from __future__ import annotations

import unittest
from typing import Tuple

import bpf_machine
import driver  # noqa: F401  (puts the sources on the path)
from iso_init import bpf, guard, policy, seccomp, syscalls_aarch64, syscalls_x86_64

TABLES = {"x86_64": syscalls_x86_64, "aarch64": syscalls_aarch64}
I386, ARM, RISCV = 0x40000003, 0x40000028, 0xC00000F3
X32 = 0x40000000
ALLOW, DENIED, ABSENT, GUARDED = 0x7FFF0000, 0x50000 | 55, 0x50000 | 38, 0x50000 | 52
MINUS_1 = (1 << 64) - 1


class Policy(unittest.TestCase):
    def answers(self, machine: str, name: str, *args: int) -> Tuple[int, int]:
        """Of the policy and of the guard."""
        table = TABLES[machine]
        number = table.NUMBERS[name]
        return (
            bpf_machine.run(seccomp.policy_filter(machine), table.AUDIT_ARCH, number, args),
            bpf_machine.run(seccomp.guard_filter(machine), table.AUDIT_ARCH, number, args),
        )

    def test_filters_are_what_the_kernel_accepts(self) -> None:
        for machine in TABLES:
            bpf_machine.check(seccomp.policy_filter(machine))
            bpf_machine.check(seccomp.guard_filter(machine))

    def test_every_number_answers_as_declared(self) -> None:
        for machine, table in TABLES.items():
            program, names = seccomp.policy_filter(machine), {
                n: name for name, n in table.NUMBERS.items()
            }
            for number in range(0, 1024):
                rule = policy.RULES.get(names.get(number, ""), policy.ABSENT)
                if isinstance(rule, bpf.Action):
                    answer = bpf_machine.run(program, table.AUDIT_ARCH, number, (1, 2, 3))
                    self.assertEqual(answer, rule.value, (machine, number, names.get(number)))

    def test_other_abis_are_denied_whatever_the_number(self) -> None:
        for machine, table in TABLES.items():
            program = seccomp.policy_filter(machine)
            for number in range(0, 1024):
                for arch in (I386, ARM, RISCV):
                    self.assertEqual(bpf_machine.run(program, arch, number), DENIED)
                self.assertEqual(bpf_machine.run(program, table.AUDIT_ARCH, X32 + number), DENIED)
            self.assertEqual(bpf_machine.run(program, table.AUDIT_ARCH, 0xFFFFFFFF), DENIED)
        x86 = seccomp.policy_filter("x86_64")
        self.assertEqual(bpf_machine.run(x86, syscalls_aarch64.AUDIT_ARCH, 0), DENIED)

    def test_every_name_of_the_policy_is_a_system_call(self) -> None:
        for name in [*policy.RULES, *guard.RULES]:
            self.assertIn(name, syscalls_x86_64.NUMBERS)

    def test_what_is_neither_allowed_nor_denied_is_known(self) -> None:
        undecided = set(syscalls_x86_64.NUMBERS) - set(policy.RULES)
        self.assertEqual(
            undecided,
            {
                *(
                    "_sysctl",
                    "afs_syscall",
                    "epoll_ctl_old",
                    "epoll_wait_old",
                    "get_thread_area",
                    "getpmsg",
                ),
                *("landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self"),
                *("putpmsg", "security", "set_thread_area", "sysfs", "tuxcall", "ustat", "vserver"),
            },
        )

    def test_the_dangerous_are_denied(self) -> None:
        for name in (
            "ptrace process_vm_readv process_vm_writev keyctl add_key bpf perf_event_open userfaultfd mount fsopen"
            " move_mount pivot_root chroot setns unshare io_uring_setup io_setup kexec_load init_module"
            " finit_module reboot swapon quotactl sethostname clock_settime open_by_handle_at fanotify_init seccomp"
            " pidfd_getfd pidfd_send_signal process_madvise kcmp memfd_secret mbind"
        ).split():
            for machine in TABLES:
                self.assertEqual(self.answers(machine, name)[0], DENIED, name)

    def test_clone_may_not_make_namespaces_and_clone3_is_absent(self) -> None:
        for machine in TABLES:
            threads = 0x3D0F00  # what pthread_create asks for
            self.assertEqual(self.answers(machine, "clone", threads)[0], ALLOW)
            self.assertEqual(self.answers(machine, "clone", 17)[0], ALLOW)
            for flag in (
                0x20000,
                0x2000000,
                0x4000000,
                0x8000000,
                0x10000000,
                0x20000000,
                0x40000000,
            ):
                self.assertEqual(self.answers(machine, "clone", flag | 17)[0], DENIED, hex(flag))
            self.assertEqual(self.answers(machine, "clone3")[0], ABSENT)

    def test_sockets_are_local_or_plain_internet(self) -> None:
        for family, kind, protocol, expected in (
            (1, 1, 0, ALLOW),
            (1, 5 | 0o2000000, 0, ALLOW),
            (2, 1 | 0o2004000, 0, ALLOW),
            (2, 1, 6, ALLOW),
            (10, 2, 17, ALLOW),
            (2, 3, 0, DENIED),
            (2, 1, 262, DENIED),  # MPTCP
            (2, 5, 132, DENIED),  # SCTP
            (2, 2, 136, DENIED),  # UDP-Lite
            (1 << 32 | 1, 1, 0, ALLOW),  # the kernel reads an int too
            *(
                (family, 3, 0, DENIED)
                for family in (0, 3, 4, 5, 9, 16, 17, 29, 30, 31, 38, 40, 44, 45, 0xFFFFFFFF)
            ),
        ):
            for machine in TABLES:
                self.assertEqual(
                    self.answers(machine, "socket", family, kind, protocol)[0],
                    expected,
                    (family, kind, protocol),
                )
        self.assertEqual(self.answers("x86_64", "socketpair", 1, 1, 0)[0], ALLOW)
        self.assertEqual(self.answers("x86_64", "socketpair", 16, 3, 0)[0], DENIED)

    def test_arguments_that_aim_at_others_are_denied(self) -> None:
        for name, args, expected in (
            ("ioctl", (0, 0x5401), ALLOW),
            ("ioctl", (0, 0x5412), DENIED),
            ("ioctl", (0, 1 << 32 | 0x5412), DENIED),
            ("ioctl", (0, 0x541C), DENIED),
            ("ioctl", (0, 0x8901), DENIED),
            ("ioctl", (0, 0x8902), DENIED),
            ("personality", (0xFFFFFFFF,), ALLOW),
            ("personality", (0x0040000,), DENIED),  # ADDR_NO_RANDOMIZE
            ("prctl", (15,), ALLOW),
            ("prctl", (22,), DENIED),
            ("prctl", (35,), DENIED),
            ("prctl", (62,), DENIED),
        ):
            for machine in TABLES:
                self.assertEqual(self.answers(machine, name, *args)[0], expected, (name, args))

    def test_the_guard_spares_pid_1_and_nobody_else(self) -> None:
        for name, args, expected in (
            ("kill", (1, 9), GUARDED),
            ("kill", (1 << 32 | 1, 9), GUARDED),  # pid_t is what the kernel reads
            ("kill", (2, 9), ALLOW),
            ("kill", (0, 9), ALLOW),
            ("kill", (MINUS_1, 9), ALLOW),
            ("tkill", (1, 9), GUARDED),
            ("tgkill", (1, 5, 9), GUARDED),
            ("tgkill", (5, 1, 9), GUARDED),
            ("tgkill", (5, 5, 9), ALLOW),
            ("rt_sigqueueinfo", (1, 9), GUARDED),
            ("rt_tgsigqueueinfo", (5, 1, 9), GUARDED),
            ("pidfd_open", (1,), GUARDED),
            ("pidfd_open", (7,), ALLOW),
            ("prlimit64", (1, 7), GUARDED),
            ("prlimit64", (0, 7), ALLOW),
            ("sched_setscheduler", (1, 5), GUARDED),
            ("sched_setparam", (1,), GUARDED),
            ("sched_setattr", (1,), GUARDED),
            ("sched_setaffinity", (1,), GUARDED),
            ("sched_setaffinity", (0,), ALLOW),
            ("setpriority", (0, 1, 19), GUARDED),
            ("setpriority", (0, 0, 19), ALLOW),
            ("setpriority", (1, 0, 19), GUARDED),
            ("setpriority", (2, 1001, 19), GUARDED),
            ("ioprio_set", (1, 1), GUARDED),
            ("ioprio_set", (1, 0), ALLOW),
            ("ioprio_set", (2, 0), GUARDED),
            ("ioprio_set", (3, 0), GUARDED),
            ("fcntl", (3, 8, 1), GUARDED),
            ("fcntl", (3, 10, 9), GUARDED),
            ("fcntl", (3, 15, 0), GUARDED),
            ("fcntl", (3, 4, 0), ALLOW),
            ("read", (1, 1), ALLOW),
        ):
            for machine in TABLES:
                self.assertEqual(self.answers(machine, name, *args)[1], expected, (name, args))


if __name__ == "__main__":
    unittest.main()
