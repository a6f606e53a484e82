"""A pure interpreter of the classic BPF that seccomp uses, to ask a compiled filter what it answers."""

from __future__ import annotations

import struct
from typing import List, Tuple

WORD = 0xFFFFFFFF


def disassemble(program: bytes) -> List[Tuple[int, int, int, int]]:
    """What the kernel reads: struct sock_filter[]."""
    return [(code, jt, jf, k) for code, jt, jf, k in struct.iter_unpack("=HBBI", program)]


def run(
    program: List[Tuple[int, int, int, int]], arch: int, number: int, args: Tuple[int, ...] = ()
) -> int:
    """The filter's return value for one call; fails on anything the kernel's checker would refuse."""
    padded = (*args, 0, 0, 0, 0, 0, 0)[:6]
    data = number.to_bytes(4, "little") + arch.to_bytes(4, "little") + bytes(8)
    data += b"".join((arg & (1 << 64) - 1).to_bytes(8, "little") for arg in padded)
    accumulator, counter = 0, 0
    while True:
        code, if_true, if_false, operand = program[counter]
        counter += 1
        if code == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            assert operand % 4 == 0
            accumulator = int.from_bytes(data[operand : operand + 4], "little")
        elif code == 0x54:  # BPF_ALU | BPF_AND | BPF_K
            accumulator &= operand
        elif code == 0x05:  # BPF_JMP | BPF_JA
            counter += operand
        elif code == 0x15:  # BPF_JMP | BPF_JEQ | BPF_K
            counter += if_true if accumulator == operand else if_false
        elif code == 0x35:  # BPF_JMP | BPF_JGE | BPF_K
            counter += if_true if accumulator >= operand else if_false
        elif code == 0x06:  # BPF_RET | BPF_K
            return operand
        else:
            raise AssertionError(f"instruction {code:#x}")


def check(program: List[Tuple[int, int, int, int]]) -> None:
    """What the kernel's bpf_check_classic demands: bounded size, jumps forward and inside, a return at the end."""
    assert 0 < len(program) <= 4096, len(program)
    for index, (code, if_true, if_false, operand) in enumerate(program):
        assert 0 <= if_true < 256 and 0 <= if_false < 256 and 0 <= operand <= WORD
        if code == 0x20:
            assert operand % 4 == 0 and operand < 64  # struct seccomp_data
        elif code == 0x05:
            assert index + 1 + operand < len(program)
        elif code in (0x15, 0x35):
            assert index + 1 + max(if_true, if_false) < len(program)
    assert program[-1][0] == 0x06
