"""No attack, but the victim of those on files: takes what a program left by following paths, as is usual.

It copies all files from the directory FROM into the directory INTO, and tells of each what it took. Its only virtues are
that it stops after a while, and that it doesn't wait forever.
"""

import os
import signal
from functools import partial
from types import FrameType
from typing import Iterator

import attack

MOST_FILES, MOST_DIRECTORIES, MOST_BYTES = 300, 5_000, 64 * 1024
PATIENCE_SECONDS = 1.0

source: str = attack.PARAMETERS["from"]
target: str = attack.PARAMETERS["into"]


class Blocked(Exception):
    """The copying of a file went on for too long."""


def interrupt(number: int, frame: FrameType | None) -> None:
    raise Blocked


def is_directory(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def files() -> Iterator[str]:
    """Names of files beneath FROM, those in the fewest directories first."""
    directories = [""]
    for directory in directories:
        with os.scandir(os.path.join(source, directory)) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = os.path.join(directory, entry.name)
                if not is_directory(entry):
                    yield path
                elif len(directories) < MOST_DIRECTORIES:
                    directories.append(path)


def copy(path: str) -> str:
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS)
    try:
        with open(os.path.join(source, path), "rb") as file:
            data = file.read(MOST_BYTES)
            more = bool(file.read(1))
    except Blocked:
        return "waited until it was interrupted"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    copied = os.path.join(target, path)
    os.makedirs(os.path.dirname(copied), exist_ok=True)
    with open(copied, "wb") as file:
        file.write(data)
    return f"took {'more than ' if more else ''}{len(data)} bytes"


signal.signal(signal.SIGALRM, interrupt)
try:
    for number, found in enumerate(files()):
        if number == MOST_FILES:
            attack.tell("collecting", "worked", f"went on for more than {MOST_FILES} files")
            break
        attack.attempt(found, partial(copy, found))
    else:
        attack.tell("collecting", "denied", "it came to an end")
except OSError as error:
    attack.tell("collecting", "worked", f"broke off: {attack.describe(error.errno)}")
