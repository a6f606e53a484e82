"""What the filters must answer, declared a second time and independently: by number rather than by name, and over whole
registers rather than the halves that BPF can read. The numbers are those of the kernel's headers (asm/unistd_64.h,
asm-generic/unistd.h). Whoever changes the policy on purpose changes this as well."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Callable, Dict, FrozenSet, Set, Tuple

ALLOW, DENIED, ABSENT, DONE, GUARDED = 0x7FFF0000, 0x50000 | 55, 0x50000 | 38, 0x50000, 0x50000 | 52
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# i386, arm, 32-bit and little-endian MIPS, powerpc64le, riscv64, s390x, none, and both with one bit wrong.
FOREIGN_ARCHS = (
    0x40000003,
    0x40000028,
    0x40000008,
    0xC0000015,
    0xC00000F3,
    0x80000016,
    0,
    0x8000003E,
    0x4000003E,
    0x800000B7,
    0x400000B7,
)
X32 = 0x40000000
NO_NUMBER = -1  # of a call that an architecture does not have


def numbers(text: str) -> FrozenSet[int]:
    found: Set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


ALLOWED = {
    "x86_64": numbers(
        """
        0-8 10-15 17-28 32-40 42-52 55 57-63 74-100 102 104-132 137-138 140 142-152 158 186-204 213 216-219 221-226 228-235
        239 247 251-252 257-258 260-271 273-278 280-293 295-297 299 307 309 314-316 318 322 324-332 334 434 436-437 439 441 449
        """
    ),
    "aarch64": numbers(
        """
        5-17 19-24 30-31 34-38 43-50 52-57 59 61-80 82-88 90-91 93-96 98-103 107-111 113-115 118-139 141 143-160 163 165-166
        168-169 172-179 200-207 209-216 221 223 226-234 236 240 242-243 260 269 274-276 278 281 283-291 293 434 436-437
        439 441 449
        """
    ),
}
DENIED_NUMBERS = {
    "x86_64": numbers(
        """
        29-31 64-71 73 101 103 134 153-155 159 161 163-180 206-210 212 220 227 237-238 240-246 248-250 253-256 272 279
        294 298 300-301 303-305 308 310-313 317 320-321 323 333 424-433 438 440 442-443 447-448 450
        """
    ),
    "aarch64": numbers(
        """
        0-4 18 26-28 32 39-42 51 58 60 89 97 104-106 112 116-117 142 161-162 170-171 180-197 217-219 224-225 235 237-239
        241 262-266 268 270-273 277 280 282 292 294 424-433 438 440 442-443 447-448 450
        """
    ),
}
# sync and syncfs
DONE_NUMBERS = {"x86_64": numbers("162 306"), "aarch64": numbers("81 267")}


def low(register: int) -> int:
    """What the kernel takes an int, a pid_t or an unsigned int from."""
    return register & 0xFFFFFFFF


@dataclass(frozen=True)
class ByArgument:
    """A call that is allowed for some arguments only."""

    x86_64: int
    aarch64: int
    allows: Callable[[Tuple[int, ...]], bool]
    values: Dict[int, Tuple[int, ...]] = field(default_factory=dict)  # where the answer may turn

    def number(self, machine: str) -> int:
        return self.x86_64 if machine == "x86_64" else self.aarch64


NEW_NAMESPACES = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
PTHREAD_CREATE, SIGCHLD = 0x3D0F00, 17
UNIX, INET, INET6, NETLINK, PACKET, VSOCK = 1, 2, 10, 16, 17, 40
STREAM, DATAGRAM, RAW, SEQPACKET, NONBLOCK_CLOEXEC = 1, 2, 3, 5, 0o2004000


def local_only(args: Tuple[int, ...]) -> bool:
    return low(args[0]) == UNIX


def local_or_internet(args: Tuple[int, ...]) -> bool:
    family, kind, protocol = low(args[0]), low(args[1]) & 0xF, low(args[2])
    plain = kind in (STREAM, DATAGRAM) and protocol in (0, 6, 17)
    return family == UNIX or (family in (INET, INET6) and plain)


SOCKET_VALUES = {
    0: (UNIX, INET, INET6, NETLINK, PACKET, VSOCK),
    1: (STREAM, DATAGRAM, RAW, SEQPACKET, STREAM | NONBLOCK_CLOEXEC),
    2: (0, 6, 17, 1, 132, 136, 255, 262),
}


def allows_kind(mode: int) -> bool:
    """The kernel takes it from 16 bits: anything but devices, and what does not exist."""
    return mode >> 12 & 0xF in (0, 1, 8, 12)


KINDS = (0o644, 0o10644, 0o20644, 0o60644, 0o100644, 0o140644, 0o120644, 0o40755, 1 << 32 | 0o20000)
DENIED_OPTIONS = ((1, 13), (1, 26), (1, 50), (1, 51), (1, 52), (6, 31))


@functools.lru_cache(None)
def policy_by_argument(internet: bool) -> Dict[str, ByArgument]:
    return {
        "socket": ByArgument(41, 198, local_or_internet if internet else local_only, SOCKET_VALUES),
        "socketpair": ByArgument(53, 199, local_only, {0: (UNIX, INET, NETLINK)}),
        "mknod": ByArgument(133, NO_NUMBER, lambda args: allows_kind(args[1]), {1: KINDS}),
        "mknodat": ByArgument(259, 33, lambda args: allows_kind(args[2]), {2: KINDS}),
        "setpriority": ByArgument(
            141,
            140,
            lambda args: low(args[2]) < 1 << 31,
            {2: (0, 19, 0x7FFFFFFF, 1 << 31, 0xFFFFFFEC, 0xFFFFFFFF, (1 << 64) - 5)},
        ),
        "clone": ByArgument(
            56,
            220,
            lambda args: not any(args[0] & flag for flag in NEW_NAMESPACES),
            {0: (0, SIGCHLD, PTHREAD_CREATE, *NEW_NAMESPACES)},
        ),
        "ioctl": ByArgument(
            16,
            29,
            lambda args: low(args[1]) not in (0x5412, 0x541C, 0x8901, 0x8902),
            {1: (0x5401, 0x5412, 0x541C, 0x8901, 0x8902)},
        ),
        "fcntl": ByArgument(
            72,
            25,
            lambda args: low(args[1]) not in (1024, 1026, 1040),
            {1: (0, 3, 4, 6, 8, 10, 15, 37, 1024, 1025, 1026, 1030, 1033, 1039, 1040)},
        ),
        "prctl": ByArgument(
            157,
            167,
            lambda args: low(args[0]) not in (22, 35, 62),
            {0: (1, 4, 15, 22, 35, 38, 62)},
        ),
        "personality": ByArgument(
            135,
            92,
            lambda args: low(args[0]) in (0, 8, 0x20000, 0x20008, 0xFFFFFFFF),
            {0: (0, 8, 0x20000, 0x20008, 0xFFFFFFFF, 0x40000, 0x400000)},
        ),
        "setsockopt": ByArgument(
            54,
            208,
            lambda args: (low(args[1]), low(args[2])) not in DENIED_OPTIONS,
            {1: (1, 6, 0), 2: (13, 31, 2, 26, 50, 51, 52)},
        ),
        "setrlimit": ByArgument(160, 164, lambda args: low(args[0]) != 4, {0: (0, 4, 7)}),
        "prlimit64": ByArgument(
            302,
            261,
            lambda args: low(args[1]) != 4 or args[2] == 0,
            {0: (0, 1), 1: (0, 4, 7), 2: (0, 0x7FFE00000000, 0x12345678, 1 << 32)},
        ),
        "memfd_create": ByArgument(
            319, 279, lambda args: not args[1] & 0x4, {1: (0, 1, 2, 4, 0x15000004)}
        ),
        "mmap": ByArgument(
            9, 222, lambda args: not args[3] & 0x40000, {3: (0x22, 2, 0x40022, 0x54040022)}
        ),
    }


def _others(*positions: int) -> Callable[[Tuple[int, ...]], bool]:
    return lambda args: all(low(args[position]) != 1 for position in positions)


MINUS_1 = (1 << 64) - 1
PIDS = (1, 0, 2, MINUS_1)


def one_pid(x86_64: int, aarch64: int) -> ByArgument:
    return ByArgument(x86_64, aarch64, _others(0), {0: PIDS})


# What the second filter keeps from PID 1; it allows all else.
GUARD_BY_ARGUMENT = {
    "kill": one_pid(62, 129),
    "tkill": one_pid(200, 130),
    "tgkill": ByArgument(234, 131, _others(0, 1), {0: PIDS, 1: PIDS}),
    "rt_sigqueueinfo": one_pid(129, 138),
    "rt_tgsigqueueinfo": ByArgument(297, 240, _others(0, 1), {0: PIDS, 1: PIDS}),
    "pidfd_open": one_pid(434, 434),
    "prlimit64": one_pid(302, 261),
    "sched_setscheduler": one_pid(144, 119),
    "sched_setparam": one_pid(142, 118),
    "sched_setattr": one_pid(314, 274),
    "sched_setaffinity": one_pid(203, 122),
    "migrate_pages": one_pid(256, 238),
    "move_pages": one_pid(279, 239),
    "setpriority": ByArgument(
        141, 140, lambda args: low(args[0]) == 0 and low(args[1]) != 1, {0: (0, 1, 2), 1: PIDS}
    ),
    "ioprio_set": ByArgument(
        251, 30, lambda args: low(args[0]) == 1 and low(args[1]) != 1, {0: (0, 1, 2, 3), 1: PIDS}
    ),
    "fcntl": ByArgument(
        72, 25, lambda args: low(args[1]) not in (8, 10, 15), {1: (4, 8, 9, 10, 11, 15, 16)}
    ),
}


def policy_answer(machine: str, arch: int, number: int, args: Tuple[int, ...], net: bool) -> int:
    if arch != AUDIT_ARCH[machine] or number >= X32:
        return DENIED
    for rule in policy_by_argument(net).values():
        if rule.number(machine) == number:
            return ALLOW if rule.allows(args) else DENIED
    if number in DONE_NUMBERS[machine]:
        return DONE
    if number in ALLOWED[machine]:
        return ALLOW
    return DENIED if number in DENIED_NUMBERS[machine] else ABSENT


def guard_answer(machine: str, arch: int, number: int, args: Tuple[int, ...]) -> int:
    for rule in GUARD_BY_ARGUMENT.values():
        if arch == AUDIT_ARCH[machine] and rule.number(machine) == number:
            return ALLOW if rule.allows(args) else GUARDED
    return ALLOW
