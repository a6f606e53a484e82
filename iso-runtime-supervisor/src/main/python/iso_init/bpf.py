"""Compiles a syscall policy to classic BPF: a pure function from rules and an architecture to instructions.

A rule is an ``Action`` or a ``Test`` of one argument with a rule for either answer. A test reads the low 32 bits, as
the kernel does of an int, a pid_t or an unsigned int; of a pointer, the ``high`` half must be tested as well.
"""

from __future__ import annotations

import struct

# Opcodes of linux/bpf_common.h
LOAD, AND, JUMP, EQUAL, GREATER_EQUAL, RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x06
# Offsets in struct seccomp_data
NUMBER_AT, ARCH_AT, ARGUMENTS_AT = 0, 4, 16

RET_ERRNO, RET_ALLOW = 0x00050000, 0x7FFF0000
X32_BIT = 0x40000000
ALL = 0xFFFFFFFF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

    Rule = Union["Action", "Test"]
    Instruction = tuple[int, int, int, int]


class Action:
    """Allow, or answer with an errno."""

    def __init__(self, value: int) -> None:
        self.value = value


class Test:
    """Is ``argument & mask`` one of ``values``? Of its low half, or of its ``high`` one."""

    def __init__(
        self,
        argument: int,
        mask: int,
        values: tuple[int, ...],
        then: Rule,
        otherwise: Rule,
        high: bool = False,
    ) -> None:
        self.argument = argument
        self.mask = mask
        self.values = values
        self.then = then
        self.otherwise = otherwise
        self.high = high


ALLOW = Action(RET_ALLOW)


def errno(number: int) -> Action:
    return Action(RET_ERRNO | number)


def compile_filter(
    rules: dict[str, Rule],
    numbers: dict[str, int],
    audit_arch: int,
    default: Action,
    foreign: Action,
) -> list[Instruction]:
    """``foreign`` answers calls of another architecture or ABI, ``default`` those without a rule."""
    by_number = {numbers[name]: rule for name, rule in rules.items() if name in numbers}
    starts: list[tuple[int, Rule]] = []
    for number in range(max(by_number) + 2):
        rule = by_number.get(number, default)
        if not starts or starts[-1][1] is not rule:
            starts.append((number, rule))
    starts.append((X32_BIT, foreign))
    check: list[Instruction] = [
        (LOAD, 0, 0, ARCH_AT),
        (EQUAL, 1, 0, audit_arch),
        (RETURN, 0, 0, foreign.value),
        (LOAD, 0, 0, NUMBER_AT),
    ]
    return check + _search(starts)


def _search(starts: list[tuple[int, Rule]]) -> list[Instruction]:
    """A binary search, since the filter runs on every call and old kernels do not cache its answer."""
    if len(starts) == 1:
        return _rule(starts[0][1])
    middle = len(starts) // 2
    below, above = _search(starts[:middle]), _search(starts[middle:])
    # Conditional jumps reach 255 instructions; the unconditional one reaches all.
    return [(GREATER_EQUAL, 0, 1, starts[middle][0]), (JUMP, 0, 0, len(below)), *below, *above]


def _rule(rule: Rule) -> list[Instruction]:
    if isinstance(rule, Action):
        return [(RETURN, 0, 0, rule.value)]
    # Both architectures are little-endian: the high half comes second.
    at = ARGUMENTS_AT + 8 * rule.argument + (4 if rule.high else 0)
    code: list[Instruction] = [(LOAD, 0, 0, at)]
    if rule.mask != ALL:
        code.append((AND, 0, 0, rule.mask))
    then = _rule(rule.then)
    otherwise = _rule(rule.otherwise)
    for index, value in enumerate(rule.values):
        code.append((EQUAL, len(rule.values) - index, 0, value))
    return [*code, (JUMP, 0, 0, len(then)), *then, *otherwise]


def assemble(program: list[Instruction]) -> bytes:
    """struct sock_filter[]"""
    flat = [field for instruction in program for field in instruction]
    return struct.pack("=" + "HBBI" * len(program), *flat)
