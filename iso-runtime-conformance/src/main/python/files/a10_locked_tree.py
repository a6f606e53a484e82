"""Output without any right to read or remove it, even for its owner; and with rights that nobody should get."""

import os
import shutil

import attack


def write(path: str, mode: int) -> None:
    with open(path, "w") as file:
        file.write(path)
    os.chmod(path, mode)


def read() -> str:
    try:
        with open("unreadable.txt"):
            return ""
    except PermissionError:
        return "can't be read"


def remove() -> str:
    try:
        shutil.rmtree("locked")
        return ""
    except PermissionError:
        return "can't be removed"


if os.geteuid() == 0:  # without a sandbox: root would not be stopped by any mode
    os.chown(".", 65534, 65534)
    os.setuid(65534)
os.mkdir("locked")
os.mkdir("locked/deeper")
write("locked/deeper/inside.txt", 0o000)
write("unreadable.txt", 0o000)
write("setuid.txt", 0o6777)
os.chmod("locked/deeper", 0o000)
os.chmod("locked", 0o000)
attack.attempt("read", read)
attack.attempt("remove", remove)
