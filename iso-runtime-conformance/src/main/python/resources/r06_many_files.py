"""Empty files without end: they cost no bytes, but the kernel's memory and everybody's time to look through them."""

import os

import attack

WANTED = int(attack.PARAMETERS["files"]) if attack.PROTECTED else 3_000


def make() -> str:
    os.mkdir("many")
    directory = os.open("many", os.O_RDONLY | os.O_DIRECTORY)
    for number in range(WANTED):
        os.close(os.open(str(number), os.O_CREAT | os.O_WRONLY, dir_fd=directory))
    return f"{WANTED} files"


attack.attempt("empty files", make)
