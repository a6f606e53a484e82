"""Descriptors that were left open for the program, or for what it starts: each would be a way out."""

import os
import stat
import subprocess
import sys

import attack

STREAMS = {0, 1, 2}
TOOL_PIPES = {3, 4}
LIST = """
import os
found = []
for descriptor in range(1024):
    try:
        os.fstat(descriptor)
        found.append(descriptor)
    except OSError:
        pass
print(*found)
"""


def descriptors() -> dict[int, os.stat_result]:
    found = {}
    for descriptor in range(1024):
        try:
            found[descriptor] = os.fstat(descriptor)
        except OSError:
            pass
    return found


def strange() -> list[str]:
    """Neither a pipe nor the null device."""
    null = os.stat("/dev/null").st_rdev
    return [
        f"{descriptor}: {stat.filemode(status.st_mode)}"
        for descriptor, status in AT_START.items()
        if not stat.S_ISFIFO(status.st_mode) and status.st_rdev != null
    ]


def inherited() -> list[int]:
    listed = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LIST],
        stdout=subprocess.PIPE,
        close_fds=False,
        check=True,
    )
    return sorted({int(number) for number in listed.stdout.split()} - STREAMS)


AT_START = descriptors()
attack.attempt("more than five", lambda: sorted(AT_START.keys() - STREAMS - TOOL_PIPES))
attack.attempt("no pipe", strange)
attack.attempt("inherited by a child", inherited)
