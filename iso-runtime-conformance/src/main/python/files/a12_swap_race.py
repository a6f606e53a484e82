"""Processes that outlive the program and change its output while it is collected: a file for a link and back again, so
that what was looked at is not what is opened, and pairs of counters that differ by one at most, as long as nobody is
writing. Between the two of a pair stands what takes a while to collect.
"""

import itertools
import os
import signal
import time

import attack

SWAPPED = [f"swapped-{number:02}" for number in range(20)]
FILLERS = [f"filler-{number:02}" for number in range(40)]
SWAPPERS = 8
DIGITS = 12


def write(path: str, content: str) -> None:
    with open(path, "w") as file:
        file.write(content)


def swap(index: int, ready: int) -> None:
    """Never ends by itself."""
    own = f".{os.getpid()}"
    counters = [os.open(f"counter-{side}{index}", os.O_WRONLY) for side in "az"]
    for count, name in enumerate(itertools.cycle(SWAPPED)):
        for counter in counters:
            os.pwrite(counter, b"%0*d" % (DIGITS, count), 0)
        os.symlink(attack.PARAMETERS["secret"], own)
        os.rename(own, name)
        write(own, "mine")
        os.rename(own, name)
        if count == 100:
            os.write(ready, b".")


def start_swappers(number: int) -> list[int]:
    """Gives their ids when all are at it."""
    readable, writable = os.pipe()
    swappers = []
    for index in range(number):
        swapper = os.fork()
        if swapper == 0:
            os.setsid()
            swap(index, writable)
        swappers.append(swapper)
    for _ in swappers:
        os.read(readable, 1)
    return swappers


def check_then_open() -> str:
    """A collector that knows of links and yet goes by names."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        for name in SWAPPED:
            try:
                if not os.path.islink(name):
                    if read(name) != "mine":
                        return "took another's file"
            except FileNotFoundError:
                pass
    return ""


def read(path: str) -> str:
    with open(path) as file:
        return file.read()


def take_snapshots() -> str:
    for _ in range(1_000):
        taken = [read(name) for name in ("counter-a0", *FILLERS, "counter-z0")]
        if abs(int(taken[0]) - int(taken[-1])) > 1:
            return f"{taken[0]} and {taken[-1]} at once"
    return ""


for each in range(SWAPPERS):
    write(f"counter-a{each}", "0" * DIGITS)
for filler in FILLERS:
    write(filler, "x" * 100_000)
for each in range(SWAPPERS):
    write(f"counter-z{each}", "0" * DIGITS)
for swapped in SWAPPED:
    write(swapped, "mine")
started = start_swappers(SWAPPERS if attack.PROTECTED else 1)
if not attack.PROTECTED:
    try:
        attack.attempt("check, then open", check_then_open)
        attack.attempt("counters", take_snapshots)
    finally:
        for pid in started:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
